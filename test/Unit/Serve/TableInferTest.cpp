//===- TableInferTest.cpp - Rows of a table, a tensor for each column -----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RoutesFixture.h"

#include "Support/DataCommand.h"
#include "Support/Files.h"

#include <cmath>
#include <cstring>

namespace mlc::test {
namespace {

namespace json = boost::json;

class TableInferTest : public RoutesTest {
protected:
  /// Trains on this table, and serves what was learned.
  void learn(const MlcProgram &served, const std::string &csv,
             Arguments options) {
    writeFile(folder / "train.csv", csv);
    options.insert(options.begin(), {folder / "train.csv", "-o", data});
    const Outcome made = runData(options);
    ASSERT_EQ(made.status, 0) << made.err;
    const Result learned = runInside(
        served, {"train", "--data", data, "-o", weights, "--epochs", "20"});
    ASSERT_EQ(learned.status, 0) << learned.error;
    start(served);
  }

  /// What `predict` says of the rows of a file, a line of JSON each.
  std::vector<std::string> predictFile(const std::string &csv) {
    writeFile(folder / "asked.csv", csv);
    const Result told =
        runInside(program, {"predict", "--weights", weights, "--data",
                            folder / "asked.csv", "--json"});
    EXPECT_EQ(told.status, 0) << told.error;
    return linesOf(told.out);
  }

  static json::object column(const char *name, const char *type,
                             const json::array &elements) {
    return {{"name", name},
            {"datatype", type},
            {"shape", {elements.size(), 1}},
            {"data", elements}};
  }
  static std::string request(const json::array &inputs) {
    return json::serialize(json::object{{"inputs", inputs}});
  }

  void expectAnswers(const HttpResponse &response,
                     const std::vector<std::string> &told) {
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(std::size_t(response.rows), told.size());
    const json::array logits = dataOf(response, "logits");
    const std::size_t columns = std::size_t(runtime::columnsOf(program));
    ASSERT_EQ(logits.size(), told.size() * columns);
    for (std::size_t row = 0; row < told.size(); ++row)
      for (std::size_t i = 0; i < columns; ++i)
        EXPECT_EQ(logits[row * columns + i],
                  json::parse(told[row]).at("outputs").at(i))
            << row;
  }
};

/// Two numbers, of which one is missing at times, and two categories: 4
/// features, three classes.
std::string cars() {
  std::string csv = "age,fuel,power,class\n";
  const char *classes[] = {"low", "middle", "high"};
  for (int row = 0; row < 60; ++row)
    csv += (row % 7 ? std::to_string(row % 9) + ".25" : "") + "," +
           (row % 2 ? "gas" : "oil") + "," + std::to_string(40 + 3 * row) +
           "e-1," + classes[row / 20] + "\n";
  return csv;
}

TEST_F(TableInferTest, ColumnsHaveTheBitsOfPredict) {
  learn(classProgram(), cars(), {"--label-column", "class"});
  EXPECT_NE(
      get("/v2/models/m")
          .body.find(R"("inputs":[{"name":"age","datatype":"FP64","shape":)"
                     R"([-1,1]},{"name":"power","datatype":"FP64","shape":)"
                     R"([-1,1]},{"name":"fuel","datatype":"BYTES","shape":)"
                     R"([-1,1]}])"),
      std::string::npos)
      << get("/v2/models/m").body;
  EXPECT_NE(get("/v2/models/m")
                .body.find(R"({"name":"fuel","kind":"category","values":)"
                           R"(["gas","oil"]})"),
            std::string::npos)
      << get("/v2/models/m").body;
  // Missing, unseen, and digits that a parser may get wrong in the last place.
  const auto told = predictFile("power,fuel,age\n"
                                "4.35,oil,1.1\n"
                                "179.00000000000003,gas,\n"
                                "-0.000123456789012345678,coal,7\n"
                                "1e22,,NA\n"
                                "9007199254740993, gas ,2.2250738585072011e-1\n"
                                "3,gas,4503599627370497.5\n");
  const std::string asked =
      R"({"inputs":[{"name":"fuel","datatype":"BYTES","shape":[6,1],)"
      R"("data":["oil",["gas"],"coal",null," gas ","gas"]},)"
      R"({"name":"age","datatype":"FP64","shape":[6],"data":)"
      R"([1.1,null,7,null,2.2250738585072011e-1,4503599627370497.5]},)"
      R"({"name":"power","datatype":"FP64","shape":[6,1],"data":)"
      R"([4.35,179.00000000000003,-0.000123456789012345678,1e22,)"
      R"(9007199254740993,3]}]})";
  expectAnswers(infer(asked), told);
  // Numbers as texts, and rows as `mlc data` encodes them.
  const std::string words = request(
      {column("age", "BYTES", {"1.1", "", "7"}),
       column("power", "BYTES",
              {"4.35", "179.00000000000003", "-0.000123456789012345678"}),
       column("fuel", "BYTES", {"oil", "gas", "coal"})});
  expectAnswers(infer(words), {told.begin(), told.begin() + 3});
  const std::string encoded = request({{{"name", "features"},
                                        {"datatype", "FP32"},
                                        {"shape", {1, 4}},
                                        {"data", {0, 0, 0, 0}}}});
  EXPECT_EQ(infer(encoded).status, 200) << infer(encoded).body;
  // No rows are an answer, too.
  const HttpResponse none =
      infer(request({column("age", "FP64", {}), column("power", "INT64", {}),
                     column("fuel", "BYTES", {})}));
  EXPECT_EQ(none.status, 200) << none.body;
  EXPECT_EQ(none.rows, 0);
}

TEST_F(TableInferTest, ColumnsAsBytes) {
  learn(classProgram(), cars(), {"--label-column", "class"});
  const auto told = predictFile("age,fuel,power\n0.5,gas,7\n,oil,-12\n");
  const double ages[] = {0.5, NAN};
  const std::int32_t powers[] = {7, -12};
  std::string binary(reinterpret_cast<const char *>(ages), sizeof(ages));
  binary.append(reinterpret_cast<const char *>(powers), sizeof(powers));
  const std::string fuels = std::string("\3\0\0\0gas\3\0\0\0oil", 14);
  const auto tensor = [](const char *name, const char *type,
                         std::size_t bytes) -> json::object {
    return {{"name", name},
            {"datatype", type},
            {"shape", {2, 1}},
            {"parameters", {{"binary_data_size", bytes}}}};
  };
  const std::string header =
      request({tensor("age", "FP64", 16), tensor("power", "INT32", 8),
               tensor("fuel", "BYTES", fuels.size())});
  expectAnswers(
      ask(HttpMethod::Post, "/v2/models/m/infer", header + binary + fuels,
          {{HttpField::InferenceHeaderLength, std::to_string(header.size())}}),
      told);
}

TEST_F(TableInferTest, WrongColumnsAreNamed) {
  learn(classProgram(), cars(), {"--label-column", "class"});
  const json::object age = column("age", "FP64", {1}),
                     power = column("power", "FP64", {2}),
                     fuel = column("fuel", "BYTES", {"gas"});
  expectError(request({age, fuel}), "expected an input \"power\"");
  expectError(R"({"inputs":[]})", "expected an input \"age\"");
  expectError(request({age, power, fuel, column("x", "FP64", {1})}),
              "unexpected input \"x\"");
  expectError(request({age, age, power, fuel}), "\"age\" twice");
  expectError(request({age, column("power", "FP64", {2, 3}), fuel}),
              "got 1 in \"age\" and 2 in \"power\"");
  expectError(request({age, power, column("fuel", "FP64", {1})}),
              "expected the datatype BYTES");
  expectError(request({age, column("power", "FP64", {"2"}), fuel}),
              "expected numbers or null");
  expectError(request({age, column("power", "INT64", {2.5}), fuel}),
              "expected whole numbers or null");
  expectError(request({age, column("power", "BYTES", {"2 hp"}), fuel}),
              "\"power\", row 0: expected a number, as the training set has, "
              "but got \"2 hp\"");
  expectError(request({age, power, column("fuel", "BYTES", {1})}),
              "expected strings or null");
  expectError(
      request({age, power, column("fuel", "BYTES", {std::string("a\0b", 3)})}),
      "expected UTF-8 without NUL");
  expectError(request({age,
                       power,
                       {{"name", "fuel"},
                        {"datatype", "BYTES"},
                        {"shape", {1, 2}},
                        {"data", {"a", "b"}}}}),
              "expected the shape [rows, 1] or [rows]");
}

/// Texts of two columns beside numbers: sparse rows of 20 features.
TEST_F(TableInferTest, TextsBesideNumbers) {
  std::string csv = "title,n,body,label\n";
  for (int row = 0; row < 72; ++row)
    csv += "w" + std::to_string(row % 9) + "," + std::to_string(row % 5) +
           ",\"t" + std::to_string(row % 8) + " " + (row % 2 ? "good" : "bad") +
           "\"," + (row % 2 ? "up" : "down") + "\n";
  learn(sparseProgram(), csv,
        {"--text-column", "title,body", "--label-column", "label", "--numeric",
         "n"});
  const auto told = predictFile("title,n,body\nw3,4,t1 bad\nw5,,good GOOD w1\n"
                                ",2.5,\n");
  expectAnswers(infer(request({column("body", "BYTES",
                                      {"t1 bad", "good GOOD w1", nullptr}),
                               column("n", "FP64", {4, nullptr, 2.5}),
                               column("title", "BYTES", {"w3", "w5", ""})})),
                told);
  // A text alone is no row.
  EXPECT_EQ(ask(HttpMethod::Post, "/v2/models/m/infer", "good",
                {{HttpField::InferenceHeaderLength, "0"}})
                .status,
            400);
  expectError(request({column("text", "BYTES", {"good"})}), "text");
}

/// What a request takes is bounded though its cells are empty.
TEST_F(TableInferTest, ManyEmptyCells) {
  learn(classProgram(), cars(), {"--label-column", "class"});
  const json::array cells(65537, nullptr);
  expectError(
      request({column("age", "FP64", cells), column("power", "FP64", cells),
               column("fuel", "BYTES", cells)}),
      "expected at most 65536 rows");
}

} // namespace
} // namespace mlc::test
