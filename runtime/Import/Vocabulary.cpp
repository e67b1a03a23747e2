//===- Vocabulary.cpp - Names of columns, one a line ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Vocabulary.h"

#include "Data/SparseRows.h"
#include "Import/LineReader.h"

#include <fmt/core.h>
#include <string_view>
#include <unordered_map>

using namespace mlc::runtime;

std::vector<std::string> mlc::runtime::readVocabulary(const std::string &path) {
  LineReader reader(path);
  reader.setCheck(TextCheck::Require);
  std::vector<std::string> words;
  std::unordered_map<std::string, std::size_t> lineOf;
  std::string_view line;
  while (reader.next(line)) {
    if (line.empty())
      reader.fail(line.data(), "expected a word, but got an empty line; each "
                               "line names the feature of its number");
    auto [old, isNew] = lineOf.emplace(line, reader.lineNumber());
    if (!isNew)
      reader.fail(line.data(), fmt::format("{:?} is on line {} too; give each "
                                           "feature its own word",
                                           line, old->second));
    if (words.size() == static_cast<std::size_t>(maxWidth))
      reader.fail(line.data(), "expected at most 2^31 - 1 words; shorten it");
    words.emplace_back(line);
  }
  if (words.empty())
    reader.fail("expected words, but got none; give a file with a word a line");
  return words;
}
