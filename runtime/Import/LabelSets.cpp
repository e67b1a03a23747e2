//===- LabelSets.cpp - Words and sets of them as numbers ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/LabelSets.h"

#include <algorithm>

using namespace mlc::runtime;

std::optional<std::int32_t> LabelSets::find(std::string_view word) const {
  // Labels are short: most fit into a string without memory of its own.
  const auto found = numbers_.find(std::string(word));
  if (found == numbers_.end())
    return std::nullopt;
  return found->second;
}

std::int32_t LabelSets::add(std::string_view word) {
  const auto number = static_cast<std::int32_t>(words_.size());
  words_.emplace_back(word);
  numbers_.emplace(word, number);
  single_.push_back(-1);
  return number;
}

std::int32_t LabelSets::setOf(std::span<const std::int32_t> words) {
  std::int32_t *const single =
      words.size() == 1 ? &single_[static_cast<std::size_t>(words[0])]
                        : nullptr;
  if (single && *single >= 0)
    return *single;
  std::vector<std::int32_t> set(words.begin(), words.end());
  std::ranges::sort(set);
  set.erase(std::ranges::unique(set).begin(), set.end());
  const auto next = static_cast<std::int32_t>(sets_.size());
  const auto [found, isNew] = setNumbers_.emplace(std::move(set), next);
  if (isNew)
    sets_.push_back(found->first);
  if (single)
    *single = found->second;
  return found->second;
}
