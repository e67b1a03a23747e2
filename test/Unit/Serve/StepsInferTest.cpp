//===- StepsInferTest.cpp - Rows that may differ in size ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A model that leaves the size of its rows open (#graph.sizes): the shape of a
// request's tensor says how many features each of its rows has.
//
//===----------------------------------------------------------------------===//

#include "RoutesFixture.h"

#include <cstring>
#include <string>
#include <vector>

namespace mlc::test {
namespace {

class StepsInferTest : public RoutesTest {
protected:
  void SetUp() override {
    train(stepsProgram(), stepsData(60, 4));
    start(stepsProgram());
  }

  /// What `PROGRAM explain --json` or `predict --json` says of the rows.
  std::vector<boost::json::object> linesFor(const TestData &examples,
                                            const std::string &command) {
    examples.write(data);
    const Result result = use(stepsProgram(), command, {"--json"});
    EXPECT_EQ(result.status, 0) << result.error;
    std::vector<boost::json::object> lines;
    for (const std::string &line : linesOf(result.out))
      lines.push_back(boost::json::parse(line).as_object());
    return lines;
  }

  static std::string bytesOf(const std::vector<float> &numbers) {
    return {reinterpret_cast<const char *>(numbers.data()),
            numbers.size() * sizeof(float)};
  }
};

TEST_F(StepsInferTest, MetadataLeaveTheWidthOpen) {
  const auto metadata =
      boost::json::parse(get("/v2/models/m").body).as_object();
  EXPECT_EQ(metadata.at("inputs").at(0).at("shape"),
            boost::json::array({-1, -1}));
  EXPECT_EQ(metadata.at("parameters").at("most_features"), 12);
  EXPECT_EQ(metadata.at("parameters").at("features_step"), 3);
}

/// JSON, binary tensors and single rows of bytes, one length after another.
TEST_F(StepsInferTest, AnswersAreThoseOfPredict) {
  for (std::int64_t steps : {4, 1, 3, 2}) {
    const TestData examples = stepsData(20, steps, 7);
    const auto lines = linesFor(examples, "predict");
    ASSERT_EQ(lines.size(), 20u);
    const auto logits = dataOf(infer(requestOf(examples)), "logits");
    ASSERT_EQ(logits.size(), 20u);
    const std::string bytes = bytesOf(examples.features);
    const std::string header = boost::json::serialize(boost::json::object{
        {"inputs",
         {{{"name", "features"},
           {"datatype", "FP32"},
           {"shape", {20, examples.width}},
           {"parameters", {{"binary_data_size", bytes.size()}}}}}}});
    const auto fromBytes =
        dataOf(ask(HttpMethod::Post, "/v2/models/m/infer", header + bytes,
                   {{HttpField::InferenceHeaderLength,
                     std::to_string(header.size())}}),
               "logits");
    for (std::size_t row = 0; row < lines.size(); ++row) {
      const auto &expected = lines[row].at("outputs").at(0);
      EXPECT_EQ(logits[row], expected) << steps << " steps, row " << row;
      EXPECT_EQ(fromBytes[row], expected) << steps << " steps, row " << row;
    }
    const HttpResponse raw =
        ask(HttpMethod::Post, "/v2/models/m/infer",
            bytes.substr(0, std::size_t(examples.width) * sizeof(float)),
            {{HttpField::InferenceHeaderLength, "0"}});
    ASSERT_EQ(raw.status, 200) << raw.body;
    EXPECT_EQ(raw.rows, 1);
    float logit = 0;
    const std::size_t begin = raw.body.find("]}") + 2;
    std::memcpy(&logit, raw.body.data() + begin, sizeof(logit));
    EXPECT_EQ(logit, float(logits[0].to_number<double>()));
  }
}

/// Parts are of the features that a row has, and add up from a baseline of as
/// many zeros; the same that the command says.
TEST_F(StepsInferTest, ExplanationsAreOfTheRowsOwnFeatures) {
  for (std::int64_t steps : {2, 4, 1}) {
    const TestData examples = stepsData(9, steps, 5);
    const auto lines = linesFor(examples, "explain");
    const HttpResponse response =
        ask(HttpMethod::Post, "/v2/models/m/explain", requestOf(examples));
    ASSERT_EQ(response.status, 200) << response.body;
    const auto answer = boost::json::parse(response.body).as_object();
    const auto &rows = answer.at("explanations").as_array();
    ASSERT_EQ(rows.size(), 9u);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      EXPECT_EQ(rows[row].as_object(), lines[row]);
      const auto &columns = rows[row].at("columns").as_array();
      EXPECT_LE(columns.size(), std::size_t(examples.width));
      EXPECT_GE(columns.size(), std::size_t(examples.width) - 2);
      double sum = rows[row].at("baseline").to_number<double>();
      for (const auto &column : columns) {
        const std::string name(column.at("name").as_string());
        EXPECT_LT(std::stoi(name.substr(8)), examples.width) << name;
        sum += column.at("part").to_number<double>();
      }
      EXPECT_NEAR(sum, rows[row].at("score").to_number<double>(), 1e-5);
    }
  }
}

TEST_F(StepsInferTest, OtherSizesAreRefused) {
  const auto request = [](const std::string &shape, int numbers) {
    std::string list = "0";
    for (int i = 1; i < numbers; ++i)
      list += ",0";
    return R"({"inputs":[{"name":"features","datatype":"FP32","shape":)" +
           shape + R"(,"data":[)" + list + "]}]}";
  };
  const std::string expected =
      "expected the shape [rows, features] with 1 to 4 times 3 features";
  expectError(request("[2,5]", 10), expected);
  expectError(request("[1,15]", 15), expected);
  expectError(request("[6]", 6), expected);
  expectError(request("[1,2,3]", 6), expected);
  expectError(request("[2,0]", 1), expected);
  expectError(request("[2,6]", 11), "expected 12 elements");
  for (std::size_t numbers : {4, 15}) {
    const HttpResponse raw = ask(HttpMethod::Post, "/v2/models/m/infer",
                                 bytesOf(std::vector<float>(numbers)),
                                 {{HttpField::InferenceHeaderLength, "0"}});
    EXPECT_EQ(raw.status, 400);
    EXPECT_NE(raw.body.find("one row of 1 to 4 times 3 features"),
              std::string::npos)
        << raw.body;
  }
}

} // namespace
} // namespace mlc::test
