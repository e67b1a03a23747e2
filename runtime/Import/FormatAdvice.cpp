//===- FormatAdvice.cpp - What an unknown file resembles ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/FormatAdvice.h"

#include "Error.h"
#include "Import/LabelReader.h"
#include "Import/LineReader.h"
#include "Import/Utf8.h"

#include <algorithm>
#include <fmt/core.h>

using namespace mlc::runtime;

namespace {
struct Kind {
  std::string_view start;
  const char *name, *todo;
};
} // namespace

static constexpr const char *byPandas =
    "write it as CSV, for example by pandas' to_csv";
static constexpr Kind kinds[] = {
    {"PAR1", "a Parquet file", byPandas},
    {"ARROW1", "an Arrow file", byPandas},
    {"\x89HDF", "an HDF5 file", byPandas},
    {"\x93NUMPY", "an array of NumPy",
     "save it by safetensors.numpy.save_file as the tensor \"features\""},
    {"SQLite format 3", "an SQLite database",
     "export a table: sqlite3 -csv -header FILE 'select * from TABLE'"},
    {"\xd0\xcf\x11\xe0", "an old Excel file", "save it as CSV"},
    {"%PDF", "a PDF file", "take its text out first, such as by pdftotext"},
    {"\x80", "pickled Python", byPandas},
    {"@relation", "an ARFF file",
     "leave out its lines with @ and read the rest as CSV without a header"},
    {"@RELATION", "an ARFF file",
     "leave out its lines with @ and read the rest as CSV without a header"},
    {"<?xml", "XML", "write its texts as CSV or JSON lines"},
    {"<!DOCTYPE", "an HTML page; was it downloaded whole?",
     "download the data themselves"},
    {"<html", "an HTML page; was it downloaded whole?",
     "download the data themselves"},
    {"version https://git-lfs", "a pointer of Git LFS, not the file",
     "fetch the file by git lfs pull"},
};

/// A safetensors file starts with the length of its header, then a brace.
static bool isSafetensors(std::string_view block) {
  constexpr std::size_t lengthBytes = 8;
  return block.size() > lengthBytes && block[lengthBytes] == '{' &&
         block.substr(0, lengthBytes).find('\0') != block.npos;
}

/// What kind of file it is, where that shows; nothing where it is text.
static std::string tellKind(std::string_view block) {
  if (block.empty())
    return "expected examples, but the file is empty; give one with data";
  if (isSafetensors(block))
    return "expected texts or counts, but got a safetensors file, such as `mlc "
           "data` writes; give it to a program's train or eval as it is";
  for (const Kind &kind : kinds)
    if (block.starts_with(kind.start))
      return fmt::format("expected text, but got {}; {}", kind.name, kind.todo);
  return "";
}

void mlc::runtime::failOnFormat(const std::string &name,
                                const std::string &path,
                                std::string_view block) {
  if (const std::string kind = tellKind(block); !kind.empty())
    throw InputError(fmt::format("{}: {}", name, kind));
  const std::string_view line =
      block.substr(0, std::min(block.find_first_of("\r\n"), block.size()));
  if (const std::size_t nul = block.find('\0'); nul != block.npos) {
    const std::string_view before = block.substr(0, nul);
    const std::size_t start = before.rfind('\n') + 1; // 0: there is none.
    failInLine(
        name, static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1,
        block.substr(start, block.find('\n', nul) - start), block.data() + nul,
        fmt::format("expected text, but the file has NUL bytes and starts with "
                    "{}; where it is UTF-16 without a byte order mark give "
                    "--encoding utf-16le",
                    showToken(line)));
  }
  const std::string shown = showToken(line);
  const bool hasWords = line.find(' ') != line.npos;
  std::string advice = fmt::format(
      "expected CSV, JSON, LIBSVM text, lines of fastText or Vowpal "
      "Wabbit, or a folder, but the first line is {}, with no "
      "delimiter that others have too; ",
      shown);
  if (hasWords)
    advice += fmt::format("where each line is a text, their labels come from "
                          "another file: mlc data {} --format lines "
                          "--labels-file LABELS.csv",
                          path);
  else
    advice += fmt::format("name what stands between columns: mlc data {} "
                          "--format csv --delimiter CHARACTER --text-column "
                          "NAME --label-column NAME",
                          path);
  throw InputError(fmt::format("{}:1:1: {}", name, advice));
}
