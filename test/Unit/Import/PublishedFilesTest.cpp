//===- PublishedFilesTest.cpp - Files as they are published ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/CsvShape.h"
#include "Support/DataCommand.h"
#include "Support/Files.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {
using Arguments = std::vector<std::string>;

class PublishedFiles : public testing::Test {
protected:
  /// Runs `mlc data` on a file of this name and text.
  Outcome run(const std::string &name, const std::string &text,
              Arguments more = {}) {
    std::filesystem::remove(folder / "made.st");
    if (!name.empty())
      writeFile(folder / name, text);
    more.insert(more.begin(), {folder / name, "-o", folder / "made.st"});
    return runData(more);
  }
  /// The words and labels of what is made of it.
  std::string make(const std::string &name, const std::string &text,
                   const Arguments &more = {}) {
    outcome = run(name, text, more);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    if (outcome.status != 0)
      return "";
    const SafetensorsFile file(folder / "made.st");
    const auto words = file.get("vocabulary", ElementType::U8).as<char>();
    std::string all(words.begin(), words.end());
    std::ranges::replace(all, '\n', ' ');
    const Dataset data(folder / "made.st");
    for (float label : data.realLabels())
      all += label == 1 ? '+' : label == 0 ? '-' : '?';
    return all;
  }
  void expectFailure(const std::string &name, const std::string &text,
                     const std::string &message, const Arguments &more = {},
                     int status = 1) {
    outcome = run(name, text, more);
    EXPECT_EQ(outcome.status, status) << text;
    EXPECT_NE(outcome.err.find(message), std::string::npos) << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(folder / "made.st"));
  }

  TemporaryFolder folder;
  Outcome outcome = {};
};
} // namespace

/// The SMS Spam Collection, and what Kaggle made of it.
TEST_F(PublishedFiles, TextsWithTheirOnlyLabel) {
  EXPECT_EQ(make("SMS", "ham\tgo, home\nspam\tfree, free, now\nham\tok then\n"),
            "free go home now ok then -+-");
  EXPECT_NE(outcome.err.find("note: the text is \"1\", the label is \"0\""),
            std::string::npos)
      << outcome.err;
  EXPECT_EQ(
      make("spam.csv",
           "v1,v2,,,\r\nspam,\"win \xa3\x31, now\",,,\r\nham,at home,,,\r\n",
           {"--encoding", "latin1"}),
      "1 at home now win +-");
  EXPECT_EQ(make("IMDB.csv", "review,sentiment\n\"a, film\",positive\n"
                             "a plot,negative\n"),
            "a film plot +-");
}

TEST_F(PublishedFiles, Delimiters) {
  const std::string expected = "dreary film lovely plot +-";
  EXPECT_EQ(make("x.csv", "label;review\n1;lovely film\n0;dreary plot\n"),
            expected);
  EXPECT_EQ(make("x.tsv", "label\treview\n1\tlovely film\n0\tdreary plot\n"),
            expected);
  EXPECT_EQ(make("x.csv", "label|review\n1|lovely film\n0|dreary plot\n",
                 {"--delimiter", "|"}),
            expected);
  EXPECT_EQ(make("x.csv", "label;review\n1;lovely film\n0;dreary plot\n",
                 {"--delimiter", "semicolon"}),
            expected);
  // Quotes are part of what tabs separate.
  EXPECT_EQ(make("x.tsv", "label\treview\n1\tlovely \"film\n0\tdreary plot\n"),
            expected);
  EXPECT_EQ(make("x.tsv", "label\treview\n1\t\"lovely film\n0\t\"dreary\tplot\""
                          "\n"),
            expected);
  EXPECT_EQ(make("x.csv", "label, review\n1, lovely film\n0, dreary plot\n"),
            expected);
  expectFailure("x.csv", "label;review\n1;a;b\n",
                "x.csv:2:5: expected 2 fields as in the header, but got more; "
                "quote fields that have semicolons in them");
  expectFailure("x.csv", "a,b\n", "--delimiter: expected comma, tab",
                {"--delimiter", "::"}, 2);
}

TEST_F(PublishedFiles, ColumnsByNumber) {
  const std::string text = "\"0\",\"1\",\"x y\",\"@a bad film\"\n"
                           "\"4\",\"2\",\"x y\",\"@b good film\"\n";
  EXPECT_EQ(make("s.csv", text,
                 {"--no-header", "--text-column", "3", "--label-column", "0",
                  "--positive-from", "4"}),
            "a b bad film good -+");
  EXPECT_EQ(
      make("s.csv", text,
           {"--text-column", "3", "--label-column", "0", "--labels", "names"}),
      "a b bad film good -+");
  expectFailure("s.csv", text, "of which 2 and 3 hold texts");
  expectFailure("s.csv", text, "expected a column \"4\"",
                {"--text-column", "4", "--label-column", "0"});
  // What looks like a header may be none.
  EXPECT_EQ(make("t.csv", "yes,a film\nno,a plot\n", {"--no-header"}),
            "a film plot +-");
  EXPECT_EQ(make("t.csv", "yes,a film\nyes,a plot\nno,b c\n"),
            "a b c film plot ++-");
}

TEST_F(PublishedFiles, SeveralTexts) {
  EXPECT_EQ(make("x.csv", "title,label,body\nbig news,1,of day\nold,0,hat\n",
                 {"--text-column", "title,body", "--ngrams", "2"}),
            "big news news of of day old hat +-");
  EXPECT_EQ(make("x.jsonl",
                 "{\"title\": \"big news\", \"label\": 1, \"body\": \"day\"}\n"
                 "{\"title\": \"old\", \"label\": 0, \"body\": \"hat\"}\n",
                 {"--text-column", "body,title"}),
            "big day hat news old +-");
  expectFailure("x.csv", "a,label\nb c,1\n", "\"a\" twice",
                {"--text-column", "a,a"});
}

/// Columns that were named once need not be named again.
TEST_F(PublishedFiles, ColumnsAreRemembered) {
  make("x.csv", "a,b,c\ngood film,x,1\nbad,y,0\n",
       {"--text-column", "a", "--label-column", "c"});
  std::filesystem::rename(folder / "made.st", folder / "train.st");
  EXPECT_EQ(make("y.csv", "c,new,b,a\n0,p q,x,bad\n",
                 {"--like", folder / "train.st"}),
            "bad film good -");
  EXPECT_EQ(make("z.csv", "y,t\n1,bad\n",
                 {"--like", folder / "train.st", "--text-column", "t",
                  "--label-column", "y"}),
            "bad film good +");
}

TEST_F(PublishedFiles, Utf16) {
  std::string text("\xff\xfe", 2);
  for (char byte : std::string("label\treview\r\n1\tgood film\r\n0\tbad\r\n"))
    text += std::string{byte, '\0'};
  EXPECT_EQ(make("excel.txt", text), "bad film good +-");
  EXPECT_EQ(make("excel.csv", text), "bad film good +-");
  const std::string bare = text.substr(2);
  expectFailure("excel.txt", bare, "give --encoding utf-16le");
  EXPECT_EQ(make("excel.txt", bare, {"--encoding", "utf-16le"}),
            "bad film good +-");
}

TEST_F(PublishedFiles, LinesThatEndWithCr) {
  EXPECT_EQ(make("mac.csv", "label,review\r1,good film\r0,bad\r"),
            "bad film good +-");
  expectFailure("mac.csv", "label,review\r1,good film\r7,bad\r",
                "mac.csv:3:1: expected a label of 0 or 1");
}

TEST_F(PublishedFiles, JsonArrays) {
  const std::string expected = "bad film good +-";
  EXPECT_EQ(make("x.json", "[\n  {\n    \"text\": \"good film\",\n    "
                           "\"label\": true\n  },\n  {\"text\": \"bad\", "
                           "\"label\": false}\n]\n"),
            expected);
  EXPECT_EQ(make("x.json", "[{\"text\": \"good film\", \"label\": 1},"
                           "{\"text\": \"bad\", \"label\": 0}]"),
            expected);
  // Objects over several lines, and a list by another name.
  EXPECT_EQ(make("x.json", "{\"text\": \"good film\",\n\"label\": 1}\n"
                           "{\"text\": \"bad\", \"label\": 0}"),
            expected);
  EXPECT_EQ(make("x.txt",
                 "\xef\xbb\xbf [{\"text\": \"good film\", \"label\": 1}\n"
                 ",{\"text\": \"bad\", \"label\": 0}]"),
            expected);
  const std::string one = "[\n {\"review\": \"a\", \"label\": 1}";
  const std::pair<std::string, const char *> broken[] = {
      {one, "the JSON list is never closed"},
      {one + " {}]", ":2:30: expected a comma, or the list's end"},
      {one + ",\n {\"review\": \"b\",\n  \"label\": 7}]",
       ":4:12: in \"label\": expected a label of 0 or 1"},
      {one + ",\n {\"review\": \"b\",\n  \"label\": }]",
       ":4:12: expected a JSON object"},
      {one + "] x", ":2:31: expected nothing behind the JSON list"},
      {one + ", 3]", ":2:31: expected a JSON object, but got another"},
      {one + ",\n {\"review\": \"b\xe9\"}]", ":3:15: expected UTF-8"},
      {one + ", {\"review\": ", ":2:31: the JSON object that opens here"},
      {"[]", ":1:3: expected documents, but got none"},
      {"[,]", ":1:2: expected a JSON object"},
      {"[3]", ":1:2: expected a JSON object"},
  };
  for (const auto &[text, message] : broken)
    expectFailure("x.json", text, message);
}

TEST_F(PublishedFiles, WhatWritersOfJsonGetWrong) {
  const std::string text =
      "{\"text\": \"good film\", \"score\": NaN, \"label\": 1}\n"
      "{\"text\": \"bad \\ud83d\", \"score\": -Infinity, \"label\": 0}\n";
  expectFailure("x.jsonl", text,
                "x.jsonl:2:15: expected a character, but got "
                "half of one (\\ud83d");
  EXPECT_EQ(make("x.jsonl", text, {"--replace-invalid"}), "bad film good +-");
  EXPECT_EQ(make("y.jsonl",
                 "{\"text\": \"NaN \\ud83d\\ude00 a\", \"x\": NaN, "
                 "\"label\": 1}\n{\"text\": \"b c\", \"label\": 0}\n"),
            "a b c nan \xf0\x9f\x98\x80 +-");
}

/// Columns beside the text are not left out in silence.
TEST_F(PublishedFiles, ColumnsThatAreNotUsedAreSaid) {
  const std::string csv = "n,,text,kind,label\n1,,a good film,x,1\n"
                          "2,,a bad one,y,0\n";
  const char *said = "note: not used: \"n\", \"kind\"; --numeric";
  make("x.csv", csv);
  EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
  std::filesystem::rename(folder / "made.st", folder / "train.st");
  outcome = run("x.csv", csv, {"--like", folder / "train.st"});
  EXPECT_EQ(outcome.err.find("note"), std::string::npos) << outcome.err;
  outcome = run("x.csv", csv,
                {"--text-column", "text", "--label-column", "label",
                 "--numeric", "n", "--categorical", "kind"});
  EXPECT_EQ(outcome.err.find("not used"), std::string::npos) << outcome.err;
  make("y.csv", "text,label\na good film,1\na bad one,0\n");
  EXPECT_EQ(outcome.err.find("not used"), std::string::npos) << outcome.err;
}

TEST_F(PublishedFiles, DroppedEmojiAreCounted) {
  const char *csv = "label,review\n1,film \U0001F600 \u2764\n"
                    "0,caf\u00e9 \u20ac plot \U0001F600\n";
  for (const auto &[tokenizer, isDropped] :
       {std::pair("words", false), std::pair("whitespace", false),
        std::pair("scikit-learn", true), std::pair("imdb", true)}) {
    outcome = run("x.csv", csv, {"--tokenizer", tokenizer});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.err.find("note: emoji are dropped") != std::string::npos,
              isDropped)
        << tokenizer << outcome.err;
    EXPECT_EQ(outcome.err.find("(0 dropped, 3 emoji dropped)") !=
                  std::string::npos,
              isDropped)
        << tokenizer << outcome.err;
    std::filesystem::rename(folder / "made.st", folder / "train.st");
    outcome = run("y.csv", "label,review\n1,film \U0001F600 \U0001F601\n0,\n",
                  {"--like", folder / "train.st"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    const bool isSaid =
        outcome.err.find("2 emoji dropped), 1 text without a token") !=
        std::string::npos;
    EXPECT_EQ(isSaid, isDropped) << tokenizer << outcome.err;
  }
}

TEST_F(PublishedFiles, WeightsOfRows) {
  const std::pair<const char *, const char *> files[] = {
      {"x.csv", "w,label,review\n0.5,1,a good film\n2,0,a bad plot\n"},
      {"x.jsonl", "{\"w\": 0.5, \"label\": 1, \"review\": \"a good film\"}\n"
                  "{\"w\": \"2\", \"label\": 0, \"review\": \"a bad plot\"}\n"},
      {"x.vw", "1 0.5 |f a good film\n0 2 |f a bad plot\n"},
      // A table, whose columns of numbers the weights are not among.
      {"y.csv", "w,label,x\n0.5,1,7\n2,0,8\n"}};
  for (const auto &[name, text] : files) {
    const bool isSaidByLines = std::string(name) == "x.vw";
    outcome =
        run(name, text,
            isSaidByLines ? Arguments() : Arguments{"--weight-column", "w"});
    ASSERT_EQ(outcome.status, 0) << name << outcome.err;
    const Dataset data(folder / "made.st");
    EXPECT_EQ(elements(data.weights()), (std::vector<float>{0.5, 2})) << name;
    EXPECT_LE(data.width(), 5) << name;
  }
  // Rows that are set aside take theirs along.
  std::string many = "w,label,review\n";
  for (int row = 0; row < 20; ++row)
    many += fmt::format("{},{},word{}\n", row, row % 2, row);
  outcome = run("x.csv", many,
                {"--weight-column", "w", "--split", "0.25", "--split-output",
                 folder / "aside.st"});
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  std::vector<float> all = elements(Dataset(folder / "made.st").weights());
  const std::vector<float> aside =
      elements(Dataset(folder / "aside.st").weights());
  EXPECT_EQ(all.size(), 14u); // 7 of each label.
  all.insert(all.end(), aside.begin(), aside.end());
  std::ranges::sort(all);
  for (int row = 0; row < 20; ++row)
    EXPECT_EQ(all[std::size_t(row)], float(row));
  // Weights of 1 alone need no tensor, unless they were asked for.
  outcome = run("x.vw", "1 1.0 |f good\n0 |f bad\n");
  EXPECT_TRUE(Dataset(folder / "made.st").weights().empty());

  const std::string two = "w,label,review\n{},1,a film\n2,0,a plot\n";
  for (const char *bad : {"-1", "x", "", "1e39", "nan"})
    expectFailure("x.csv", fmt::format(fmt::runtime(two), bad),
                  "x.csv:2:1: expected a weight, a number of 0 or more",
                  {"--weight-column", "w"});
  expectFailure("x.csv", "w,label,review\n0,1,a film\n0,0,a plot\n",
                "expected an example with a weight above 0",
                {"--weight-column", "w"});
  expectFailure("x.csv", fmt::format(fmt::runtime(two), 1),
                "expected a column \"v\" of weights", {"--weight-column", "v"});
  expectFailure("x.jsonl", "{\"label\": 1, \"review\": \"a film\"}\n",
                "expected a field \"w\" with a weight",
                {"--weight-column", "w"});
  expectFailure("x.feat", "1 0:1\n0 1:1\n", "is for CSV and JSON",
                {"--weight-column", "w"}, 2);
}

TEST_F(PublishedFiles, MissingTexts) {
  const std::string text = "{\"text\": \"good film\", \"label\": 1}\n"
                           "{\"text\": null, \"label\": 0}\n"
                           "{\"label\": 0}\n"
                           "{\"text\": \"bad\", \"label\": 0}\n";
  expectFailure(
      "x.jsonl", text,
      "x.jsonl:2:10: expected a field \"text\" with a text, but it is "
      "null; name the field by --text-column, or give --missing-text "
      "empty or drop");
  EXPECT_EQ(make("x.jsonl", text, {"--missing-text", "empty"}),
            "bad film good +---");
  EXPECT_NE(outcome.err.find("note: 2 of the examples had no text and count as "
                             "empty"),
            std::string::npos)
      << outcome.err;
  EXPECT_EQ(make("x.jsonl", text, {"--missing-text", "drop"}),
            "bad film good +-");
  expectFailure("x.csv", "label,review\n1,a\n,b\n",
                "x.csv:3:1: expected a label");
}

TEST_F(PublishedFiles, SvmlightAndLibsvm) {
  outcome = run("x.txt", "0 qid:1 1:0.5 2:1 # doc = 3\n1 qid:1 1:0.25 2:0\n");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("2 lines have a qid:N, which is left out"),
            std::string::npos);
  EXPECT_NE(outcome.err.find("the lowest index is 1"), std::string::npos);
  const Dataset data(folder / "made.st");
  EXPECT_EQ(columnsOf(data), (std::vector<std::int64_t>{1, 2, 1}));
  // A row with one label before those with several.
  outcome = run("y.txt", "2 0:1\n0,2 1:1\n", {"--labels", "classes"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(Dataset(folder / "made.st").labelColumns(), 2);
}

TEST_F(PublishedFiles, VowpalWabbit) {
  EXPECT_EQ(make("x.vw", "1 |f good film |g new:1\n\n-1 1.0 'id7| bad film\n"
                         "1 tag|f a |b\n"),
            "a bad film good new +-+");
  const std::pair<const char *, const char *> broken[] = {
      {"1 |f good:2\n", "x.vw:1:11: expected a word without a value"},
      {"1 -2.5 |f good\n", "x.vw:1:3: expected a weight, a number of 0 or"},
      {"1 good\n", "x.vw:1:1: expected a '|' before the words"},
      {"|f good\n", "x.vw:1:1: expected a label"},
  };
  for (const auto &[text, message] : broken)
    expectFailure("x.vw", text, message);
}

TEST_F(PublishedFiles, Archives) {
  const std::string csv = "label,review\n1,good film\n0,bad\n";
  EXPECT_EQ(make("x.csv.zip", zipOf({{"x.csv", csv}})), "bad film good +-");
  EXPECT_EQ(make("x.zip", zipOf({{"readme", "?"}, {"y", csv}})),
            "bad film good +-");
  EXPECT_EQ(make("x.csv.bz2", compressBzip2(csv)), "bad film good +-");
  expectFailure("two.zip", zipOf({{"a.csv", csv}, {"b.csv", "x"}}),
                "but got \"a.csv\", \"b.csv\"; name one, such as ");
  outcome = runData({folder / "two.zip/a.csv", "-o", folder / "made.st"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
}

/// An unknown file's message shows how it starts and what reads it.
TEST_F(PublishedFiles, WhatAFileResembles) {
  const std::pair<std::string, const char *> files[] = {
      {"PAR1....", "but got a Parquet file; write it as CSV"},
      {"\x93NUMPY...", "an array of NumPy"},
      {"%PDF-1.4", "a PDF file"},
      {"@relation iris\n", "an ARFF file"},
      {"<!DOCTYPE html>", "an HTML page"},
      {"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS"},
      {"", "the file is empty"},
      {std::string("a\0b\0", 4), "give --encoding utf-16le"},
      {"good film\nbad film\n", "but the first line is \"good film\""},
      {"good film\nbad film\n", "--format lines --labels-file LABELS.csv"},
      {"word\nother\n", "--format csv --delimiter CHARACTER"},
  };
  for (const auto &[text, message] : files)
    expectFailure("x", text, message);
  make("x.csv", "label,review\n1,a\n0,b\n");
  expectFailure("y", readFile(folder / "made.st"), "a safetensors file");
}

TEST(CsvShape, Forms) {
  const auto tell = [](std::string_view text, CsvHints hints = {}) {
    return tellCsvShape(text, /*isWhole=*/true, hints);
  };
  EXPECT_EQ(tell("a,b\nc,d\n").form.delimiter, ',');
  EXPECT_EQ(tell("a, b\tc\nd\te, f, g\n").form.delimiter, '\t');
  EXPECT_EQ(tell("a;b,c\n1;2,5\n").form.delimiter, ',');
  EXPECT_EQ(tell("a;b;c\n1;2,5;3\n").form.delimiter, ';');
  EXPECT_EQ(tell("review;b,c\n", {.names = {"review"}}).form.delimiter, ';');
  EXPECT_TRUE(tell("a,b\n1,2\n").form.hasHeader);
  EXPECT_FALSE(tell("1,a\n2,b\n").form.hasHeader);
  EXPECT_FALSE(tell("a,x y\na,y z\n").form.hasHeader);
  EXPECT_FALSE(tell("a,b\n1,2\n", {.hasHeader = false}).form.hasHeader);
  EXPECT_TRUE(tell("1,a\n2,b\n", {.hasHeader = true}).form.hasHeader);
  const CsvShape shape = tell("n,t,\n1,a b,\n2,\"c\nd\",\n,e f,\n");
  ASSERT_EQ(shape.columns.size(), 3u);
  EXPECT_TRUE(shape.columns[0].isNumeric());
  EXPECT_TRUE(shape.columns[1].isText());
  EXPECT_EQ(shape.columns[2].filled, 0u);
  EXPECT_EQ(shape.records, 3u);
  EXPECT_TRUE(shape.isRegular);
}
