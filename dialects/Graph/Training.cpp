//===- Training.cpp - What a model file says of training ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Training.h"

#include <cmath>

using namespace mlir;
using namespace mlc::graph;

/// Whether nothing but products with `#graph.csr` examples reads a parameter,
/// so that a lazy optimiser changes the rows alone that a batch touches.
static bool isOfSparseRows(ParameterOp parameter) {
  return llvm::all_of(parameter->getUsers(), [&](Operation *user) {
    auto product = dyn_cast<LinearOp>(user);
    return product && product.getWeight() == parameter.getValue() &&
           isCsr(product.getInput().getType());
  });
}

LogicalResult mlc::graph::verifyTraining(ProgramOp program) {
  SmallVector<ParameterOp> parameters = program.getParameters();
  if (llvm::all_of(parameters, [](ParameterOp p) { return p.getFrozen(); }))
    return parameters.front().emitOpError(
        "expected a parameter that is not frozen (C7); there is nothing to "
        "train");
  auto adam = dyn_cast<AdamAttr>(program.getTrain().getOptimizer());
  if (!adam || !adam.getLazy())
    return success();
  for (ParameterOp parameter : parameters)
    if (FloatAttr decay = parameter.getWeightDecayAttr();
        decay && decay.getValueAsDouble() > 0 && isOfSparseRows(parameter))
      return parameter.emitOpError("expected no weight_decay of \"")
             << parameter.getName()
             << "\" with adam(lazy) (C8), since it would change every row; "
                "leave out one of the two";
  return success();
}

LogicalResult mlc::graph::verifyHowTrained(ParameterOp parameter) {
  FloatAttr rate = parameter.getRateAttr();
  FloatAttr decay = parameter.getWeightDecayAttr();
  const bool isFrozen = parameter.getFrozen();
  if (!parameter.getType().getElementType().isF32() &&
      (isFrozen || rate || decay))
    return parameter.emitOpError("expected 'frozen', 'rate' and "
                                 "'weight_decay' of f32 elements only (C7), "
                                 "but got ")
           << parameter.getType();
  if (isFrozen && (rate || decay || parameter.getKeepZeros()))
    return parameter.emitOpError("expected 'frozen' without 'keep_zeros', "
                                 "'rate' and 'weight_decay' (C7), since it is "
                                 "not trained");
  if (rate &&
      !(std::isfinite(rate.getValueAsDouble()) && rate.getValueAsDouble() > 0))
    return parameter.emitOpError("expected a finite rate above 0 (C8), but "
                                 "got ")
           << rate.getValueAsDouble()
           << "; 'frozen' says that a parameter stays";
  if (decay && !(std::isfinite(decay.getValueAsDouble()) &&
                 decay.getValueAsDouble() >= 0))
    return parameter.emitOpError("expected a finite weight_decay of 0 or more "
                                 "(C9), but got ")
           << decay.getValueAsDouble();
  return success();
}

static LogicalResult verifyPrivate(TrainOp train) {
  FloatAttr clip = train.getPrivateClipAttr();
  if (!clip)
    return success();
  if (!(std::isfinite(clip.getValueAsDouble()) && clip.getValueAsDouble() > 0))
    return train.emitOpError("expected a finite clip of private above 0 (C7), "
                             "but got ")
           << clip.getValueAsDouble();
  for (auto [name, isGiven, what] :
       {std::tuple("clip_norm", bool(train.getClipNormAttr()),
                   "since the gradient of each row is clipped; leave it out"),
        std::tuple("clip_value", bool(train.getClipValueAttr()),
                   "since the gradient of each row is clipped; leave it out"),
        std::tuple("accumulate", bool(train.getAccumulateAttr()),
                   "which sums as many rows as there are in any case; say a "
                   "larger batch")})
    if (isGiven)
      return train.emitOpError("expected no ")
             << name << " with private (C8), " << what;
  if (auto adam = dyn_cast<AdamAttr>(train.getOptimizer());
      adam && adam.getLazy())
    return train.emitOpError("expected no adam(lazy) with private (C9): which "
                             "rows of a parameter change would tell which "
                             "columns the batch has; leave out 'lazy'");
  return success();
}

LogicalResult TrainOp::verify() {
  if (getBatchAttr().getInt() < 1 || getBatchAttr().getInt() > kMaxBatch)
    return emitOpError("expected a batch from 1 to ")
           << kMaxBatch << " (C1), but got " << getBatchAttr().getInt();
  if (getEpochsAttr().getInt() < 1 || getEpochsAttr().getInt() > 1000000)
    return emitOpError("expected epochs from 1 to 1000000 (C2), but got ")
           << getEpochsAttr().getInt();
  for (auto [name, bound] : {std::pair("clip_norm", getClipNormAttr()),
                             std::pair("clip_value", getClipValueAttr())})
    if (bound && !(std::isfinite(bound.getValueAsDouble()) &&
                   bound.getValueAsDouble() > 0))
      return emitOpError("expected a finite ")
             << name << " above 0 (C3), but got " << bound.getValueAsDouble();
  if (getClipNormAttr() && getClipValueAttr())
    return emitOpError("expected clip_norm or clip_value, but not both (C6)");
  if (getStepsOfUpdate() < 1 || getStepsOfUpdate() > kMaxBatch)
    return emitOpError("expected accumulate from 1 to ")
           << kMaxBatch << " (C4), but got " << getStepsOfUpdate();
  if (auto adam = dyn_cast<AdamAttr>(getOptimizer());
      adam && adam.getLazy() && getStepsOfUpdate() > 1)
    return emitOpError("expected no accumulate with adam(lazy) (C5), which "
                       "changes the rows alone that one batch touches; leave "
                       "out one of the two, or make the batch larger");
  return verifyPrivate(*this);
}
