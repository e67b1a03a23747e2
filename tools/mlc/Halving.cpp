//===- Halving.cpp - Which trial comes next -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Halving.h"

#include <algorithm>
#include <cmath>
#include <utility>

using namespace mlc;

Halving::Halving(std::int64_t epochs)
    : epochs_(epochs), next_{.configuration = 0, .rung = 2, .epochs = epochs} {}

void Halving::startRung(int rung, std::vector<std::uint64_t> configurations) {
  constexpr std::int64_t shares[] = {9, 3, 1};
  const std::int64_t share = shares[rung];
  done_.clear();
  waiting_ = std::move(configurations);
  next_ = {.configuration = waiting_.front(),
           .rung = rung,
           .epochs = (epochs_ + share - 1) / share};
}

void Halving::add(double value) {
  done_.push_back({next_.configuration, value});
  if (!waiting_.empty())
    waiting_.erase(waiting_.begin());
  if (!waiting_.empty()) {
    next_.configuration = waiting_.front();
    return;
  }
  // Failed ones go no further; of equal values the first.
  std::erase_if(done_,
                [](const Member &member) { return std::isnan(member.value); });
  std::ranges::stable_sort(done_, {}, &Member::value);
  if (next_.rung < 2 && !done_.empty()) {
    std::vector<std::uint64_t> best;
    const std::size_t most = next_.rung == 0 ? kept : 1;
    for (std::size_t i = 0; i < std::min(most, done_.size()); ++i)
      best.push_back(done_[i].configuration);
    startRung(next_.rung + 1, std::move(best));
    return;
  }
  std::vector<std::uint64_t> fresh;
  while (fresh.size() < perBracket)
    fresh.push_back(nextNew_++);
  startRung(0, std::move(fresh));
}
