//===- Explanation.h - What a prediction is made of -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_EXPLANATION_H
#define MLC_RUNTIME_EXPLAIN_EXPLANATION_H

#include "Explain/Explainer.h"
#include "Text/PlacedToken.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlc::runtime {

/// A token of a text, and its part in the score.
struct ExplainedWord {
  PlacedToken place;
  double part = 0;
  bool isKnown = false; ///< It takes part in a feature.
};

/// Something that can be left out: all places of a word, a column, a feature.
struct ExplainedUnit {
  std::string name;
  std::string value;     ///< Of a column or a feature; empty of a word.
  std::size_t count = 1; ///< Places of the word.
  double part = 0;
};

/// Without some units the program answers something else.
struct AnswerFlip {
  std::vector<std::size_t> units; ///< Places in Explanation::units.
  std::string answer;             ///< Then.
  double score = 0;               ///< Then.
  /// Whether it is known that no fewer would do.
  bool isFewest = false;
};

/// Why a row got its score. Of Path, baseline + parts + gap = score.
struct Explanation {
  ExplainMethod method = ExplainMethod::Path;
  std::string answer;
  std::optional<double> probability; ///< Of the answer.
  std::vector<float> outputs;
  std::int64_t column = 0; ///< Of the outputs, the one that is explained.
  std::string name;    ///< Of the explained output, where there are several.
  std::string meaning; ///< What positive parts speak for; may be empty.
  double baseline = 0, score = 0, gap = 0;
  double tolerance = 0;             ///< Of the gap.
  int points = 0;                   ///< As Attributions has it.
  std::vector<ExplainedUnit> units; ///< Largest parts first.
  std::vector<ExplainedWord> words; ///< Of a text, in its order.
  std::size_t unknownCount = 0;     ///< Of `words`.
  std::optional<AnswerFlip> flip;
  bool wasFlipSought = false;
};

/// Units whose part has another sign in `other`, and is not small in either.
/// Names, largest parts first.
std::vector<std::string> differentSigns(const Explanation &one,
                                        const Explanation &other);

/// Numbers with `digits` digits behind the point whose sum, as they are
/// written, is exactly `total`: each part is rounded down or up, those with the
/// largest remainders up. In units of the last digit.
std::vector<std::int64_t> roundedParts(const std::vector<double> &parts,
                                       std::int64_t total, int digits);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_EXPLANATION_H
