//===- RoundingCloud.cpp - What rounding can do to a step -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/RoundingCloud.h"

#include "lib/Check/RoundingError.h"

#include <cmath>
#include <random>

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;

/// See the class.
static constexpr double kWidth = 2;
/// Of the number itself, whatever the samples say: its own rounding.
static constexpr double kOwnRounding = 4 * 0x1p-24;
/// Below it f32 has fewer digits or, where denormals count as zero, none.
static constexpr double kUnderflow = 0x1p-120;

double Distance::quotient() const {
  const double distance = std::abs(actual - expected) / allowed;
  return std::isnan(distance) ? INFINITY : distance;
}

FailureOr<RoundingCloud> RoundingCloud::make(const StepFunction &function,
                                             const StepInputs &inputs,
                                             int samples, uint64_t seed) {
  RoundingCloud cloud;
  FailureOr<StepOutputs> center = function.run(inputs);
  if (failed(center))
    return failure();
  cloud.center_ = std::move(*center);
  std::mt19937_64 random(seed);
  auto disturb = [&](Operation *op, ArrayRef<DatumRef> operands,
                     Datum &result) {
    const std::optional<Reals> errors = roundingErrorOf(op, operands, result);
    if (!errors)
      return;
    auto *csr = std::get_if<CsrRows>(&result);
    std::vector<double> &numbers =
        csr ? csr->values : std::get<Reals>(result).elements;
    for (auto [x, error] : llvm::zip_equal(numbers, errors->elements))
      x += random() % 2 ? error : -error;
  };
  for (int i = 0; i < samples; ++i) {
    FailureOr<StepOutputs> sample = function.run(inputs, disturb);
    if (failed(sample))
      return failure();
    cloud.samples_.push_back(std::move(*sample));
  }
  return cloud;
}

namespace {
/// Looks for the farthest number, tensor by tensor.
class Search {
public:
  void look(StringRef what, size_t index, ArrayRef<float> actual,
            const Reals &center, ArrayRef<const Reals *> samples) {
    for (size_t at = 0; at < actual.size(); ++at) {
      const double expected = center.elements[at];
      double spread = 0;
      for (const Reals *sample : samples)
        spread = std::max(spread, std::abs(sample->elements[at] - expected));
      Distance distance{
          what.str(),
          index,
          at,
          actual[at],
          expected,
          kWidth * spread + kOwnRounding * std::abs(expected) + kUnderflow};
      if (distance.quotient() > farthest.quotient() || farthest.what.empty())
        farthest = std::move(distance);
    }
  }

  Distance farthest{"", 0, 0, 0, 0, 1};
};
} // namespace

static const Reals *realsOf(const DatumRef &datum) {
  return &std::get<Reals>(*datum);
}

Distance RoundingCloud::farthest(const StepNumbers &actual) const {
  Search search;
  auto look = [&](StringRef what, size_t index, ArrayRef<float> numbers,
                  llvm::function_ref<const Reals *(const StepOutputs &)> part) {
    std::vector<const Reals *> parts;
    for (const StepOutputs &sample : samples_)
      parts.push_back(part(sample));
    search.look(what, index, numbers, *part(center_), parts);
  };
  if (actual.loss) {
    std::vector<Reals> losses;
    for (const StepOutputs &sample : samples_)
      losses.emplace_back(*sample.loss);
    std::vector<const Reals *> parts;
    for (const Reals &loss : losses)
      parts.push_back(&loss);
    search.look("loss", 0, *actual.loss, Reals(*center_.loss), parts);
  }
  if (actual.prediction)
    look("prediction", 0, *actual.prediction, [](const StepOutputs &outputs) {
      return realsOf(outputs.prediction);
    });
  // States first: they tell more of a gradient than parameters do.
  for (size_t i = 0; i < actual.states.size(); ++i)
    look("state", i, actual.states[i], [&](const StepOutputs &outputs) {
      return realsOf(outputs.states[i]);
    });
  for (size_t i = 0; i < actual.parameters.size(); ++i)
    look("parameter", i, actual.parameters[i], [&](const StepOutputs &outputs) {
      return realsOf(outputs.parameters[i]);
    });
  return search.farthest;
}

Distance RoundingCloud::ofParameter(size_t index,
                                    ArrayRef<float> actual) const {
  Search search;
  std::vector<const Reals *> parts;
  for (const StepOutputs &sample : samples_)
    parts.push_back(realsOf(sample.parameters[index]));
  search.look("parameter", index, actual, *realsOf(center_.parameters[index]),
              parts);
  return search.farthest;
}

size_t RoundingCloud::predictionSize() const {
  return center_.prediction ? realsOf(center_.prediction)->elements.size() : 0;
}

bool RoundingCloud::leavesF32() const {
  constexpr double limit = 1e30;
  auto leaves = [](const DatumRef &datum) {
    return llvm::any_of(std::get<Reals>(*datum).elements,
                        [](double x) { return !(std::abs(x) < limit); });
  };
  auto outputsLeave = [&](const StepOutputs &outputs) {
    return (outputs.loss && !(std::abs(*outputs.loss) < limit)) ||
           (outputs.prediction && leaves(outputs.prediction)) ||
           llvm::any_of(outputs.parameters, leaves) ||
           llvm::any_of(outputs.states, leaves);
  };
  return outputsLeave(center_) || llvm::any_of(samples_, outputsLeave);
}
