//===- UnitExplainer.h - What explaining texts and rows shares --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_UNITEXPLAINER_H
#define MLC_RUNTIME_EXPLAIN_UNITEXPLAINER_H

#include "Explain/Explanation.h"
#include "Explain/RowOfData.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace mlc::runtime {

struct ExplainSettings {
  ExplainMethod method = ExplainMethod::Path;
  /// The explained output; by toldColumn where it is not given.
  std::optional<std::int64_t> column;
  bool seeksFlip = true;
};

/// The row without some of an explanation's units, which are given by their
/// places in Explanation::units as these are before `finish`.
using RowWithout = std::function<RowOfData(std::span<const std::size_t> units)>;

/// Makes explanations of rows, whatever their units are: words or columns. What
/// units there are and which features belong to them is the caller's, who calls
/// `begin`, adds the units, gives them their parts and calls `finish`. Not for
/// use from several threads at once.
class UnitExplainer {
public:
  /// All that is given must outlive it.
  UnitExplainer(Explainer &explainer, const OutputTerms &terms,
                ExplainSettings settings);

  /// What the row is told, and the score that is divided up.
  Explanation begin(const RowOfData &row);

  /// Whether parts are those of leaving units out: then by `removeEach`, else
  /// by `featureParts`.
  bool isByRemoval() const { return settings_.method == ExplainMethod::Remove; }
  /// A part for each of the row's values. Fills in `gap` and `points`.
  std::vector<double> featureParts(const RowOfData &row,
                                   Explanation &explanation);
  /// Fills in each unit's part: how far the score falls without it.
  void removeEach(const RowWithout &without, Explanation &explanation);

  /// Puts the units with the largest parts first and seeks what must go for
  /// another answer, where the settings ask for it.
  void finish(const RowWithout &without, Explanation &explanation);

private:
  std::vector<float>
  predictWithout(const RowWithout &without,
                 std::span<const std::vector<std::size_t>> lists);

  Explainer &explainer_;
  const OutputTerms &terms_;
  ExplainSettings settings_;
  std::vector<ExplainedOutput> outputs_; ///< Of each column.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_UNITEXPLAINER_H
