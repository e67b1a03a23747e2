//===- FastTextReader.cpp - Reads fastText's lines ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/FastTextReader.h"

#include <algorithm>

using namespace mlc::runtime;

static constexpr const char *space = " \t\v\f\r";

FastTextReader::FastTextReader(LineReader lines, const TextFields &fields,
                               LabelReader &labels)
    : lines_(std::move(lines)), labels_(labels),
      needsLabels_(!fields.label.empty()) {
  lines_.setCheck(fields.check);
}

double FastTextReader::readLabels(const char *place) {
  if (!needsLabels_)
    return 0;
  if (words_.empty() && labels_.rule().form != LabelForm::Several)
    lines_.fail(place, "expected a word such as __label__spam, but the line "
                       "has none; give each line its label, or --labels "
                       "several where a line may have none");
  try {
    return words_.size() == 1 ? labels_.readWord(words_.front())
                              : labels_.readSeveral(words_);
  } catch (const LabelError &error) {
    lines_.fail(words_.empty() ? place : words_.front().data(), error.what());
  }
}

bool FastTextReader::next(Document &document) {
  std::string_view line;
  do {
    if (!lines_.next(line))
      return false;
  } while (line.find_first_not_of(space) == line.npos);
  document.text.clear();
  words_.clear();
  std::string_view rest = line;
  while (true) {
    // What stands before the next label, with the white space in it.
    std::size_t at = rest.find(fastTextLabel);
    while (at != rest.npos && at > 0 &&
           std::string_view(space).find(rest[at - 1]) == std::string_view::npos)
      at = rest.find(fastTextLabel, at + 1);
    document.text += rest.substr(0, at);
    if (at == rest.npos)
      break;
    rest.remove_prefix(at + fastTextLabel.size());
    words_.push_back(rest.substr(0, rest.find_first_of(space)));
    rest.remove_prefix(words_.back().size());
    rest.remove_prefix(std::min(rest.find_first_not_of(space), rest.size()));
  }
  document.label = readLabels(line.data());
  return true;
}
