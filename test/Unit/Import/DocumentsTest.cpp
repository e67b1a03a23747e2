//===- DocumentsTest.cpp - Reading documents from files -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Documents.h"

#include "Support/DataCommand.h"
#include "Support/Files.h"

#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {
using Texts = std::vector<std::string>;
using Labels = std::vector<double>;

struct Read {
  Texts texts;
  Labels labels;
};

class DocumentsTest : public testing::Test {
protected:
  Read read(const Texts &names) {
    Texts paths;
    for (const std::string &name : names)
      paths.push_back(folder / name);
    LabelReader labels(rule);
    Documents documents(paths,
                        openInput(paths[0], options.format, options.fields),
                        options, labels);
    Read result;
    for (Document document; documents.next(document);) {
      result.texts.push_back(document.text);
      result.labels.push_back(document.label);
    }
    EXPECT_EQ(documents.count(), result.texts.size());
    return result;
  }
  Read readText(const std::string &name, const std::string &text) {
    writeFile(folder / name, text);
    return read({name});
  }
  /// The error's message, without the folder's name.
  std::string failure(const std::string &name, const std::string &text) {
    std::string message = inputError([&] { readText(name, text); });
    EXPECT_TRUE(message.starts_with(folder / "")) << message;
    EXPECT_NE(message.find("; "), std::string::npos) << message;
    return message.substr((folder / "").size());
  }
  void expectFailure(const std::string &name, const std::string &text,
                     const std::string &start, const std::string &part) {
    const std::string message = failure(name, text);
    EXPECT_TRUE(message.starts_with(name + start)) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }

  TemporaryFolder folder;
  DocumentOptions options;
  LabelRule rule;
};
} // namespace

TEST_F(DocumentsTest, CsvAsRfc4180HasIt) {
  Read read = readText("x.csv", "label,review\r\n"
                                "1,\"a \"\"quoted\"\" word, and a comma\"\r\n"
                                "0,plain\r\n"
                                "\r\n"
                                "1,\"two\r\nlines\n\nand more\"\r\n"
                                "0,\r\n"
                                "\"1\",\"\"\r\n"
                                "0,\"\"\"\"");
  EXPECT_EQ(read.texts, (Texts{"a \"quoted\" word, and a comma", "plain",
                               "two\r\nlines\n\nand more", "", "", "\""}));
  EXPECT_EQ(read.labels, (Labels{1, 0, 1, 0, 1, 0}));
}

TEST_F(DocumentsTest, CsvColumnsByName) {
  options.fields.text = "the text";
  options.fields.label = "stars";
  rule = {.kind = LabelKind::Numbers};
  Read read = readText("x.csv", "\xef\xbb\xbfid,stars,\"the text\",\"x\"\n"
                                "7,3.5,caf\xc3\xa9 \xc2\x85,\"un\nused\"\n");
  EXPECT_EQ(read.texts, Texts{"caf\xc3\xa9 \xc2\x85"});
  EXPECT_EQ(read.labels, Labels{3.5});
}

TEST_F(DocumentsTest, CsvOfOneColumnHasEmptyLines) {
  options.fields.label = "";
  EXPECT_EQ(readText("x.csv", "review\na\n\nb\n").texts, (Texts{"a", "", "b"}));
}

TEST_F(DocumentsTest, BrokenCsv) {
  const std::string nul(1, '\0');
  const struct {
    std::string text, start, part;
  } cases[] = {
      {"", ":1:1: ", "expected a header"},
      {"\n\n", ":3:1: ", "expected a header"},
      {"label,review\n", ":2:1: ", "expected documents, but got none"},
      {"label,text\n1,a\n", ":1:1: ",
       "expected a column \"review\", or one alone that holds texts, but got "
       "\"label\", \"text\"; name the text by --text-column"},
      {"label,x,y\n1,a b,c d\n", ":1:1: ", "of which x and y hold texts"},
      {"stars,id,review\n1,2,a\n", ":1:1: ", "by --label-column"},
      {"label,review,review\n1,a,b\n", ":1:14: ", "has it 2 times"},
      {"label,review\n1,a\n2,b\n", ":3:1: ", "a label of 0 or 1"},
      {"label,review\n1,a\n,b\n", ":3:1: ", "a label, but got nothing"},
      {"label,review\n1,a\ngood,b\n", ":3:1: ", "but got \"good\""},
      {"review,label\n\"a\nb\",3\n", ":3:4: ", "a label of 0 or 1"},
      {"label,review\n1,a\n1\n", ":3:2: ", "expected 2 fields"},
      {"label,review\n1,a,b\n", ":2:5: ",
       "expected 2 fields as in the header, "
       "but got more"},
      {"label,review\n1,a\"b\n", ":2:4: ", "no quote inside a field"},
      {"label,review\n1,\"a\"b\n", ":2:6: ", "behind a closing quote"},
      {"label,review\n1,\"open\n1,next\n", ":2:3: ", "is never closed"},
      {"label,review\n1,a\n\"1,b\n", ":3:1: ", "is never closed"},
      {"label,\"review\n1,a\n", ":1:7: ", "is never closed"},
      {"label,review\n1,a\n1,b\xe9z\n", ":3:4: ", "the byte 0xe9"},
      {"label,review\n1,\xc3\n", ":2:3: ", "the byte 0xc3"},
      {"label,review\n1,\xed\xa0\x80\n", ":2:3: ", "the byte 0xed"},
      {"label,review\n1,a\n1,b" + nul + "\n", ":3:4: ", "a NUL byte"},
      {"l" + nul + ",review\n1,a\n", ":1:2: ", "a NUL byte"},
      {"\xff\xfel" + nul, ":1:1: ", "but got \"l\"; name the text"},
      {"\xff\xfel", ":1:", "ends within a character"},
  };
  for (const auto &[text, start, part] : cases)
    expectFailure("x.csv", text, start, part);
}

/// Records of every length around the reader's block.
TEST_F(DocumentsTest, LongCsv) {
  std::string text = "label,review\n";
  Texts texts;
  for (std::size_t size = 1; size < 3000; size += 3) {
    texts.push_back(std::string(size, 'a') + "\"\n" + std::string(size, 'b'));
    text += "1,\"" + std::string(size, 'a') + "\"\"\n" +
            std::string(size, 'b') + "\"\n";
  }
  EXPECT_EQ(readText("x.csv", text).texts, texts);
}

TEST_F(DocumentsTest, AQuoteThatStaysOpenNeedsLittleMemory) {
  std::string text = "label,review\n1,\"";
  while (text.size() <= LineReader::maxLineBytes + (1 << 20))
    text += std::string(4095, 'x') + "\n";
  expectFailure("x.csv", text, ":2:3: ", "is not closed within 64 MiB");
}

TEST_F(DocumentsTest, LinesOfMoreThan64MiB) {
  const std::string text(LineReader::maxLineBytes + 1, 'x');
  expectFailure("x.csv", "label,review\n1," + text,
                ":2:1: ", "a line of at most 64 MiB");
  expectFailure("x.jsonl", "{\"review\": \"" + text,
                ":1:1: ", "a line of at most 64 MiB");
}

TEST_F(DocumentsTest, JsonLines) {
  rule = {.kind = LabelKind::Classes};
  Read read =
      readText("x.jsonl",
               "{\"label\": 2, \"review\": \"a \\\"b\\\" \\u00e9\\n\"}\n"
               "\n"
               "  {\"id\": {\"x\": [1]}, \"review\": \"\", \"label\": 3.0}\r\n"
               "{\"review\": \"\xc3\xa9\", \"label\": \"4\"}");
  EXPECT_EQ(read.texts, (Texts{"a \"b\" \xc3\xa9\n", "", "\xc3\xa9"}));
  EXPECT_EQ(read.labels, (Labels{2, 3, 4}));
}

TEST_F(DocumentsTest, BrokenJsonLines) {
  const std::string good = "{\"label\": 1, \"review\": \"a\"}\n";
  const struct {
    std::string text, start, part;
  } cases[] = {
      {"", ":1:1: ", "expected documents, but got none"},
      {"\n \n", ":3:1: ", "expected documents, but got none"},
      {good + "{\"label\": 1", ":2:12: ", "expected a JSON object"},
      {good + "{\"label\": 1, \"review\": \"a\n\"}",
       ":2:26: ", "expected a JSON object"},
      {good + "{\"label\": }", ":2:11: ", "expected a JSON object"},
      {good + "{} {}", ":2:4: ", "nothing behind the JSON object"},
      {good + "[1]", ":2:1: ", "but got another value"},
      {good + "{\"label\": 1}", ":2:1: ", "a field \"review\""},
      {"{\"review\": \"a\"}", ":1:1: ", "a column \"label\""},
      {good + "{\"review\": \"a\"}", ":2:1: ", "a field \"label\""},
      {good + "{\"review\": null, \"label\": 1}",
       ":2:12: ", "a field \"review\" with a text, but it is null"},
      {"{\"review\": 3, \"label\": 1}", ":1:12: ",
       "text in \"review\", but got "
       "\"3\""},
      {"{\"review\": \"a\", \"label\": null}",
       ":1:26: ", "in \"label\": expected a label, but got null, as which NaN"},
      {"{\"review\": \"a\", \"label\": 7}", ":1:26: ", "a label of 0 or 1"},
      // Neither is the key as it is written, nor the first word of that name.
      {"{\"x\": {\"label\": 0, \"\\\"\": \"}\"}, \"review\": "
       "\"\\\"label\\\"\", "
       "\"l\\u0061bel\"\t: 7}",
       ":1:70: ", "a label of 0 or 1"},
      {"{\"label\": 1, \"review\": \"a\", \"label\": 0}",
       ":1:29: ", "field \"label\", but the object has it twice; remove one"},
      {"{\"review\": \"a\", \"l\\u0061bel\": 1, \"label\": 1}",
       ":1:34: ", "has it twice"},
      {"{\"review\": \"a\", \"review\": \"a\", \"label\": 1}",
       ":1:17: ", "has it twice"},
      {"{\"review\": \"a\", \"label\": 1e999}", ":1:", "; "},
      {"{\"review\": \"\\ud800\", \"label\": 1}",
       ":1:13: ", "half of one (\\ud800, a surrogate without its partner)"},
      {"{\"review\": \"a\", \"label\": NaN}",
       ":1:26: ", "but got null, as which NaN"},
      {"{\"y\": NaN, \"review\": \"a\", \"label\": -Infinity}",
       ":1:36: ", "but got null, as which NaN"},
      {"{\"review\": \"a\\u0000\", \"label\": 1}", ":1:12: ", "a NUL"},
      {"{\"review\": \"\xe9\", \"label\": 1}", ":1:13: ", "the byte 0xe9"},
      {std::string(100000, '['), ":1:", "expected a JSON object"},
      {"{\"a\":" + std::string(100, '['), ":1:", "too deep"},
  };
  for (const auto &[text, start, part] : cases)
    expectFailure("x.jsonl", text, start, part);
}

TEST_F(DocumentsTest, OtherKeysOfJsonMayComeTwice) {
  // A name within another field, or as text, is none of the object's own.
  const std::string text =
      "{\"x\": {\"label\": 0, \"label\": 1}, \"x\": [\"label\", \"label\"],"
      " \"review\": \"\\u0022label\\u0022\", \"label\": 1}";
  EXPECT_EQ(readText("x.jsonl", text).labels, Labels{1});
}

TEST_F(DocumentsTest, InvalidBytesCanBeReplaced) {
  options.fields.check = TextCheck::Replace;
  const std::string nul(1, '\0'), mark = "\xef\xbf\xbd";
  EXPECT_EQ(readText("x.csv", "label,review\n1,\"a\xe9\n" + nul + "\"\n").texts,
            Texts{"a" + mark + "\n" + mark});
  EXPECT_EQ(
      readText("x.jsonl", "{\"label\": 1, \"review\": \"\xe9\\u0000\"}").texts,
      Texts{mark + mark});
}

TEST_F(DocumentsTest, PlainLines) {
  options.format = TextFormat::Lines;
  options.fields.label = "";
  EXPECT_EQ(readText("x", "a b\n\n1 2:3\r\n{}").texts,
            (Texts{"a b", "", "1 2:3", "{}"}));
  options.fields.label = "label";
  expectFailure("x", "a\n", ": ", "plain text has none");
}

TEST_F(DocumentsTest, InputsFollowOneAnother) {
  writeFile(folder / "a.csv.gz", compressGzip("label,review\n1,a\n"));
  writeFile(folder / "b.jsonl.xz",
            compressXz("{\"label\": 0, \"review\": \"b\"}\n"));
  Read both = read({"a.csv.gz", "b.jsonl.xz"});
  EXPECT_EQ(both.texts, (Texts{"a", "b"}));
  EXPECT_EQ(both.labels, (Labels{1, 0}));
  writeFile(folder / "empty.csv", "label,review\n");
  EXPECT_NE(inputError([&] {
              read({"a.csv.gz", "empty.csv"});
            }).find("empty.csv:2:1: expected documents"),
            std::string::npos);
  writeFile(folder / "counts.feat", "1 0:1\n");
  EXPECT_NE(inputError([&] {
              read({"a.csv.gz", "counts.feat"});
            }).find("counts.feat: expected documents, but got LIBSVM"),
            std::string::npos);
}

TEST_F(DocumentsTest, LabelsOfAnotherFile) {
  options.labelsFile = folder / "labels.csv";
  options.fields.label = "rating";
  rule = {.kind = LabelKind::Numbers};
  writeFile(folder / "labels.csv", "id,rating\n0,9\n1,2\n");
  const std::string text = "label,review\nx,a\ny,b\n";
  Read read = readText("x.csv", text);
  EXPECT_EQ(read.texts, (Texts{"a", "b"}));
  EXPECT_EQ(read.labels, (Labels{9, 2}));
  auto message = [&] { return inputError([&] { readText("x.csv", text); }); };
  writeFile(folder / "labels.csv", "id,rating\n0,9\n");
  EXPECT_NE(message().find("labels.csv: expected a label for each document, "
                           "but got only 1"),
            std::string::npos);
  writeFile(folder / "labels.csv", "id,rating\n0,9\n1,2\n2,3\n");
  EXPECT_NE(message().find("labels.csv: expected 2 labels"), std::string::npos);
  writeFile(folder / "labels.csv", "id,rating\n0,9\n1,x\n");
  EXPECT_NE(message().find("labels.csv:3:3: "), std::string::npos);
  options.labelsFile = folder / "labels.jsonl";
  writeFile(options.labelsFile, "{\"rating\": 4}\n{\"rating\": 5}  \n");
  EXPECT_EQ(readText("x.csv", text).labels, (Labels{4, 5}));
  options.labelsFile = folder / "labels.feat";
  writeFile(options.labelsFile, "4\n5\n");
  EXPECT_NE(message().find("labels.feat: expected CSV or JSON lines"),
            std::string::npos);
}

TEST_F(DocumentsTest, UnknownFormats) {
  expectFailure("x", "a film\n", ":1:1: ", "--format lines --labels-file");
}
