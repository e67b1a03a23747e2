//===- PrintedParts.h - Parts that add up as they are printed ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_PRINTEDPARTS_H
#define MLC_RUNTIME_EXPLAIN_PRINTEDPARTS_H

#include "Explain/Explanation.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlc::runtime {

/// An explanation's numbers in units of the last digit that is printed. Of
/// Path, baseline + parts + gap = score in these, too. Scores of a large size
/// are printed with fewer digits behind the point.
class PrintedParts {
public:
  explicit PrintedParts(const Explanation &explanation);

  std::int64_t baseline() const { return baseline_; }
  std::int64_t score() const { return score_; }
  std::int64_t gap() const { return gap_; }
  /// Of all parts.
  std::int64_t sum() const { return score_ - baseline_ - gap_; }
  std::int64_t ofUnit(std::size_t unit) const { return units_[unit]; }
  /// Of all units from this one on.
  std::int64_t ofUnitsFrom(std::size_t unit) const;
  std::int64_t ofWord(std::size_t word) const { return words_[word]; }

  /// With its sign: "+0.713".
  std::string text(std::int64_t number) const;

private:
  int digits_;
  std::int64_t baseline_, score_, gap_;
  std::vector<std::int64_t> units_, words_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_PRINTEDPARTS_H
