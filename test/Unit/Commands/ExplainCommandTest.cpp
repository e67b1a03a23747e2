//===- ExplainCommandTest.cpp - PROGRAM explain, importance, dump ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Safetensors.h"
#include "Import/DataCommand.h"
#include "Support/CommandLineFixture.h"
#include "Support/HandmadeProgram.h"

#include <boost/json.hpp>
#include <cmath>
#include <fstream>

namespace mlc::test {
namespace {

class ExplainCommandTest : public CommandLineTest {
protected:
  std::string write(const std::string &name, const std::string &text) {
    const std::string path = folder / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  void trainOnTexts(Arguments options = {}) {
    std::string csv = "review,label\n";
    for (int row = 0; row < 72; ++row)
      csv += "w" + std::to_string(row % 18) + (row % 2 ? " Good" : " bad") +
             "," + (row % 2 ? "yes" : "no") + "\n";
    Arguments arguments = {"mlc data", write("train.csv", csv), "-o",
                           data,       "--max-features",        "20"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    std::vector<char *> argv;
    for (std::string &argument : arguments)
      argv.push_back(argument.data());
    testing::internal::CaptureStderr();
    const int status = runtime::dataMain(int(argv.size()), argv.data());
    ASSERT_EQ(status, 0) << testing::internal::GetCapturedStderr();
    testing::internal::GetCapturedStderr();
    const Result result =
        runInside(sparseProgram(),
                  {"train", "--data", data, "-o", weights, "--epochs", "20"});
    ASSERT_EQ(result.status, 0) << result.error;
  }
  Result explain(Arguments more) {
    Arguments arguments = {"explain", "--weights", weights};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runInside(sparseProgram(), arguments);
  }
  boost::json::object explainText(const std::string &text,
                                  Arguments more = {}) {
    more.insert(more.end(), {"--json", "--text", write("text", text + "\n")});
    const Result result = explain(more);
    EXPECT_EQ(result.status, 0) << result.error;
    return boost::json::parse(result.out).as_object();
  }
  static double sumOf(const boost::json::object &row, const char *list) {
    double sum = 0;
    for (const auto &part : row.at(list).as_array())
      sum += part.at("part").to_number<double>();
    return sum;
  }
  static double number(const boost::json::object &row, const char *name) {
    return row.at(name).to_number<double>();
  }
};

TEST_F(ExplainCommandTest, PartsOfWordsAddUp) {
  for (const Arguments &options : {Arguments{},
                                   {"--ngrams", "1..2"},
                                   {"--char-ngrams", "2..3"},
                                   {"--value", "tfidf", "--normalize", "l2"}}) {
    trainOnTexts(options);
    const auto row = explainText("Good, w3 unheardof GOOD bad <b>w3</b>");
    EXPECT_NEAR(number(row, "baseline") + sumOf(row, "words"),
                number(row, "score"), 1e-5);
    EXPECT_NEAR(number(row, "gap"), 0, 1e-5);
    const auto &words = row.at("words").as_array();
    ASSERT_EQ(words.size(), 6u);
    EXPECT_EQ(words[3].at("word").as_string(), "GOOD");
    EXPECT_EQ(words[3].at("token").as_string(), "good");
    EXPECT_EQ(words[3].at("begin").to_number<int>(), 19);
    EXPECT_EQ(words[5].at("begin").to_number<int>(), 31);
    EXPECT_GT(words[0].at("part").to_number<double>(),
              words[4].at("part").to_number<double>());
  }
}

TEST_F(ExplainCommandTest, UnknownWordsHaveNoPart) {
  trainOnTexts();
  const auto row = explainText("nothing known");
  EXPECT_EQ(row.at("unknown").to_number<int>(), 2);
  EXPECT_EQ(number(row, "baseline"), number(row, "score"));
}

TEST_F(ExplainCommandTest, TellsForPeople) {
  trainOnTexts();
  const std::string text = write("text", "Good stuff\n");
  const Result result = explain({"--text", text});
  ASSERT_EQ(result.status, 0) << result.error;
  EXPECT_NE(result.out.find("Good(+"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("1 of 2 words are unknown: stuff"),
            std::string::npos);
  EXPECT_NE(result.out.find("speaks for yes"), std::string::npos);
  EXPECT_NE(result.out.find("baseline "), std::string::npos);
  EXPECT_EQ(result.out.find('\033'), std::string::npos);
  EXPECT_NE(result.error.find("rank correlation"), std::string::npos);
}

TEST_F(ExplainCommandTest, RemovedWordsAreThoseOfAPrediction) {
  trainOnTexts();
  const auto whole = explainText("good good w1", {"--method", "remove"});
  const auto without = explainText("w1");
  double good = 0;
  for (const auto &word : whole.at("words").as_array())
    if (word.at("token").as_string() == "good")
      good += word.at("part").to_number<double>();
  EXPECT_NEAR(good, number(whole, "score") - number(without, "score"), 1e-5);
}

TEST_F(ExplainCommandTest, FindsWhatMustGo) {
  trainOnTexts();
  const auto row = explainText("good bad good good");
  ASSERT_TRUE(row.at("flip").is_object());
  const auto &flip = row.at("flip").as_object();
  EXPECT_EQ(flip.at("without").as_array().size(), 1u);
  EXPECT_EQ(flip.at("without").as_array()[0].as_string(), "good");
  EXPECT_EQ(flip.at("answer").as_string(), "no");
  EXPECT_TRUE(flip.at("fewest").as_bool());
  EXPECT_TRUE(explainText("good", {"--no-flip"}).at("flip").is_null());
}

TEST_F(ExplainCommandTest, ExplainsDataSets) {
  trainOnTexts();
  const Result result = explain({"--data", data, "--json"});
  ASSERT_EQ(result.status, 0) << result.error;
  ASSERT_EQ(linesOf(result.out).size(), 72u);
  const auto row = boost::json::parse(linesOf(result.out)[1]).as_object();
  EXPECT_NEAR(number(row, "baseline") + sumOf(row, "columns"),
              number(row, "score"), 1e-5);
  EXPECT_EQ(row.at("columns").as_array()[0].at("name").as_string(), "good");
  // The same texts as a file.
  const Result texts = explain({"--data", folder / "train.csv", "--json"});
  ASSERT_EQ(texts.status, 0) << texts.error;
  EXPECT_EQ(
      number(boost::json::parse(linesOf(texts.out)[1]).as_object(), "score"),
      number(row, "score"));
}

TEST_F(ExplainCommandTest, ExplainsClassesAndNumbers) {
  train(classProgram(), classData(40));
  const Result classes =
      use(classProgram(), "explain", {"--json", "--class", "2"});
  ASSERT_EQ(classes.status, 0) << classes.error;
  auto row = boost::json::parse(linesOf(classes.out)[0]).as_object();
  EXPECT_EQ(row.at("output").as_string(), "2");
  EXPECT_NEAR(number(row, "baseline") + sumOf(row, "columns"),
              number(row, "score"), 1e-5);
  const Result unknown = use(classProgram(), "explain", {"--class", "nine"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_NE(unknown.error.find("--class: expected one of"), std::string::npos);

  train(realProgram(), realData(40));
  const Result numbers = use(realProgram(), "explain", {"--json"});
  ASSERT_EQ(numbers.status, 0) << numbers.error;
  row = boost::json::parse(linesOf(numbers.out)[0]).as_object();
  EXPECT_TRUE(row.at("flip").is_null());
  EXPECT_NEAR(number(row, "baseline") + sumOf(row, "columns"),
              number(row, "score"), 1e-5);
}

TEST_F(ExplainCommandTest, SumsUpAllRows) {
  trainOnTexts();
  std::string first;
  for (const char *threads : {"1", "2", "5"}) {
    const Result result =
        explain({"--global", "--data", data, "--json", "--threads", threads});
    ASSERT_EQ(result.status, 0) << result.error;
    first = first.empty() ? result.out : first;
    EXPECT_EQ(result.out, first);
  }
  const auto output = boost::json::parse(first).at("outputs").at(0);
  EXPECT_EQ(output.at("positive").at(0).at("name").as_string(), "good");
  EXPECT_EQ(output.at("negative").at(0).at("name").as_string(), "bad");
  EXPECT_EQ(output.at("positive").at(0).at("rows").to_number<int>(), 36);
  const Result people = explain({"--global", "--data", data});
  EXPECT_NE(people.out.find("good"), std::string::npos);
}

TEST_F(ExplainCommandTest, ImportanceIsTheSameOnAnyThreads) {
  trainOnTexts();
  std::string first;
  for (const char *threads : {"1", "3"}) {
    const Result result =
        use(sparseProgram(), "importance",
            {"--json", "--threads", threads, "--measure", "log_loss"});
    ASSERT_EQ(result.status, 0) << result.error;
    first = first.empty() ? result.out : first;
    EXPECT_EQ(result.out, first);
  }
  const auto found = boost::json::parse(first).as_object();
  EXPECT_EQ(found.at("measure").as_string(), "log_loss");
  const auto &columns = found.at("columns").as_array();
  EXPECT_GT(columns[0].at("mean").to_number<double>(), 0.01);
  const std::string_view name = columns[0].at("name").as_string();
  EXPECT_TRUE(name == "good" || name == "bad") << name;
  const Result other = use(sparseProgram(), "importance",
                           {"--json", "--seed", "1", "--measure", "log_loss"});
  EXPECT_NE(other.out, first);
}

TEST_F(ExplainCommandTest, DumpTellsWeights) {
  trainOnTexts();
  const Result result = runInside(
      sparseProgram(), {"dump", "--weights", weights, "--json", "--top", "3"});
  ASSERT_EQ(result.status, 0) << result.error;
  const auto output = boost::json::parse(result.out).at("outputs").at(0);
  EXPECT_EQ(output.at("positive").at(0).at(0).as_string(), "good");
  EXPECT_EQ(output.at("negative").at(0).at(0).as_string(), "bad");
  EXPECT_EQ(output.at("positive").as_array().size(), 3u);
  // A linear program's parts are its weights.
  const runtime::SafetensorsFile file(weights);
  const auto *weight = file.find("layer.weight");
  ASSERT_TRUE(weight);
  float largest = 0;
  for (std::size_t at = 0; at < 20; ++at)
    largest = std::max(
        largest, reinterpret_cast<const float *>(weight->bytes.data())[at]);
  EXPECT_NEAR(output.at("positive").at(0).at(1).to_number<double>(), largest,
              1e-6);
}

TEST_F(ExplainCommandTest, ComparesWeights) {
  trainOnTexts();
  const std::string other = folder / "other";
  const Result trained =
      runInside(sparseProgram(), {"train", "--data", data, "-o", other,
                                  "--seed", "7", "--epochs", "1"});
  ASSERT_EQ(trained.status, 0) << trained.error;
  const auto row = explainText("good w1 w2 w3", {"--against", other});
  EXPECT_TRUE(row.at("against").at("other_sign").is_array());
}

TEST_F(ExplainCommandTest, WritesAPage) {
  trainOnTexts();
  const std::string page = folder / "page.html";
  const Result result =
      explain({"--text", write("text", "good <b>&bad\n"), "--html", page});
  ASSERT_EQ(result.status, 0) << result.error;
  const std::string html = readFile(page);
  EXPECT_NE(html.find("<sup>+</sup>"), std::string::npos);
  EXPECT_NE(html.find("&lt;b&gt;&amp;"), std::string::npos);
}

TEST_F(ExplainCommandTest, PagesOfEvaluationTellWhatCounts) {
  trainOnTexts();
  const std::string page = folder / "page.html";
  const Result result = use(sparseProgram(), "eval", {"--report", page});
  ASSERT_EQ(result.status, 0) << result.error;
  const std::string html = readFile(page);
  EXPECT_NE(html.find("What counts"), std::string::npos);
  EXPECT_NE(html.find("<th scope=\"row\">good</th>"), std::string::npos);
}

TEST_F(ExplainCommandTest, PagesOfTrainingTellWhatCounts) {
  trainOnTexts();
  const std::string page = folder / "page.html", other = folder / "other";
  const auto pageOf = [&](Arguments more) {
    Arguments arguments = {"train",    "--data",   data,
                           "--epochs", "20",       "--validation",
                           "0.25",     "--report", page};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Result result = runInside(sparseProgram(), arguments);
    EXPECT_EQ(result.status, 0) << result.error;
    return readFile(page);
  };
  for (const char *keeping : {"-o", "--best"}) {
    const std::string html = pageOf({keeping, other});
    EXPECT_NE(html.find("What counts"), std::string::npos) << keeping;
    EXPECT_NE(html.find("<th scope=\"row\">good</th>"), std::string::npos)
        << keeping;
  }
  // It is the weights that are kept which are told of.
  EXPECT_EQ(pageOf({}).find("What counts"), std::string::npos);
}

TEST_F(ExplainCommandTest, SaysWhatIsWrong) {
  trainOnTexts();
  const std::string text = write("text", "good\n");
  const auto expectError = [&](Arguments arguments, int status,
                               const std::string &part) {
    const Result result = explain(std::move(arguments));
    EXPECT_EQ(result.status, status) << result.error;
    EXPECT_NE(result.error.find(part), std::string::npos) << result.error;
  };
  expectError({}, 2, "--data or --text");
  expectError({"--text", text, "--data", data}, 2, "");
  expectError({"--text", text, "--method", "guess"}, 2, "guess");
  expectError({"--text", text, "--top", "0"}, 2, "0");
  expectError({"--text", text, "--class", "yes"}, 2, "has one output");
  expectError({"--text", text, "--global"}, 2, "--data");
  expectError({"--data", data, "--global", "--method", "remove"}, 2,
              "--method path");
  expectError({"--text", text, "--html", weights}, 2, "would overwrite");
  expectError({"--text", text, "--html", folder / "none/page"}, 1, "none");
  expectError({"--text", text, "--against", text}, 1, "text");
  expectError({"--data", folder / "nothing"}, 1, "nothing");
  expectError({"--text", write("bad", "\xFF\n")}, 1, "UTF-8");
  // A program that cannot explain.
  ChangeableProgram changed(sparseProgram());
  changed.entry("explain").name = "other";
  const Result result = runInside(
      changed.program, {"explain", "--weights", weights, "--text", text});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.error.find("cannot explain"), std::string::npos);
  const Result importance =
      use(sparseProgram(), "importance", {"--measure", "rmse"});
  EXPECT_EQ(importance.status, 2);
}

} // namespace
} // namespace mlc::test
