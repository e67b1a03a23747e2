//===- TextProgramTest.cpp - PROGRAM eval and predict on texts ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/TextInput.h"
#include "Data/ClassNames.h"
#include "Data/Safetensors.h"
#include "Support/TextProgramFixture.h"
#include "Text/Vectorizer.h"

#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <fcntl.h>
#include <sstream>

namespace mlc::test {
namespace {

/// Lines are read in chunks, of so many rows or bytes; nobody sees where they
/// end.
TEST_F(TextProgramTest, LinesGiveWhatADataSetGives) {
  trainOnTexts();
  const std::pair<int, int> sizes[] = {{1, 0}, {2500, 0}, {40, 300'000}};
  for (const auto &[rows, padding] : sizes) {
    const Result lines =
        predict({"--text", write("lines", linesOf(rows, padding))});
    ASSERT_EQ(lines.status, 0) << lines.error;
    EXPECT_EQ(std::ranges::count(lines.out, '\n'), rows);
    const Result set =
        predict({"--data", write("x.csv", csvOf(rows, padding)), "--json"});
    ASSERT_EQ(set.status, 0) << set.error;
    EXPECT_TRUE(lines.out == set.out) << rows;
  }
}

TEST_F(TextProgramTest, TextsWithoutAKnownWordAreTold) {
  trainOnTexts();
  const std::string word = linesOf(1);
  const auto told = mlc::test::linesOf(
      predict({"--text", write("lines", word + "zzz qqq\n\n")}).out);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0].find("known"), std::string::npos) << told[0];
  for (const std::string &line : {told[1], told[2]})
    EXPECT_TRUE(line.ends_with(", \"known\": false}")) << line;
}

TEST_F(TextProgramTest, AFileAsStandardInput) {
  trainOnTexts();
  const std::string lines = write("lines", linesOf(9));
  const Result result =
      runProgram(HANDMADE_PROGRAM, {"predict", "--weights", weights, "--text"},
                 {.inChild = [&] {
                   ::dup2(::open(lines.c_str(), O_RDONLY), STDIN_FILENO);
                 }});
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_EQ(result.out, predict({"--text", lines}).out);
}

/// The next line is typed when the one before is answered.
TEST_F(TextProgramTest, AnswersALineAtOnce) {
  trainOnTexts();
  std::array<int, 2> ends;
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const std::string out = folder / "out";
  const Result result = runProgram(
      HANDMADE_PROGRAM, {"predict", "--weights", weights, "--text"},
      {.out = out,
       .inChild = [&] { ::dup2(ends[0], STDIN_FILENO); },
       .meanwhile =
           [&](pid_t child) {
             // The first two come together.
             for (int row = 1; row < 4; ++row) {
               const std::string line =
                   (row == 1 ? linesOf(2) : textOf(row) + "\n");
               ASSERT_EQ(::write(ends[1], line.data(), line.size()),
                         ssize_t(line.size()));
               waitUntil(child, [&] {
                 return std::ranges::count(readFile(out), '\n') == row + 1;
               });
             }
             ::close(ends[1]);
           }});
  ::close(ends[0]);
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_EQ(readFile(out), predict({"--text", write("x", linesOf(4))}).out);
}

TEST_F(TextProgramTest, ASentenceIsItsOwnText) {
  trainOnTexts();
  const std::string file = write("texts", "w1 good\n");
  const auto ask = [&](const std::string &text) {
    return runInside(sparseProgram(),
                     {"predict", "--weights", weights, "--text", text});
  };
  const Result sentence = ask("w1 good"), line = ask(file);
  EXPECT_EQ(sentence.status, 0) << sentence.error;
  EXPECT_EQ(sentence.out, line.out);
  EXPECT_NE(sentence.out, "");
  // A word may be the name of a file that is not there.
  const Result missing = ask("good");
  EXPECT_EQ(missing.status, 1);
  EXPECT_NE(missing.error.find("good: cannot be read"), std::string::npos);
  EXPECT_EQ(ask("good \xff").status, 1);
}

/// A line that is no text gets an answer of its own, and the rest theirs.
TEST_F(TextProgramTest, GoesOnBehindALineThatIsNone) {
  trainOnTexts();
  const auto ask = [&](const std::string &texts) {
    return runInside(sparseProgram(), {"predict", "--weights", weights,
                                       "--text", write("texts", texts)});
  };
  const Result good = ask("w1 good\nw2\nw3 bad\n");
  const Result bad = ask("w1 good\n\xff\nw3 bad\n");
  EXPECT_EQ(bad.status, 1);
  EXPECT_NE(bad.error.find("texts:2:1: expected UTF-8"), std::string::npos);
  const std::size_t second = good.out.find('\n') + 1,
                    third = good.out.find('\n', second) + 1;
  EXPECT_EQ(bad.out.substr(0, second), good.out.substr(0, second));
  EXPECT_TRUE(bad.out.ends_with(good.out.substr(third)));
  const auto answer =
      boost::json::parse(
          bad.out.substr(second, bad.out.find('\n', second) - second))
          .as_object();
  EXPECT_EQ(answer.at("row"), 1);
  EXPECT_NE(
      std::string(answer.at("error").as_string()).find(":2:1: expected UTF-8"),
      std::string::npos);
  // Nothing but such lines.
  EXPECT_EQ(ask("\xff\n").status, 1);
}

TEST_F(TextProgramTest, NoTexts) {
  trainOnTexts();
  expectError(predict({"--text", write("empty", "")}),
              "empty: expected a text on each line, but got an empty file");
  trainOnCounts();
  expectError(predict({"--text", write("lines", "good\n")}),
              "was trained on LIBSVM text, so it knows no words");
}

/// The same bits as those of a data set that mlc data --like makes.
TEST_F(TextProgramTest, EvaluatesWhateverMlcDataReads) {
  trainOnTexts();
  const std::string csv = write("test.csv", csvOf(30)), like = folder / "like";
  makeData({csv, "-o", like, "--like", data});
  const auto eval = [&](const std::string &path, Arguments more = {}) {
    Arguments arguments = {"eval", "--data", path, "--weights", weights};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Result result = runInside(sparseProgram(), arguments);
    EXPECT_EQ(result.status, 0) << path << ": " << result.error;
    return result.out;
  };
  const std::string expected = eval(like);
  EXPECT_EQ(eval(csv), expected);
  // Told by its first line, or by an option.
  const std::string other = write("test", csvOf(30));
  EXPECT_EQ(eval(other), expected);
  EXPECT_EQ(eval(other, {"--format", "csv"}), expected);
  std::string jsonl;
  for (int row = 0; row < 30; ++row)
    jsonl += R"({"review": ")" + textOf(row) + R"(", "label": )" +
             std::to_string(row % 2) + "}\n";
  EXPECT_EQ(eval(write("test.jsonl", jsonl)), expected);

  for (const char *part : {"pos", "neg"})
    std::filesystem::create_directories(folder / ("set/" + std::string(part)));
  for (int row = 0; row < 30; ++row)
    write(std::string("set/") + (row % 2 ? "pos/" : "neg/") +
              std::to_string(row) + (row % 2 ? "_9" : "_1") + ".txt",
          textOf(row));
  // In another order, so that sums are rounded otherwise.
  EXPECT_EQ(eval(folder / "set").substr(0, 10), expected.substr(0, 10));
}

TEST_F(TextProgramTest, TextsAndCountsAreToldApart) {
  trainOnTexts();
  const std::string feat = write("x.feat", "1 0:1\n0 1:1\n");
  expectError(predict({"--data", feat}),
              "x.feat: expected texts, as " + weights +
                  " was trained on, but got LIBSVM text");
  // Neither a data set nor text.
  expectError(predict({"--data", write("odd", "what is this?\n")}), "odd: ");
  expectError(predict({"--data", write("xz", "\xfd"
                                             "7zXZ")}),
              "xz: ");
  expectError(predict({"--data", folder / "none"}), "none: cannot be read");
  trainOnCounts();
  EXPECT_EQ(predict({"--data", feat}).status, 0);
  expectError(predict({"--data", write("x.csv", csvOf(3))}),
              "x.csv: expected LIBSVM text, as " + weights +
                  " was trained on, but got texts");
}

/// Dense rows of word vectors, labels that are scores.
TEST_F(TextProgramTest, ScoresComeBack) {
  std::string vectors, rows;
  for (int row = 0; row < 18; ++row) {
    vectors += "w" + std::to_string(row);
    for (int at = 0; at < 4; ++at)
      vectors += row % 3 == at ? " 1" : " 0";
    rows +=
        "w" + std::to_string(row) + "," + std::to_string(row % 3 * 5) + "\n";
    vectors += "\n";
  }
  makeData({write("s.csv", "review,label\n" + rows + rows), "-o", data,
            "--embeddings", write("vectors", vectors), "--labels", "stars"});
  trainOn(classProgram());
  const Result result =
      runInside(classProgram(), {"predict", "--weights", weights, "--text",
                                 write("lines", "w0\nw1\nw2\n")});
  ASSERT_EQ(result.status, 0) << result.error;
  std::istringstream lines(result.out);
  std::string line;
  for (const double score : {0, 5, 10}) {
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_EQ(boost::json::parse(line).at("score").to_number<double>(), score);
  }
}

/// Words as labels go from a training set through weights into answers.
TEST_F(TextProgramTest, NamesOfClasses) {
  std::string csv = "review,label\n";
  for (int row = 0; row < 72; ++row)
    csv += textOf(row) + (row % 2 ? ",ham\n" : ",\"sp\"\"am\"\n");
  csv = write("words.csv", csv);
  makeData({csv, "-o", data, "--max-features", "20"});
  trainOn(sparseProgram());
  EXPECT_EQ(runtime::classNamesOf(runtime::SafetensorsFile(weights)),
            (std::vector<std::string>{"ham", "sp\"am"}));
  const std::string lines = write("lines", "bad bad w1\ngood good w1\n");
  const Result json = predict({"--text", lines});
  EXPECT_NE(json.out.find("\"labels\": [1], \"label\": \"sp\\\"am\"}\n"),
            std::string::npos)
      << json.out;
  EXPECT_NE(json.out.find("\"labels\": [0], \"label\": \"ham\"}\n"),
            std::string::npos);
  const Result plain = predict({"--data", lines, "--format", "lines"});
  EXPECT_NE(plain.out.find("\tsp\"am\n"), std::string::npos) << plain.out;
  EXPECT_NE(plain.out.find("\tham\n"), std::string::npos);

  const auto eval = [&](const std::string &path) {
    return runInside(sparseProgram(),
                     {"eval", "--weights", weights, "--data", path});
  };
  EXPECT_EQ(eval(csv).status, 0);
  EXPECT_EQ(eval(csv).out, eval(data).out);
  expectError(eval(write("other.csv", "review,label\na,ham\nb,egg\n")),
              "other.csv:3:3: expected one of the classes of the training set");
  expectError(eval(write("numbers.csv", csvOf(2))), "but got \"0\"");
  // The same words, but 1 is the other one.
  const std::string swapped = folder / "swapped";
  makeData({csv, "-o", swapped, "--max-features", "20", "--positive", "ham"});
  expectError(eval(swapped),
              "its classes are \"sp\\\"am\", \"ham\", but those");
}

/// A table's transform goes from a training set through weights to new rows.
TEST_F(TextProgramTest, RowsOfATable) {
  std::string csv = "n,m,c,y\n", shuffled = "c,extra,m,n\n";
  const char *const classes[] = {"low", "mid", "top"};
  for (int row = 0; row < 90; ++row) {
    const std::string n = std::to_string(1000 + 10 * (row % 3)),
                      m = row % 5 ? std::to_string(row % 7) : "",
                      c = row % 2 ? "yes" : "no";
    csv += n + "," + m + "," + c + "," + classes[row % 3] + "\n";
    shuffled += c + ",?," + m + "," + n + "\n";
  }
  csv = write("table.csv", csv);
  makeData({csv, "-o", data, "--label-column", "y"});
  trainOn(classProgram()); // Of 4 features: n, m, whether m is missing, c.
  const auto run = [&](Arguments arguments) {
    arguments.insert(arguments.end(), {"--weights", weights});
    return runInside(classProgram(), arguments);
  };
  const Result made = run({"predict", "--data", data, "--json"});
  ASSERT_EQ(made.status, 0) << made.error;
  const Result rows =
      run({"predict", "--data", write("new.csv", shuffled), "--json"});
  ASSERT_EQ(rows.status, 0) << rows.error;
  EXPECT_TRUE(rows.out == made.out);
  for (const char *end : {"\"label\": \"low\"}", "\"label\": \"top\"}"})
    EXPECT_NE(rows.out.find(end), std::string::npos) << rows.out;
  EXPECT_TRUE(
      run({"predict", "--data",
           write("new.jsonl", "{\"c\": \"no\", \"n\": 1000, \"m\": null}\n"),
           "--json"})
          .out == made.out.substr(0, made.out.find('\n') + 1));
  EXPECT_EQ(run({"eval", "--data", csv}).out,
            run({"eval", "--data", data}).out);
  expectError(run({"eval", "--data",
                   write("other.csv", "n,m,c,y\n1,1,no,low\n1,1,no,top?\n")}),
              "other.csv:3:8: expected one of the classes of the training set");
  expectError(run({"predict", "--data", write("less.csv", "n,c\n1,no\n")}),
              "less.csv:1:1: expected a column \"m\", as the training set has");
  expectError(run({"predict", "--data", write("x.csv", "n,m,c\nx,1,no\n")}),
              "x.csv:2:1: expected a number in \"n\"");
  for (const char *text : {"1000,3,no", "a text of words"})
    expectError(run({"predict", "--text", text}),
                weights + ": was trained on a table");
}

TEST_F(TextProgramTest, DescriptionsWithoutScores) {
  const std::pair<const char *, std::vector<double>> cases[] = {
      {"{", {}},
      {"[]", {}},
      {"{}", {}},
      {R"({"scores": 1})", {}},
      {R"({"scores": [1, "x", 2.5]})", {1, 2.5}}};
  for (const auto &[description, scores] : cases) {
    runtime::writeSafetensors(
        folder / "x",
        {.tensors = {}, .metadata = {{"vectorizer", description}}});
    EXPECT_EQ(runtime::scoresOf(runtime::SafetensorsFile(folder / "x")), scores)
        << description;
  }
  runtime::writeSafetensors(folder / "x", {});
  EXPECT_TRUE(
      runtime::scoresOf(runtime::SafetensorsFile(folder / "x")).empty());
}

} // namespace
} // namespace mlc::test
