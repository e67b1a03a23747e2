//===- LabelSets.h - Words and sets of them as numbers ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_LABELSETS_H
#define MLC_RUNTIME_IMPORT_LABELSETS_H

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mlc::runtime {

/// Words, and sets of words, numbered as they come.
class LabelSets {
public:
  /// The number of a word that is there; nothing otherwise.
  std::optional<std::int32_t> find(std::string_view word) const;
  /// The number of a word that is not there yet.
  std::int32_t add(std::string_view word);
  /// The number of a set of words, in any order and with any of them twice.
  std::int32_t setOf(std::span<const std::int32_t> words);

  std::size_t size() const { return words_.size(); }
  const std::string &word(std::int32_t number) const {
    return words_[static_cast<std::size_t>(number)];
  }
  /// The words of a set, rising.
  std::span<const std::int32_t> wordsOf(std::int32_t set) const {
    return sets_[static_cast<std::size_t>(set)];
  }

private:
  std::vector<std::string> words_;
  std::unordered_map<std::string, std::int32_t> numbers_;
  std::vector<std::vector<std::int32_t>> sets_;
  std::map<std::vector<std::int32_t>, std::int32_t> setNumbers_;
  std::vector<std::int32_t> single_; ///< The set of each word alone, or -1.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_LABELSETS_H
