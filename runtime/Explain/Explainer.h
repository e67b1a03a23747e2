//===- Explainer.h - Divides outputs up among the input's parts -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_EXPLAIN_EXPLAINER_H
#define MLC_RUNTIME_EXPLAIN_EXPLAINER_H

#include "Explain/ExplainedOutput.h"
#include "Program/Predictor.h"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace mlc::runtime {

enum class ExplainMethod {
  /// Integrated gradients along the straight line from the baseline to the row
  /// (Sundararajan, Taly, Yan 2017): the parts add up to the score.
  Path,
  /// A part is how far the score falls where it alone is left out. Parts do not
  /// add up.
  Remove,
  /// The gradient at the row times the row. Parts do not add up.
  Gradient,
};

/// As options and files spell them.
constexpr std::pair<const char *, ExplainMethod> explainMethodNames[] = {
    {"path", ExplainMethod::Path},
    {"remove", ExplainMethod::Remove},
    {"gradient", ExplainMethod::Gradient},
};

/// Whether means of gradients over paths have a closed form in the program's
/// entry point "explain".
bool hasClosedPaths(const MlcProgram &program);

/// What became of some rows.
struct Attributions {
  /// A number for each stored entry of the rows or, dense, for each element.
  std::vector<double> parts;
  std::vector<float> outputs; ///< [rows, outputs], those of `predict`.
  double baseline = 0;        ///< The score of the baseline.
  std::vector<double> scores; ///< [rows]
  /// [rows] score - baseline - the sum of the parts.
  std::vector<double> gaps;
  /// How many points of the line were looked at; 0: all of them, in closed
  /// form.
  int points = 0;
};

/// Explains a program's predictions by its entry point "explain". The baseline
/// is a row of zeros: an empty text; of a table, where zero is a column's mean
/// or median, a row of these. Not for use from several threads at once.
class Explainer {
public:
  /// Throws InputError where the program cannot explain.
  explicit Explainer(const Predictor &predictor);

  /// Parts of `rows` by Path or Gradient. Path looks at more and more points of
  /// the line, up to 512, until no row's gap is above the output's
  /// tolerance. Throws
  /// InputError as Predictor::predict does.
  Attributions explain(const InputRows &rows, const ExplainedOutput &output,
                       ExplainMethod method);
  /// The outputs of rows, those of `predict`.
  std::vector<float> predict(const InputRows &rows);

  const MlcProgram &program() const { return predictor_.program(); }
  const Predictor &predictor() const { return predictor_; }
  /// What the baseline is told: where rows may have fewer features than the
  /// model's bound, one of as many as `like` has.
  const std::vector<float> &baselineOutputs(const InputRows &like);

  static constexpr int mostPoints = 512;

private:
  /// Adds `weight` times the gradients of the rows at a place, or over a path.
  void addGradients(const InputRows &rows, std::span<const float> direction,
                    float begin, float end, double weight,
                    std::vector<double> &gradients);

  const Predictor &predictor_;
  bool hasClosedPaths_;
  Predictor::Workspace workspace_;
  std::vector<float> zeros_, gradients_;
  std::map<std::int64_t, std::vector<float>> baselines_; ///< By their width.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_EXPLAIN_EXPLAINER_H
