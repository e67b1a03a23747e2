//===- VerifyCommandTest.cpp - Weights against their record ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Digest.h"
#include "Audit/RunRecord.h"
#include "Support/HandmadeProgram.h"
#include "Support/TrainCommandFixture.h"

#include <sys/stat.h>

namespace mlc::test {
namespace {

using namespace runtime;

class VerifyCommandTest : public TrainCommandTest {
protected:
  /// Trains to `weights`, which leaves `record`.
  void trainAnd(Arguments more = {}) {
    Arguments all = {"-o", weights, "--epochs", "3"};
    all.insert(all.end(), more.begin(), more.end());
    const Result result = train(all);
    ASSERT_EQ(result.status, 0) << result.error;
  }

  Result verify(Arguments more = {}) {
    more.insert(more.begin(), {"verify", weights});
    return runProgram(HANDMADE_PROGRAM, more);
  }

  /// What `verify` says of a part.
  static std::string resultOf(const Result &result, const std::string &part) {
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with(part + " "))
        return line.substr(line.find_first_not_of(' ', part.size()));
    return "";
  }

  RunRecord read() { return OpenedRecord(record).record; }

  /// Writes another record in the place of the one that is there, with its
  /// signatures.
  void replaceRecord(const std::function<void(RunRecord &)> &change) {
    OpenedRecord opened(record);
    change(opened.record);
    opened.envelope.payload = opened.record.statement();
    writeFile(record, opened.envelope.text());
  }

  std::string makeKey(const std::string &name) {
    SigningKey::make().write(folder / name);
    return folder / name;
  }

  std::string record = weights + ".run.json";
};

TEST_F(VerifyCommandTest, EveryTrainingLeavesARecord) {
  trainAnd({"--test", test, "--best", folder / "best", "--seed", "9"});
  const RunRecord run = read();
  EXPECT_EQ(run.weights.name, "weights");
  EXPECT_EQ(run.weights.sha256, sha256OfFile(weights));
  EXPECT_EQ(run.source("data")->sha256, sha256OfFile(data));
  EXPECT_EQ(run.source("test")->sha256, sha256OfFile(test));
  EXPECT_EQ(run.source("program")->sha256, sha256OfFile(HANDMADE_PROGRAM));
  EXPECT_EQ(run.source("program")->name, "mlc-handmade-program");
  EXPECT_EQ(run.source("first weights"), nullptr);
  EXPECT_EQ(run.option("seed"), "9");
  EXPECT_EQ(run.option("epochs"), "3");
  EXPECT_EQ(run.steps, 75); // Of 200 rows in batches of 8.
  EXPECT_EQ(run.environment.at("device"), "cpu");
  EXPECT_EQ(run.figures.front().name, "epoch");
  EXPECT_EQ(run.figures.front().value, 3);
  EXPECT_GT(run.cost.seconds, 0);
  EXPECT_TRUE(OpenedRecord(record).envelope.signatures.empty());
  const OpenedRecord best(folder / "best.run.json");
  EXPECT_EQ(best.record.weights.sha256, sha256OfFile(folder / "best"));
  EXPECT_EQ(best.record.steps, 25 * best.record.figures.front().value);
  // The weights alone are as they ever were: they know of no record.
  EXPECT_FALSE(std::filesystem::exists(record + ".minisig"));
}

TEST_F(VerifyCommandTest, CountsMultiplications) {
  trainAnd({"--max-steps", "30"});
  const MlcProgram program = sparseProgram();
  const MlcAmount &amount = program.entries[0].multiplications;
  ASSERT_STREQ(program.entries[0].name, "train");
  const SafetensorsFile file(data);
  const double rows = 30 * 8;
  const double nonzeros = double(file.find("indices")->shape[0]) / 200.0 * rows;
  EXPECT_DOUBLE_EQ(read().cost.multiplications.value(),
                   30 * amount.constant + rows * amount.per_row +
                       nonzeros * amount.per_nonzero);
}

TEST_F(VerifyCommandTest, WhatAgreesIsSaid) {
  trainAnd({"--test", test});
  Result result = verify();
  EXPECT_EQ(result.status, 0) << result.out << result.error;
  for (const char *part : {"weights", "program", "options"})
    EXPECT_EQ(resultOf(result, part), "agrees") << part;
  EXPECT_EQ(resultOf(result, "signature"),
            "not checked: nobody signed the record (train --sign KEY)");
  EXPECT_EQ(resultOf(result, "data"),
            "not checked: give --data with the file that was \"data\"");
  result = verify({"--data", data, "--test", test});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(resultOf(result, "data"), "agrees");
  EXPECT_EQ(resultOf(result, "test"), "agrees");
  result = verify({"--json"});
  const auto json = boost::json::parse(result.out);
  EXPECT_TRUE(json.at("agrees").as_bool());
  EXPECT_EQ(json.at("parts").as_array().size(), 6u);
}

TEST_F(VerifyCommandTest, WhatDiffersIsNamed) {
  trainAnd({"--test", test});
  const auto expectDiffers = [&](const std::string &part, Arguments more = {}) {
    const Result result = verify(more);
    EXPECT_EQ(result.status, 1) << part;
    EXPECT_TRUE(resultOf(result, part).starts_with("differs: "))
        << part << "\n"
        << result.out << result.error;
    EXPECT_TRUE(result.error.ends_with("does not agree with " + record + ": " +
                                       part + "\n"))
        << result.error;
  };
  expectDiffers("data", {"--data", test});
  expectDiffers("test", {"--test", data});
  expectDiffers("first weights", {"--init", weights});
  expectDiffers("program", {"--program", data});
  const std::string whole = readFile(weights), text = readFile(record);
  std::string damaged = whole;
  damaged[whole.size() / 2] ^= 1;
  writeFile(weights, damaged);
  expectDiffers("weights");
  writeFile(weights, whole);
  for (const char *option : {"seed", "data_hash", "model_hash", "compiler"}) {
    replaceRecord([&](RunRecord &run) { run.options[option] += "0"; });
    expectDiffers("options");
    writeFile(record, text);
  }
  replaceRecord([](RunRecord &run) { ++run.steps; });
  expectDiffers("options");
}

TEST_F(VerifyCommandTest, ASignatureIsOfOneKey) {
  const std::string ours = makeKey("ours"), theirs = makeKey("theirs");
  trainAnd({"--sign", ours + ".key"});
  EXPECT_TRUE(std::filesystem::exists(record + ".minisig"));
  Result result = verify({"--key", ours + ".pub"});
  EXPECT_EQ(result.status, 0) << result.out << result.error;
  EXPECT_EQ(resultOf(result, "signature"), "agrees");
  result = verify({"--key", theirs + ".pub"});
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(resultOf(result, "signature").starts_with("differs: the key"));
  // Who changes what the record says has no signature of it.
  replaceRecord([](RunRecord &run) { run.cost.seconds /= 2; });
  EXPECT_EQ(verify({"--key", ours + ".pub"}).status, 1);
  // A record without one takes the other's detached signature away.
  trainAnd();
  EXPECT_FALSE(std::filesystem::exists(record + ".minisig"));
  result = verify({"--key", ours + ".pub"});
  EXPECT_EQ(resultOf(result, "signature"), "differs: nobody signed the record");
}

TEST_F(VerifyCommandTest, KeysAreReadBeforeTraining) {
  const std::string key = makeKey("ours");
  EXPECT_EQ(train({"--sign", key + ".key"}).status, 2);
  EXPECT_EQ(train({"--sign", key + ".key", "--overfit", "4"}).status, 2);
  EXPECT_EQ(train({"--sign", key + ".key", "-o", key + ".key"}).status, 2);
  const Result result = train({"--sign", key + ".pub", "-o", weights});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_FALSE(std::filesystem::exists(weights));
}

TEST_F(VerifyCommandTest, RecordsOverwriteNoInput) {
  std::filesystem::copy(data, folder / "w.run.json");
  EXPECT_EQ(train({"--test", folder / "w.run.json", "-o", folder / "w"}).status,
            2);
  std::filesystem::create_directory(record);
  const Result result = train({"-o", weights});
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(result.error.starts_with("error: " + record + ": "))
      << result.error;
  EXPECT_FALSE(std::filesystem::exists(weights));
}

TEST_F(VerifyCommandTest, TrainingAgainProvesTheBits) {
  const std::string init = folder / "init";
  ASSERT_EQ(train({"-o", init, "--epochs", "1"}).status, 0);
  const std::vector<Arguments> runs = {
      {},
      {"--seed", "77", "--no-shuffle"},
      {"--validation", "0.3", "--learning-rate", "0.01"},
      {"--init", init},
      {"--max-steps", "31"},
      {"--test", test, "--best", weights + "2"}};
  for (const Arguments &run : runs) {
    trainAnd(run);
    Arguments more = {"--retrain", "--data", data};
    if (!run.empty() && run[0] == "--init")
      more.insert(more.end(), {"--init", init});
    for (const char *threads : {"1", "3"}) {
      Arguments all = more;
      all.insert(all.end(), {"--threads", threads});
      const Result result = verify(all);
      EXPECT_EQ(result.status, 0) << result.out << result.error;
      EXPECT_EQ(resultOf(result, "bits"), "agrees") << result.out;
    }
  }
  const Result best = runProgram(
      HANDMADE_PROGRAM, {"verify", weights + "2", "--retrain", "--data", data});
  EXPECT_EQ(resultOf(best, "bits"), "agrees") << best.out << best.error;
}

TEST_F(VerifyCommandTest, TrainingAgainFindsOtherBits) {
  trainAnd();
  // Weights that were changed, with a record that was made to agree.
  {
    const SafetensorsFile file(weights);
    SafetensorsContents contents{file.tensors(), file.metadata(), true};
    TensorView &tensor = contents.tensors.front();
    std::vector<std::byte> changed(tensor.bytes.begin(), tensor.bytes.end());
    changed[4] ^= std::byte(1);
    tensor.bytes = changed;
    writeSafetensors(folder / "changed", contents);
  }
  std::filesystem::rename(folder / "changed", weights);
  replaceRecord(
      [&](RunRecord &run) { run.weights.sha256 = sha256OfFile(weights); });
  EXPECT_EQ(verify({"--data", data}).status, 0);
  const Result result = verify({"--data", data, "--retrain"});
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(resultOf(result, "bits").starts_with("differs: element 1 of "))
      << result.out;
}

/// Calibrating changes no parameter, so the record of the training goes on.
TEST_F(VerifyCommandTest, CalibratedWeightsHaveARecord) {
  trainAnd({"--sign", makeKey("ours") + ".key"});
  const std::string calibrated = folder / "calibrated",
                    theirs = recordPath(calibrated), key = makeKey("theirs");
  const auto calibrate = [&](Arguments more = {}) {
    more.insert(more.begin(), {"calibrate", "--data", test, "--weights",
                               weights, "-o", calibrated});
    return runProgram(HANDMADE_PROGRAM, more);
  };
  ASSERT_EQ(calibrate({"--sign", key + ".key", "--threshold", "f1"}).status, 0);
  EXPECT_TRUE(std::filesystem::exists(theirs + ".minisig"));
  const RunRecord before = read(), after = OpenedRecord(theirs).record;
  EXPECT_EQ(after.steps, before.steps);
  EXPECT_EQ(after.source("earlier weights")->sha256, sha256OfFile(weights));
  EXPECT_EQ(after.source("calibration data")->sha256, sha256OfFile(test));
  EXPECT_EQ(after.option("threshold"), "f1");
  const auto verifyWith = [&](Arguments more = {}) {
    more.insert(more.begin(), {"verify", calibrated});
    return runProgram(HANDMADE_PROGRAM, more);
  };
  Result result =
      verifyWith({"--data", data, "--from", weights, "--calibration", test,
                  "--key", key + ".pub", "--retrain"});
  EXPECT_EQ(result.status, 0) << result.out << result.error;
  for (const char *part : {"signature", "weights", "program", "data",
                           "earlier weights", "calibration data", "bits"})
    EXPECT_EQ(resultOf(result, part), "agrees") << part << "\n" << result.out;
  result = verifyWith({"--from", calibrated, "--calibration", data});
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(result.error.ends_with("earlier weights, calibration data\n"))
      << result.error;
  // Once more, from these: the record names the last ones alone.
  ASSERT_EQ(
      runProgram(HANDMADE_PROGRAM, {"calibrate", "--data", test, "--weights",
                                    calibrated, "-o", folder / "again"})
          .status,
      0);
  const RunRecord again = OpenedRecord(folder / "again.run.json").record;
  EXPECT_EQ(again.sources.size(), after.sources.size());
  EXPECT_EQ(again.source("earlier weights")->sha256, sha256OfFile(calibrated));
  EXPECT_EQ(again.option("threshold"), "");
  // Unsigned in the same place: no signature of the earlier ones stays.
  ASSERT_EQ(calibrate().status, 0);
  EXPECT_FALSE(std::filesystem::exists(theirs + ".minisig"));
}

TEST_F(VerifyCommandTest, CalibratedWithoutARecord) {
  trainAnd();
  const std::string calibrated = folder / "calibrated";
  const Arguments calibrate = {"calibrate", "--data", test,      "--weights",
                               weights,     "-o",     calibrated};
  ASSERT_EQ(runProgram(HANDMADE_PROGRAM, calibrate).status, 0);
  // A record of other weights is none.
  replaceRecord([](RunRecord &run) { run.weights.sha256[0] ^= 1; });
  Result result = runProgram(HANDMADE_PROGRAM, calibrate);
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(result.error.starts_with("error: " + record +
                                       ": is no record of " + weights))
      << result.error;
  // What is written without one does not keep that of what was there.
  std::filesystem::remove(record);
  ASSERT_EQ(runProgram(HANDMADE_PROGRAM, calibrate).status, 0);
  EXPECT_FALSE(std::filesystem::exists(recordPath(calibrated)));
  result = runProgram(HANDMADE_PROGRAM, {"verify", calibrated});
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(result.error.starts_with("error: " + recordPath(calibrated) +
                                       ": there is no record of " + calibrated +
                                       " here; train"))
      << result.error;
  Arguments signedOnes = calibrate;
  signedOnes.insert(signedOnes.end(), {"--sign", makeKey("ours") + ".key"});
  result = runProgram(HANDMADE_PROGRAM, signedOnes);
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.error.find("has none beside it"), std::string::npos);
}

TEST_F(VerifyCommandTest, AnotherMachineProvesNothing) {
  trainAnd();
  for (const char *change : {"target", "device", "kernels"}) {
    replaceRecord([&](RunRecord &run) {
      if (change == std::string("target"))
        run.options["target"] = "x86_64 other";
      else if (change == std::string("device"))
        run.environment["device"] = "NVIDIA H100";
      else
        run.options["blas_kernels"] = "Other";
    });
    const Result result = verify({"--data", data, "--retrain"});
    EXPECT_EQ(result.status, 1);
    EXPECT_TRUE(resultOf(result, "bits").starts_with("not comparable: "))
        << change << result.out;
    trainAnd();
  }
}

TEST_F(VerifyCommandTest, RetrainingNeedsWhatWasLearned) {
  trainAnd();
  EXPECT_EQ(verify({"--retrain"}).status, 2);
  const Result result = verify({"--retrain", "--data", test});
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(resultOf(result, "bits").starts_with("not checked: "))
      << result.out;
}

TEST_F(VerifyCommandTest, BadRecordsAreErrors) {
  EXPECT_EQ(verify().status, 1);
  trainAnd();
  const std::string text = readFile(record);
  for (const std::string &bad : {std::string(), std::string("{}"),
                                 text.substr(0, text.size() / 2), text + " "}) {
    writeFile(record, bad);
    const Result result = verify();
    EXPECT_EQ(result.status, 1);
    EXPECT_TRUE(result.error.starts_with("error: " + record + ": "))
        << result.error;
  }
  writeFile(record, text);
  for (const char *option : {"epochs", "seed", "learning_rate", "validation"}) {
    replaceRecord([&](RunRecord &run) { run.options[option] = "x"; });
    const Result result = verify({"--data", data, "--retrain"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.error.find(option), std::string::npos) << result.error;
    writeFile(record, text);
  }
  std::filesystem::rename(record, folder / "elsewhere");
  EXPECT_EQ(verify({"--record", folder / "elsewhere"}).status, 0);
}

} // namespace
} // namespace mlc::test
