//===- MemoryTest.cpp - Memory follows the size of what is read -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Documents.h"
#include "Import/EmbeddingsReader.h"
#include "Import/LibsvmReader.h"
#include "Import/Vocabulary.h"

#include "Support/DataCommand.h"
#include "Support/Files.h"
#include "Support/PeakMemory.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {

void readDocuments(const std::string &path, TextFormat format) {
  DocumentOptions options;
  options.format = format;
  if (format == TextFormat::Lines)
    options.fields.label = "";
  LabelReader labels({.kind = LabelKind::Numbers});
  Documents documents({path}, openInput(path, format, options.fields), options,
                      labels);
  for (Document document; documents.next(document);)
    ;
}
void readCsv(const std::string &path) { readDocuments(path, TextFormat::Csv); }
void readJson(const std::string &path) {
  readDocuments(path, TextFormat::JsonLines);
}
void readLines(const std::string &path) {
  readDocuments(path, TextFormat::Lines);
}
void readCounts(const std::string &path) {
  LabelReader labels({.kind = LabelKind::Numbers});
  LibsvmReader reader({}, &labels);
  reader.read(LineReader(path));
}
void readTensors(const std::string &path) { SafetensorsFile file(path); }
void makeFeatures(const std::string &path) {
  runData({path, "-o", path + ".out", "--format", "csv"});
}

/// The same of another format, all of which is read.
void makeOf(const std::string &path, const char *format) {
  const Outcome made =
      runData({path, "-o", path + ".out", "--format", format, "-q"});
  EXPECT_EQ(made.status, 0) << made.err;
}
void makeFastText(const std::string &path) { makeOf(path, "fasttext"); }
void makeVowpal(const std::string &path) { makeOf(path, "vw"); }
void makeJson(const std::string &path) { makeOf(path, "json"); }

/// More classes than there may be are refused.
void makeSeveral(const std::string &path) {
  runData({path, "-o", path + ".out", "--format", "fasttext", "--labels",
           "several", "-q"});
}

void makeJsonTable(const std::string &path) {
  const Outcome made =
      runData({path, "-o", path + ".out", "--format", "jsonl", "--categorical",
               "x", "--label-column", "y", "-q"});
  EXPECT_EQ(made.status, 0) << made.err;
}

void makeTable(const std::string &path) {
  runData({path, "-o", path + ".out", "--format", "csv", "--categorical", "x",
           "--label-column", "y", "-q"});
}

const MemoryInput inputs[] = {
    {"TableOfNumbers",
     [](std::size_t bytes) {
       return "x,z,y\na,1,0\n" + repeat("b,2,1\n", bytes);
     },
     makeTable, 48},
    {"TableOfCategories",
     [](std::size_t bytes) {
       std::string text = "x,y\n";
       // Each value is a feature, and dense rows have 4 bytes for each.
       for (int row = 0; text.size() < bytes; ++row)
         text += std::to_string(row % 10) + (row % 2 ? ",1\n" : ",0\n");
       return text;
     },
     makeTable, 48},
    {"TableOfManyColumns",
     [](std::size_t bytes) {
       const std::string names = "x,y" + words(",c", "", bytes / 2);
       const auto columns =
           static_cast<std::size_t>(std::ranges::count(names, ','));
       std::string text = names;
       for (const char *start : {"\na,0", "\nb,1"})
         text += start + repeat(",1", 2 * (columns - 1));
       return text + "\n";
     },
     makeTable, 48},
    {"TableOfJson",
     [](std::size_t bytes) {
       return R"({"x":"a","z":2,"y":0})" +
              repeat("\n{\"x\":\"b\",\"z\":1,\"y\":1}", bytes) + "\n";
     },
     makeJsonTable, 48},
    {"TableWithTexts",
     [](std::size_t bytes) {
       return "x,review,y\na,p q,0\n" + repeat("b,p r,1\n", bytes);
     },
     makeTable, 60},
    {"CsvOfManyRows",
     [](std::size_t bytes) {
       return "label,review\n" + repeat("1,x\n", bytes);
     },
     readCsv, 0.1},
    {"CsvOfOneField",
     [](std::size_t bytes) {
       return "label,review\n1,\"" + std::string(bytes, 'x') + "\"\n";
     },
     readCsv, 8},
    {"CsvOfLinesInAField",
     [](std::size_t bytes) {
       return "label,review\n1,\"" + std::string(bytes, '\n') + "\"\n";
     },
     readCsv, 8},
    {"CsvOfManyColumns", [](std::size_t bytes) { return repeat(",", bytes); },
     readCsv, 4},
    {"JsonOfOneText",
     [](std::size_t bytes) {
       return R"({"label":1,"review":")" + std::string(bytes, 'x') + "\"}\n";
     },
     readJson, 8},
    {"JsonOfNumbers",
     [](std::size_t bytes) {
       return R"({"label":1,"review":"","x":[1)" + repeat(",1", bytes) + "]}\n";
     },
     readJson, 48},
    {"JsonOfArrays", [](std::size_t bytes) { return repeat("[", bytes); },
     readJson, 5},
    {"JsonOfKeys",
     [](std::size_t bytes) {
       return R"({"label":1,"review":"")" + words(",\"", "\":1", bytes) + "}\n";
     },
     readJson, 24},
    {"JsonListOfObjects",
     [](std::size_t bytes) {
       return R"([{"label":1,"review":"x"})" +
              repeat(",\n{\"label\":0,\"review\":\"y\"}", bytes) + "]\n";
     },
     makeJson, 8},
    {"FastTextOfManyLines",
     [](std::size_t bytes) {
       return "__label__a x\n" + repeat("__label__b y\n", bytes);
     },
     makeFastText, 16},
    {"FastTextOfOneLine",
     [](std::size_t bytes) {
       return "__label__a x\n__label__b" + repeat(" y", bytes) + "\n";
     },
     makeFastText, 24},
    {"FastTextOfManyLabels",
     [](std::size_t bytes) {
       return "__label__a x\ny" + words(" __label__", "", bytes) + "\n";
     },
     makeSeveral, 60},
    {"VowpalOfManyNamespaces",
     [](std::size_t bytes) {
       return "1 | x\n-1 " + repeat("|n y ", bytes) + "\n";
     },
     makeVowpal, 24},
    {"OneLine", [](std::size_t bytes) { return std::string(bytes, 'x'); },
     readLines, 4},
    {"LinesOfNul", [](std::size_t bytes) { return std::string(bytes, '\0'); },
     readLines, 4},
    {"ManyLinesCompressed",
     [](std::size_t bytes) { return compressXz(repeat("x\n", 16 * bytes)); },
     readLines, 1},
    {"ManyLinesOfBzip2",
     [](std::size_t bytes) { return compressBzip2(repeat("x\n", 16 * bytes)); },
     readLines, 1},
    {"ManyLinesOfGzip",
     [](std::size_t bytes) { return compressGzip(repeat("x\n", 16 * bytes)); },
     readLines, 1},
    {"ManyLinesOfAnArchive",
     [](std::size_t bytes) {
       return zipOf({{"x.txt", repeat("x\n", 16 * bytes)}});
     },
     readLines, 1},
    {"OneLineOfUtf16",
     [](std::size_t bytes) {
       std::string text = "\xff\xfe";
       while (text.size() < bytes)
         text += std::string("x\0", 2);
       return text;
     },
     readLines, 4},
    {"CountsWithoutAny", [](std::size_t bytes) { return repeat("1\n", bytes); },
     readCounts, 24},
    {"CountsOfOneRow",
     [](std::size_t bytes) {
       std::string text = "1";
       for (int index = 0; text.size() < bytes; ++index)
         text += " " + std::to_string(index) + ":1";
       return text;
     },
     readCounts, 8},
    {"WordVectors", [](std::size_t bytes) { return words("", " 1\n", bytes); },
     [](const std::string &path) { readEmbeddings(path); }, 40},
    {"Vocabulary", [](std::size_t bytes) { return words("", "\n", bytes); },
     [](const std::string &path) { readVocabulary(path); }, 40},
    {"HeaderOfTensors",
     [](std::size_t bytes) {
       return withLength(
           R"({"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})" +
           words(",\"", R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})",
                 bytes) +
           "}");
     },
     readTensors, 8},
    {"HeaderOfMetadata",
     [](std::size_t bytes) {
       return withLength(R"({"__metadata__":{"":"")" +
                         words(",\"", "\":\"\"", bytes) + "}}");
     },
     readTensors, 24},
    {"HeaderThatSaysItIsLonger",
     [](std::size_t bytes) {
       return std::string("\xff\xff\xff\xff\xff\xff\xff\x7f", 8) +
              std::string(bytes, ' ');
     },
     readTensors, 2},
    {"TensorThatSaysItIsLonger",
     [](std::size_t bytes) {
       return withLength(R"({"a":{"dtype":"U8","shape":[9223372036854775807],)"
                         R"("data_offsets":[0,9223372036854775807]}})" +
                         std::string(bytes, ' '));
     },
     readTensors, 4},
    {"TextsOfNewWords",
     [](std::size_t bytes) {
       return "label,review\n1," + words(" ", "", bytes) + "\n0,x\n";
     },
     makeFeatures, 60},
    {"TextsOfOneWordEach",
     [](std::size_t bytes) {
       return "label,review\n" + words("1,", "\n", bytes);
     },
     makeFeatures, 60},
};

class MemoryTest : public testing::TestWithParam<MemoryInput> {};

TEST_P(MemoryTest, FollowsTheInput) {
  if (isSanitized)
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  const TemporaryFolder folder;
  expectMemoryFollows(GetParam(), folder / "input");
}

INSTANTIATE_TEST_SUITE_P(Inputs, MemoryTest, testing::ValuesIn(inputs),
                         [](const auto &info) { return info.param.name; });

} // namespace
