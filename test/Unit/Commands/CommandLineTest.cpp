//===- CommandLineTest.cpp - Other commands, and wrong usage --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/CommandLineFixture.h"

#include <boost/json.hpp>

namespace mlc::test {
namespace {

TEST_F(CommandLineTest, InfoTellsOfWeights) {
  const MlcProgram program = classProgram();
  train(program, classData(30), "4");
  const Result text = runInside(program, {"info", "--weights", weights});
  EXPECT_EQ(text.status, 0) << text.error;
  for (const std::string &part :
       {weights + ", ", std::string("trained for "), std::string("seed "),
        std::string("epochs 4, learning_rate ")})
    EXPECT_NE(text.out.find(part), std::string::npos) << part << text.out;
  const Result json =
      runInside(program, {"info", "--json", "--weights", weights});
  const auto told = boost::json::parse(json.out).at("weights").as_object();
  EXPECT_EQ(told.at("options").at("epochs").as_int64(), 4);
  EXPECT_GT(told.at("steps").as_int64(), 4);
  // Those of another program are none of its.
  const Result other =
      runInside(sparseProgram(), {"info", "--weights", weights});
  EXPECT_EQ(other.status, 1);
  EXPECT_EQ(other.out, "");
}

TEST_F(CommandLineTest, InfoTellsWhatTheProgramIs) {
  const Result text = runInside(sparseProgram(), {"info"});
  EXPECT_EQ(text.status, 0);
  for (const char *part :
       {"sparse", "hand 1.0", "csr, 20 features", "binary, 1 output",
        "sgd(momentum = 0.5)", "batch 8", "3 epochs", "layer.weight  [20, 1]",
        "uniform_fan_in", "fffffffffffffffe", "x86_64-pc-linux-gnu x86-64"})
    EXPECT_NE(text.out.find(part), std::string::npos) << part;
  const auto object =
      boost::json::parse(runInside(classProgram(), {"info", "--json"}).out)
          .as_object();
  EXPECT_EQ(object.at("parameter_elements").as_int64(), 15);
  EXPECT_EQ(object.at("parameters").at(0).at("shape").at(1).as_int64(), 3);
  EXPECT_EQ(object.at("label").at("kind").as_string(), "class");
}

// A quantised weight's scales are none of its parameters, here as there; their
// bytes are, as they lie in memory: a record of 8 bytes for each of 20 rows, 64
// behind them, and 3 numbers of the bias.
TEST_F(CommandLineTest, InfoAndSummaryCountTheSame) {
  const MlcProgram program = quantizedProgram(MLC_I8);
  const auto object =
      boost::json::parse(runInside(program, {"info", "--json"}).out)
          .as_object();
  EXPECT_EQ(object.at("parameter_elements").as_int64(), 63);
  const std::string text = runInside(program, {"info", "--summary"}).out;
  EXPECT_NE(text.find("total                                           63"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\nweights 196 bytes"), std::string::npos) << text;
}

TEST_F(CommandLineTest, SaysWhichInstructionsAreMissing) {
  MlcProgram program = sparseProgram();
  program.features = "sse3,avx512f,xop"; // No CPU has both of the last.
  for (const Arguments &arguments :
       {Arguments{"train", "--data", "none"},
        Arguments{"eval", "--data", "none", "--weights", "none"},
        Arguments{"predict", "--data", "none", "--weights", "none"}}) {
    const Result result = runInside(program, arguments);
    EXPECT_EQ(result.status, 1);
    EXPECT_TRUE(result.error.starts_with("error: this CPU lacks "));
    EXPECT_NE(result.error.find("xop"), std::string::npos);
    EXPECT_NE(result.error.find("recompile it with --cpu "), std::string::npos);
  }
  const Result info = runInside(program, {"info"});
  EXPECT_EQ(info.status, 0);
  EXPECT_NE(info.out.find("lacks "), std::string::npos);
}

TEST_F(CommandLineTest, RefusesAnotherInterface) {
  MlcProgram program = sparseProgram();
  program.abi_version = MLC_ABI_VERSION + 1;
  const Result result = runInside(program, {"info"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("recompile"), std::string::npos);
}

TEST_F(CommandLineTest, WrongUsage) {
  struct Case {
    Arguments arguments;
    const char *message;
  };
  for (const auto &[arguments, message] : std::vector<Case>{
           {{},
            "one of train, eval, predict, explain, importance, dump, "
            "calibrate, "
            "serve, verify, card, drift, forget, budget, info is required"},
           {{"learn"}, "not expected: learn"},
           {{"train"}, "--data is required"},
           {{"train", "--data"}, "--data: 1 required FILE missing"},
           {{"eval", "--data", "x", "--weights", "y", "more"},
            "not expected: more"},
           {{"train", "--data", "x", "--epoch", "1"},
            "not expected: --epoch 1; did you mean --epochs?"},
           {{"train", "--data", "x", "--lr", "1"},
            "not expected: --lr 1; did you mean --learning-rate?"},
           {{"eval", "--data", "x", "--weights", "y", "32", "--thread", "1"},
            "not expected: 32 --thread 1; did you mean --threads?"},
           // What is missing is there, misspelt.
           {{"train", "--dat", "x"},
            "not expected: --dat x; did you mean --data?"},
           {{"train", "--frob", "x"}, "--data is required"},
           {{"evaluate"}, "not expected: evaluate"},
           {{"trian"}, "not expected: trian; did you mean train?"},
           {{"train", "--data", "x", "--epochs", "-1"}, "but got -1"},
           {{"train", "--data", "x", "--epochs", "1e3"}, "but got 1e3"},
           {{"train", "--data", "x", "--epochs", ""}, "--epochs"},
           {{"train", "--data", "x", "--seed", "-1"}, "but got -1"},
           {{"train", "--data", "x", "--seed", "18446744073709551616"},
            "but got 18446744073709551616"},
           {{"train", "--data", "x", "--learning-rate", "nan"}, "but got nan"},
           {{"train", "--data", "x", "--learning-rate", "-1"}, "but got -1"},
           {{"train", "--data", "x", "--learning-rate", "1x"}, "but got 1x"},
           {{"train", "--data", "x", "--validation", "1"}, "but got 1"},
           {{"train", "--data", "x", "--validation", "0"}, "but got 0"},
           {{"train", "--data", "x", "--validation", "0.1", "--test", "y"},
            "--test excludes --validation"},
           {{"train", "--data", "x", "--threads", "0"}, "but got 0"},
           {{"train", "--data", "x", "--threads", "65"}, "from 1 to 64"},
           {{"train", "--data", "x", "--metrics-every-step"}, "--metrics"},
           {{"eval", "--data", "x"}, "--weights is required"},
           {{"predict", "--weights", "x"}, "--data or --text is required"},
           {{"info", "--data", "x"}, "not expected"},
       }) {
    const Result result = runInside(sparseProgram(), arguments);
    EXPECT_EQ(result.status, 2) << message;
    EXPECT_EQ(result.out, "") << message;
    EXPECT_TRUE(result.error.starts_with("error: ")) << result.error;
    EXPECT_NE(result.error.find(message), std::string::npos) << result.error;
    EXPECT_NE(result.error.find("\n`program"), std::string::npos);
  }
}

TEST_F(CommandLineTest, TellsItsCompiler) {
  const MlcProgram program = sparseProgram();
  const Result version = runInside(program, {"--version"});
  EXPECT_EQ(version.status, 0);
  EXPECT_EQ(version.out, std::string(program.name) + ", compiled by " +
                             program.compiler + "\n");
}

TEST_F(CommandLineTest, HelpIsAResult) {
  const Result all = runInside(sparseProgram(), {"--help"});
  EXPECT_EQ(all.status, 0);
  EXPECT_NE(all.out.find("predict"), std::string::npos);
  const Result train = runInside(sparseProgram(), {"train", "--help"});
  EXPECT_EQ(train.status, 0);
  EXPECT_NE(train.out.find("--learning-rate X=0.125"), std::string::npos);
  EXPECT_EQ(train.error, "");
}

TEST_F(CommandLineTest, InputsAtFault) {
  train(sparseProgram(), sparseData(20));
  const Result missing =
      runInside(sparseProgram(),
                {"eval", "--data", folder / "none", "--weights", weights});
  EXPECT_EQ(missing.status, 1);
  EXPECT_TRUE(missing.error.starts_with("error: " + (folder / "none") + ": "));
  // Weights and data exchanged, and the weights of another model.
  EXPECT_EQ(
      runInside(sparseProgram(), {"eval", "--data", weights, "--weights", data})
          .status,
      1);
  classData(20).write(data);
  const Result other = use(classProgram(), "eval");
  EXPECT_EQ(other.status, 1);
  EXPECT_NE(other.error.find("tensor 'layer.weight': expected shape [4, 3], "
                             "but the file has [20, 1]"),
            std::string::npos)
      << other.error;
}

TEST_F(CommandLineTest, DivergedTrainingKeepsTheOldFile) {
  realData(50).write(data);
  std::ofstream(weights) << "old";
  const Result result =
      runInside(realProgram(), {"train", "--data", data, "-o", weights,
                                "--learning-rate", "1e30"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("error: training diverged: "), std::string::npos)
      << result.error;
  EXPECT_EQ(readFile(weights), "old");
  // The last update may be the one that spoils the weights.
  const Result last = runInside(realProgram(), {"train", "--data", data, "-o",
                                                weights, "--max-steps", "1",
                                                "--learning-rate", "1e300"});
  EXPECT_EQ(last.status, 1);
  EXPECT_EQ(readFile(weights), "old");
}

TEST_F(CommandLineTest, RefusesAnotherVocabulary) {
  TestData first = sparseData(20), second = sparseData(20);
  first.metadata["vectorizer"] = second.metadata["vectorizer"] = "{}";
  first.vocabulary = "good\nbad\n";
  second.vocabulary = "bad\ngood\n";
  train(sparseProgram(), first);
  EXPECT_EQ(use(sparseProgram(), "eval").status, 0);
  second.write(data);
  const Result result = use(sparseProgram(), "eval");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("--like"), std::string::npos);
}

} // namespace
} // namespace mlc::test
