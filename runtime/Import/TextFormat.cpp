//===- TextFormat.cpp - The forms that documents come in ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/TextFormat.h"

#include <algorithm>
#include <charconv>

using namespace mlc::runtime;

static std::string_view withoutEnding(std::string_view path) {
  for (std::string_view ending : {".xz", ".gz"})
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
  label.remove_prefix(label.starts_with('+'));
  const char *end = label.data() + label.size();
  double number;
  auto [stop, error] = std::from_chars(label.data(), end, number);
  if (label.empty() || stop != end)
    return false;
  std::string_view first = takeToken();
  return first.empty() || first.starts_with('#') || isPair(first);
}

/// Whether a comma-separated header names the column.
static bool looksLikeHeader(std::string_view line, std::string_view column) {
  while (true) {
    const std::size_t comma = line.find(',');
    std::string_view name = line.substr(0, comma);
    if (name.ends_with('\r'))
      name.remove_suffix(1);
    if (name.size() > 1 && name.starts_with('"') && name.ends_with('"'))
      name = name.substr(1, name.size() - 2);
    if (name == column)
      return true;
    if (comma == std::string_view::npos)
      return false;
    line.remove_prefix(comma + 1);
  }
}

std::optional<TextFormat> mlc::runtime::guessFormat(std::string_view path,
                                                    std::string_view firstLine,
                                                    const TextFields &fields) {
  constexpr std::pair<std::string_view, TextFormat> endings[] = {
      {".csv", TextFormat::Csv},          {".jsonl", TextFormat::JsonLines},
      {".ndjson", TextFormat::JsonLines}, {".feat", TextFormat::Libsvm},
      {".libsvm", TextFormat::Libsvm},    {".svm", TextFormat::Libsvm},
  };
  path = withoutEnding(path);
  for (auto [ending, format] : endings)
    if (path.ends_with(ending))
      return format;

  if (firstLine.starts_with("\xef\xbb\xbf"))
    firstLine.remove_prefix(3);
  if (looksLikeHeader(firstLine, fields.text))
    return TextFormat::Csv;
  firstLine.remove_prefix(
      std::min(firstLine.find_first_not_of(" \t"), firstLine.size()));
  if (firstLine.starts_with('{'))
    return TextFormat::JsonLines;
  if (looksLikeLibsvm(firstLine))
    return TextFormat::Libsvm;
  return std::nullopt;
}
