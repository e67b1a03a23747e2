//===- RoundingCloud.h - What rounding can do to a step ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_CHECK_ROUNDINGCLOUD_H
#define MLC_CHECK_ROUNDINGCLOUD_H

#include "lib/Reference/StepFunction.h"

#include <string>

namespace mlc {

/// Numbers that were computed in f32, in the form of a step's results.
struct StepNumbers {
  std::optional<float> loss;
  std::optional<llvm::ArrayRef<float>> prediction;
  std::vector<llvm::ArrayRef<float>> parameters, states;
};

/// How far one number is from where it should be.
struct Distance {
  std::string what; ///< "loss", "prediction", "parameter", "state".
  size_t index = 0; ///< Of the parameter or state.
  size_t element = 0;
  double actual = 0, expected = 0, allowed = 0;

  /// Above 1 where it is too far; infinite for NaN.
  double quotient() const;
};

/// Where the results of a step may lie when it is computed in f32.
///
/// The step is interpreted in f64 once as it is, and a few times with every
/// op's result disturbed by as much as rounding can disturb it
/// (RoundingError.h) with a random sign at each element (Monte Carlo
/// arithmetic: D. Stott Parker, UCLA CSD-970002, 1997). So what the graph does
/// with an error -- cancellation, a division by a small root, an activation at
/// its kink -- is measured for each element, not guessed. A number may lie
/// kWidth times as far from the undisturbed one as the farthest disturbed one.
class RoundingCloud {
public:
  /// Interprets `function` on `inputs`, disturbed `samples` times.
  static mlir::FailureOr<RoundingCloud>
  make(const reference::StepFunction &function,
       const reference::StepInputs &inputs, int samples, uint64_t seed);

  /// The number that lies farthest, by its quotient.
  Distance farthest(const StepNumbers &actual) const;

  /// The one of a single parameter that lies farthest.
  Distance ofParameter(size_t index, llvm::ArrayRef<float> actual) const;

  /// Elements of the prediction; 0 where there is none.
  size_t predictionSize() const;

  /// Whether a result, disturbed or not, is no number or near the end of f32's
  /// range, so that nothing can be said of compiled code.
  bool leavesF32() const;

private:
  reference::StepOutputs center_;
  std::vector<reference::StepOutputs> samples_;
};

} // namespace mlc

#endif // MLC_CHECK_ROUNDINGCLOUD_H
