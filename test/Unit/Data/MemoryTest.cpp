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

#include "Support.h"

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {

constexpr std::int64_t mebibyte = 1 << 20;

/// A file of about so many bytes that makes its reader keep as much of it as
/// any can, or that says it is much larger than it is.
struct Input {
  const char *name;
  std::string (*make)(std::size_t bytes);
  void (*read)(const std::string &path);
  /// The most memory for each byte.
  double factor;
};

void PrintTo(const Input &input, std::ostream *out) { *out << input.name; }

std::string repeat(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes)
    text += piece;
  return text;
}

/// Words that are all different, the shortest first, each between these.
std::string words(const char *before, const char *behind, std::size_t bytes) {
  std::string text, word = "a";
  while (text.size() < bytes) {
    (text += before).append(word) += behind;
    std::size_t at = 0;
    while (at < word.size() && word[at] == 'z')
      word[at++] = 'a';
    if (at == word.size())
      word += 'a';
    else
      ++word[at];
  }
  return text;
}

std::string fileOf(std::string header) {
  std::uint64_t length = header.size();
  return header.insert(0, reinterpret_cast<const char *>(&length),
                       sizeof(length));
}

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
  LibsvmReader reader({.labels = {.kind = LabelKind::Numbers}});
  reader.read(LineReader(path));
}
void readTensors(const std::string &path) { SafetensorsFile file(path); }
void makeFeatures(const std::string &path) {
  runData({path, "-o", path + ".out", "--format", "csv"});
}

const Input inputs[] = {
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
     readJson, 40},
    {"JsonOfArrays", [](std::size_t bytes) { return repeat("[", bytes); },
     readJson, 4},
    {"JsonOfKeys",
     [](std::size_t bytes) {
       return R"({"label":1,"review":"")" + words(",\"", "\":1", bytes) + "}\n";
     },
     readJson, 24},
    {"OneLine", [](std::size_t bytes) { return std::string(bytes, 'x'); },
     readLines, 4},
    {"LinesOfNul", [](std::size_t bytes) { return std::string(bytes, '\0'); },
     readLines, 4},
    {"ManyLinesCompressed",
     [](std::size_t bytes) { return compressXz(repeat("x\n", 16 * bytes)); },
     readLines, 1},
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
       return fileOf(
           R"({"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})" +
           words(",\"", R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})",
                 bytes) +
           "}");
     },
     readTensors, 8},
    {"HeaderOfMetadata",
     [](std::size_t bytes) {
       return fileOf(R"({"__metadata__":{"":"")" +
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
       return fileOf(R"({"a":{"dtype":"U8","shape":[9223372036854775807],)"
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

/// The most memory that a fork of this process ever has, in bytes, which runs
/// `action`; what this one has counts too.
std::int64_t peakWith(const std::function<void()> &action) {
  static auto *const peak = static_cast<std::int64_t *>(
      ::mmap(nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  *peak = -1;
  // What was given back would be there for the child to take again, unseen.
  ::malloc_trim(0);
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      action();
    } catch (const InputError &) {
      // What is refused may need memory all the same.
    }
    rusage usage;
    ::getrusage(RUSAGE_SELF, &usage);
    *peak = std::int64_t{usage.ru_maxrss} * 1024;
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  return *peak;
}

class MemoryTest : public testing::TestWithParam<Input> {};

/// Beside what grows with the input: buffers, a thread or two, dictionaries of
/// decompression. test/fuzz/README.md says so too.
constexpr std::int64_t constant = 8 * mebibyte;

TEST_P(MemoryTest, FollowsTheInput) {
  if (isSanitized)
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  const Input &input = GetParam();
  TemporaryFolder folder;
  for (const std::int64_t bytes : {std::int64_t{64}, mebibyte, 4 * mebibyte}) {
    writeFile(folder / "input", input.make(static_cast<std::size_t>(bytes)));
    const auto size =
        static_cast<std::int64_t>(std::filesystem::file_size(folder / "input"));
    const std::int64_t before = peakWith([] {});
    const std::int64_t peak =
        peakWith([&] { input.read(folder / "input"); }) - before;
    EXPECT_LE(peak, static_cast<std::int64_t>(input.factor *
                                              static_cast<double>(size)) +
                        constant)
        << size << " bytes";
    RecordProperty(std::to_string(size) + "_bytes_take", std::to_string(peak));
  }
}

INSTANTIATE_TEST_SUITE_P(Inputs, MemoryTest, testing::ValuesIn(inputs),
                         [](const auto &info) { return info.param.name; });

} // namespace
