//===- FirstWeightsTest.cpp - What a training starts from -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Safetensors.h"
#include "Support/TextProgramFixture.h"
#include "Support/TrainCommandFixture.h"
#include "Text/Vectorizer.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace mlc::test {
namespace {

using FirstWeightsTest = TrainCommandTest;
using WordVectorsTest = TextProgramTest;

TEST_F(FirstWeightsTest, StartsFromWeightsOfOtherNames) {
  EXPECT_EQ(train({"-o", weights, "--epochs", "1"}).status, 0);
  SafetensorsFile file(weights);
  runtime::SafetensorsContents contents = {.tensors = file.tensors(),
                                           .metadata = file.metadata()};
  for (runtime::TensorView &tensor : contents.tensors)
    tensor.name = "their." + tensor.name;
  std::erase_if(contents.metadata, [](const auto &entry) {
    return entry.first.starts_with("xxh3");
  });
  const std::string theirs = folder / "theirs", ours = folder / "ours",
                    mapped = folder / "mapped", part = folder / "part";
  runtime::writeSafetensors(theirs, contents);
  // The error leads on.
  Result result = train({"--init", theirs, "-o", mapped, "--epochs", "1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("--init-map"), std::string::npos) << result.error;
  const std::string map =
      "layer.weight=their.layer.weight,layer.bias=their.layer.bias";
  result = train(
      {"--init", theirs, "--init-map", map, "-o", mapped, "--epochs", "1"});
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_EQ(train({"--init", weights, "-o", ours, "--epochs", "1"}).status, 0);
  for (const char *name : {"layer.weight", "layer.bias"})
    EXPECT_TRUE(
        std::ranges::equal(SafetensorsFile(mapped).find(name)->as<float>(),
                           SafetensorsFile(ours).find(name)->as<float>()));
  // What keeps its random values is said, and so is what is not used.
  result =
      train({"--init", theirs, "--init-map", "layer.weight=their.layer.weight",
             "--init-missing", "random", "-o", part, "--epochs", "1"});
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_NE(result.error.find(theirs +
                              ": 1 of 2 parameters keeps its random values: "
                              "layer.bias; not used: their.layer.bias"),
            std::string::npos)
      << result.error;
  // A run that keeps nothing says the same.
  for (const Arguments &trial :
       {Arguments{"--dry-run"},
        {"--overfit", "12", "--learning-rate", "0.5"}}) {
    Arguments arguments = {"--init",         theirs,
                           "--init-map",     "layer.weight=their.layer.weight",
                           "--init-missing", "random"};
    arguments.insert(arguments.end(), trial.begin(), trial.end());
    result = train(arguments);
    EXPECT_EQ(result.status, 0) << result.error;
    EXPECT_NE(result.error.find("keeps its random values: layer.bias"),
              std::string::npos)
        << result.error;
  }
  // The record has it, so that the bits are proved.
  result = runProgram(HANDMADE_PROGRAM, {"verify", part, "--data", data,
                                         "--init", theirs, "--retrain"});
  EXPECT_EQ(result.status, 0) << result.out << result.error;
  for (const Arguments &wrong : {Arguments{"--init-map", "a=b"},
                                 {"--init-missing", "random"},
                                 {"--init", theirs, "--init-map", "a"},
                                 {"--init", theirs, "--init-map", "a=b,a=c"},
                                 {"--init", theirs, "--init-missing", "zero"}})
    EXPECT_EQ(train(wrong).status, 2) << wrong.back();
}

/// A row of a parameter starts from the vector of its word.
TEST_F(WordVectorsTest, AreFirstWeights) {
  makeData({write("train.csv", csvOf(72)), "-o", data, "--max-features", "20"});
  const std::string vectors =
      write("vectors.txt", "Good 3\nelsewhere 9\nbad -4\ngood 7\n... 1\n");
  const auto train = [&](Arguments more) {
    if (std::ranges::find(more, "--epochs") == more.end())
      more.insert(more.begin(), {"--epochs", "0"});
    more.insert(more.begin(), {"train", "--data", data, "-o", weights});
    return runInside(sparseProgram(), more);
  };
  const Result result = train({"--vectors", vectors, "--into", "layer.weight"});
  ASSERT_EQ(result.status, 0) << result.error;
  EXPECT_NE(result.error.find(vectors +
                              ": vectors for 2 of the 20 rows of layer.weight; "
                              "1 of its 5 entries can never be a token of a "
                              "text: \"...\""),
            std::string::npos)
      << result.error;
  const runtime::SafetensorsFile trained(weights);
  const auto rows = trained.find("layer.weight")->as<float>();
  std::istringstream words(runtime::Vectorizer::load(trained).vocabulary());
  std::string word;
  for (std::size_t row = 0; std::getline(words, word); ++row)
    if (word == "good" || word == "bad")
      EXPECT_EQ(rows[row], word == "good" ? 3 : -4);
    else
      EXPECT_TRUE(std::abs(rows[row]) < 1 && rows[row] != 0) << word;
  // Others stay as --init has them; the record tells all of it.
  const std::string first = folder / "first";
  writeFile(first, readFile(weights));
  const std::string other = write("other.txt", "w3 5\n");
  ASSERT_EQ(train({"--init", first, "--vectors", other, "--into",
                   "layer.weight", "--max-steps", "3", "--epochs", "2"})
                .status,
            0);
  Arguments verify = {"verify", weights, "--data",    data,
                      "--init", first,   "--retrain", "--vectors"};
  verify.push_back(other);
  EXPECT_EQ(runInside(sparseProgram(), verify).status, 0);
  verify.back() = vectors;
  const Result another = runInside(sparseProgram(), verify);
  EXPECT_NE(another.status, 0);
  EXPECT_NE(another.out.find("word vectors"), std::string::npos) << another.out;

  expectError(train({"--vectors", write("wide.txt", "good 1 2\n"), "--into",
                     "layer.weight"}),
              "expected shape [20, 2], for the words of the data set");
  expectError(train({"--vectors", vectors, "--into", "weight"}),
              "expected a parameter of program 'sparse', but got \"weight\"");
  EXPECT_EQ(train({"--vectors", vectors}).status, 2);
  EXPECT_EQ(train({"--into", "layer.weight"}).status, 2);
  trainOnCounts();
  expectError(train({"--vectors", vectors, "--into", "layer.weight"}),
              "expected a data set of texts");
}

} // namespace
} // namespace mlc::test
