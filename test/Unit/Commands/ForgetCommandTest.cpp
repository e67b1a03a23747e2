//===- ForgetCommandTest.cpp - Rows that are forgotten, and drift ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/RunRecord.h"
#include "Support/TrainCommandFixture.h"

#include <numeric>

namespace mlc::test {
namespace {

using namespace runtime;

/// A data set without some of its rows, which are all sparse.
TestData without(const TestData &data, const std::vector<std::int64_t> &gone) {
  TestData rest = data;
  rest.indptr = {0};
  rest.indices.clear();
  rest.values.clear();
  rest.realLabels.clear();
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    if (std::ranges::find(gone, row) != gone.end())
      continue;
    for (std::int64_t at = data.indptr[std::size_t(row)];
         at < data.indptr[std::size_t(row) + 1]; ++at) {
      rest.indices.push_back(data.indices[std::size_t(at)]);
      if (!data.values.empty())
        rest.values.push_back(data.values[std::size_t(at)]);
    }
    rest.indptr.push_back(std::int64_t(rest.indices.size()));
    rest.realLabels.push_back(data.realLabels[std::size_t(row)]);
  }
  return rest;
}

class ForgetCommandTest : public TrainCommandTest {
protected:
  Result forget(Arguments more = {}) {
    Arguments arguments = {"forget", "--data", data,          "--rows",
                           rows,     "-o",     folder / "new"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runProgram(HANDMADE_PROGRAM, arguments);
  }

  /// Whether two files of weights have the same parameters.
  static bool haveSameBits(const std::string &a, const std::string &b) {
    const SafetensorsFile one(a), other(b);
    return std::ranges::equal(one.tensors(), other.tensors(),
                              [](const TensorView &x, const TensorView &y) {
                                return x.name == y.name &&
                                       std::ranges::equal(x.bytes, y.bytes);
                              });
  }

  std::string rows = folder / "rows";
};

TEST_F(ForgetCommandTest, IsATrainingOnTheRest) {
  const std::string rest = folder / "rest", alone = folder / "alone";
  without(sparseData(200), {0, 7, 8, 150, 199}).write(rest);
  writeFile(rows, "199\n7\n8\n0\n150\n7\n");
  const Arguments options = {"--epochs",        "3",   "--seed", "5",
                             "--learning-rate", "0.02"};
  Arguments train = options, fresh = {"train", "--data", rest, "-o", alone};
  train.insert(train.end(), {"-o", weights});
  fresh.insert(fresh.end(), options.begin(), options.end());
  ASSERT_EQ(this->train(train).status, 0);
  ASSERT_EQ(runProgram(HANDMADE_PROGRAM, fresh).status, 0);
  const Result result = forget({"--weights", weights});
  ASSERT_EQ(result.status, 0) << result.error;
  EXPECT_TRUE(haveSameBits(folder / "new", alone));
  EXPECT_FALSE(haveSameBits(folder / "new", weights));
  // Its record is the certificate.
  const RunRecord record = OpenedRecord(folder / "new.run.json").record;
  ASSERT_TRUE(record.source("forgotten rows"));
  EXPECT_EQ(record.source("forgotten rows")->name, "rows");
  const auto verify = [&](Arguments more) {
    more.insert(more.begin(), {"verify", folder / "new", "--data", data});
    return runProgram(HANDMADE_PROGRAM, more);
  };
  EXPECT_EQ(verify({"--rows", rows, "--retrain"}).status, 0);
  EXPECT_NE(verify({"--retrain"}).out.find("bits              not checked"),
            std::string::npos);
  writeFile(folder / "other", "199\n");
  EXPECT_EQ(verify({"--rows", folder / "other"}).status, 1);
}

TEST_F(ForgetCommandTest, WhatCannotBeForgottenIsRefused) {
  writeFile(rows, "3\n");
  ASSERT_EQ(train({"-o", weights, "--epochs", "1"}).status, 0);
  const auto expectError = [&](Arguments more, const char *expected) {
    const Result result = forget(more);
    EXPECT_EQ(result.status, 1) << expected;
    EXPECT_NE(result.error.find(expected), std::string::npos) << result.error;
    EXPECT_FALSE(std::filesystem::exists(folder / "new"));
  };
  writeFile(rows, "3\n200\n");
  expectError({}, ":2: expected the number of a row, from 0 to 199");
  writeFile(rows, "3\n");
  expectError({"--weights", folder / "none"}, "none.run.json");
  expectError({"--weights", weights, "--init", weights},
              "names none as first weights; leave out --init");
  ASSERT_EQ(
      train({"-o", folder / "split", "--epochs", "1", "--validation", "0.2"})
          .status,
      0);
  expectError({"--weights", folder / "split"}, "--validation");
  sparseData(201).write(data);
  expectError({"--weights", weights}, "another file, as data; give that");
  EXPECT_EQ(runProgram(HANDMADE_PROGRAM, {"forget", "--data", data}).status, 2);
  EXPECT_EQ(runProgram(HANDMADE_PROGRAM,
                       {"forget", "--data", data, "--rows", rows, "-o", rows})
                .status,
            2);
}

TEST_F(ForgetCommandTest, DriftIsSeen) {
  ASSERT_EQ(train({"-o", weights, "--epochs", "1"}).status, 0);
  const auto drift = [&](const std::string &path, Arguments more = {}) {
    more.insert(more.begin(), {"drift", "--weights", weights, "--data", path});
    return runProgram(HANDMADE_PROGRAM, more);
  };
  Result result = drift(data);
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_TRUE(result.out.starts_with("0 of 20 columns have drifted in 200"))
      << result.out;
  TestData changed = sparseData(200);
  // Column 3 is in no row any more.
  for (std::size_t row = 0; row < 200; ++row)
    for (auto at = std::size_t(changed.indptr[row]);
         at < std::size_t(changed.indptr[row + 1]); ++at)
      if (changed.indices[at] == 3)
        changed.values[at] = 0;
  changed.write(test);
  result = drift(test, {"--json"});
  EXPECT_EQ(result.status, 3);
  const auto json = boost::json::parse(result.out);
  EXPECT_TRUE(json.at("drifted").as_bool());
  EXPECT_EQ(json.at("columns").at(0).at("column"), "feature 3");
  EXPECT_GT(json.at("columns").at(0).at("psi").as_double(), 0.2);
  EXPECT_FALSE(json.at("columns").at(1).at("drifted").as_bool());
  sparseData(20).write(test);
  EXPECT_NE(drift(test).error.find("too few"), std::string::npos);
  // A record of other weights says nothing of these.
  ASSERT_EQ(train({"-o", folder / "w", "--epochs", "2"}).status, 0);
  result = drift(data, {"--record", folder / "w.run.json"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("no record of the weights"), std::string::npos);
}

} // namespace
} // namespace mlc::test
