//===- Halving.h - Which trial comes next -----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_HALVING_H
#define MLC_TOOLS_MLC_HALVING_H

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace mlc {

/// A configuration, trained for so many epochs.
struct TrialPlan {
  std::uint64_t configuration = 0; ///< 0: the model's own settings.
  int rung = 0;
  std::int64_t epochs = 0;

  bool operator==(const TrialPlan &) const = default;
};

/// Successive halving, bracket after bracket (Jamieson and Talwalkar 2016, with
/// a third that stays). The first trial is configuration 0 with all epochs. A
/// bracket tries nine new configurations for a ninth of the epochs, goes on
/// with the best three of them up to a third, and with the best one up to all.
/// What comes next follows from the values so far alone, not from the time that
/// they took.
class Halving {
public:
  /// `epochs`: all, at least 1.
  explicit Halving(std::int64_t epochs);

  TrialPlan next() const { return next_; }
  /// What came of `next()`: lower is better; NaN where it failed.
  void add(double value);

private:
  static constexpr std::size_t perBracket = 9, kept = 3;

  struct Member {
    std::uint64_t configuration;
    double value;
  };
  void startRung(int rung, std::vector<std::uint64_t> configurations);

  std::int64_t epochs_;
  std::uint64_t nextNew_ = 1; ///< The next configuration that was not tried.
  TrialPlan next_;
  std::vector<std::uint64_t> waiting_; ///< Of this rung, in order.
  std::vector<Member> done_;           ///< Of this rung.
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_HALVING_H
