//===- TextFormat.cpp - The forms that documents come in ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/TextFormat.h"

#include "Import/CsvShape.h"
#include "Import/FastTextReader.h"
#include "Import/VowpalReader.h"

#include <algorithm>
#include <charconv>

using namespace mlc::runtime;

static std::string_view withoutEnding(std::string_view path) {
  for (std::string_view ending : {".xz", ".gz", ".bz2", ".zip"})
    if (path.ends_with(ending))
      return path.substr(0, path.size() - ending.size());
  return path;
}

/// Whether `token` is `INDEX:VALUE`, as far as its colon.
static bool isPair(std::string_view token) {
  const char *end = token.data() + token.size();
  unsigned long long index;
  auto [stop, error] = std::from_chars(token.data(), end, index);
  return stop != token.data() && stop != end && *stop == ':';
}

/// LABEL alone, or with INDEX:VALUE behind it; a broken rest is for the reader
/// to tell.
static bool looksLikeLibsvm(std::string_view line) {
  auto takeToken = [&] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    std::string_view token = line.substr(0, line.find_first_of(" \t\r"));
    line.remove_prefix(token.size());
    return token;
  };
  std::string_view label = takeToken();
  if (label.starts_with('#') || isPair(label))
    return true;
  // Several labels are parted by commas.
  for (std::string_view rest = label; true;) {
    const std::size_t comma = rest.find(',');
    if (rest.substr(0, comma).empty() || !isNumber(rest.substr(0, comma)))
      return false;
    if (comma == rest.npos)
      break;
    rest.remove_prefix(comma + 1);
  }
  std::string_view first = takeToken();
  if (first.starts_with("qid:"))
    first = takeToken();
  if (isPair(first))
    return true;
  // Numbers that commas part, and nothing else, are rather CSV.
  return label.find(',') == label.npos &&
         (first.empty() || first.starts_with('#'));
}

std::optional<TextFormat> mlc::runtime::guessFormat(std::string_view path) {
  constexpr std::pair<std::string_view, TextFormat> endings[] = {
      {".csv", TextFormat::Csv},         {".tsv", TextFormat::Csv},
      {".jsonl", TextFormat::JsonLines}, {".ndjson", TextFormat::JsonLines},
      {".json", TextFormat::Json},       {".vw", TextFormat::Vowpal},
      {".feat", TextFormat::Libsvm},     {".libsvm", TextFormat::Libsvm},
      {".svm", TextFormat::Libsvm},
  };
  path = withoutEnding(path);
  for (auto [ending, format] : endings)
    if (path.ends_with(ending))
      return format;
  return std::nullopt;
}

/// Whether an object starts and ends on the line.
static bool isWholeObject(std::string_view line) {
  const std::size_t last = line.find_last_not_of(" \t\r");
  return line.starts_with('{') && last != line.npos && line[last] == '}';
}

std::optional<TextFormat> mlc::runtime::guessFormat(std::string_view block,
                                                    bool isWhole,
                                                    const TextFields &fields) {
  // The lines before a NUL may tell; that is then for a reader to refuse.
  if (const std::size_t nul = block.find('\0'); nul != block.npos) {
    block = block.substr(0, block.rfind('\n', nul) + 1);
    isWhole = true;
    if (block.empty())
      return std::nullopt;
  }
  std::string_view start = block;
  if (start.starts_with("\xef\xbb\xbf"))
    start.remove_prefix(3);
  start.remove_prefix(
      std::min(start.find_first_not_of(" \t\r\n"), start.size()));
  const std::string_view line = start.substr(0, start.find('\n'));
  if (start.starts_with('['))
    return TextFormat::Json;
  if (start.starts_with('{'))
    return isWholeObject(line) || line.size() == start.size()
               ? TextFormat::JsonLines
               : TextFormat::Json;
  if (start.starts_with(fastTextLabel))
    return TextFormat::FastText;
  const CsvShape shape = tellCsvShape(block, isWhole,
                                      {.delimiter = fields.delimiter,
                                       .hasHeader = fields.hasHeader,
                                       .names = {fields.text}});
  const bool isNamed =
      !fields.text.empty() &&
      std::ranges::any_of(shape.columns, [&](const CsvColumn &column) {
        return column.name == fields.text;
      });
  if (isNamed && shape.form.hasHeader)
    return TextFormat::Csv;
  if (looksLikeLibsvm(line))
    return TextFormat::Libsvm;
  if (looksLikeVowpal(line))
    return TextFormat::Vowpal;
  // One record alone may be anything.
  if (shape.isRegular && shape.records + shape.form.hasHeader > 1)
    return TextFormat::Csv;
  return std::nullopt;
}
