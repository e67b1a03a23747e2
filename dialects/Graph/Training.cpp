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

/// Whether a parameter's penalties are such as the optimiser can have.
static LogicalResult verifyPenalties(ParameterOp parameter, TrainOp train) {
  OptimizerAttrInterface optimizer = train.getOptimizer();
  FloatAttr decay = parameter.getWeightDecayAttr();
  if (decay && !optimizer.hasSetting("weight_decay"))
    return parameter.emitOpError("expected no weight_decay of \"")
           << parameter.getName() << "\" with " << optimizer.getName()
           << " (C9), which has none; leave it out, or say l1(x) or the "
              "optimiser's l2 instead";
  if (!optimizer.isLazy() || parameter.getFrozen() ||
      !isOfSparseRows(parameter))
    return success();
  if (decay && decay.getValueAsDouble() > 0)
    return parameter.emitOpError("expected no weight_decay of \"")
           << parameter.getName()
           << "\" with adam(lazy) (C8), since it would change every row; "
              "leave out one of the two";
  FloatAttr l1 = parameter.getL1Attr();
  if (!l1 && train.getL1Attr())
    return train.emitOpError("expected no l1 with adam(lazy) (C8), since it "
                             "would change every row of \"")
           << parameter.getName()
           << "\"; leave out one of the two, take ftrl(l1 = ...), which "
              "changes the rows alone that a batch touches, or say l1(0) "
              "behind that parameter";
  if (l1 && l1.getValueAsDouble() > 0)
    return parameter.emitOpError("expected no l1 of \"")
           << parameter.getName()
           << "\" with adam(lazy) (C8), since it would change every row; "
              "leave out one of the two, or take ftrl(l1 = ...)";
  return success();
}

LogicalResult mlc::graph::verifyTraining(ProgramOp program) {
  SmallVector<ParameterOp> parameters = program.getParameters();
  if (llvm::all_of(parameters, [](ParameterOp p) { return p.getFrozen(); }))
    return parameters.front().emitOpError(
        "expected a parameter that is not frozen (C7); there is nothing to "
        "train");
  TrainOp train = program.getTrain();
  for (ParameterOp parameter : parameters)
    if (failed(verifyPenalties(parameter, train)))
      return failure();
  return success();
}

LogicalResult mlc::graph::verifyHowTrained(ParameterOp parameter) {
  FloatAttr rate = parameter.getRateAttr();
  FloatAttr decay = parameter.getWeightDecayAttr();
  FloatAttr l1 = parameter.getL1Attr();
  const bool isFrozen = parameter.getFrozen();
  if (!parameter.getType().getElementType().isF32() &&
      (isFrozen || rate || decay || l1))
    return parameter.emitOpError("expected 'frozen', 'rate', 'weight_decay' "
                                 "and 'l1' of f32 elements only (C7), but "
                                 "got ")
           << parameter.getType();
  if (isFrozen && (rate || decay || l1 || parameter.getKeepZeros()))
    return parameter.emitOpError("expected 'frozen' without 'keep_zeros', "
                                 "'rate', 'weight_decay' and 'l1' (C7), since "
                                 "it is not trained");
  if (rate &&
      !(std::isfinite(rate.getValueAsDouble()) && rate.getValueAsDouble() > 0))
    return parameter.emitOpError("expected a finite rate above 0 (C8), but "
                                 "got ")
           << rate.getValueAsDouble()
           << "; 'frozen' says that a parameter stays";
  for (auto [name, penalty] :
       {std::pair("weight_decay", decay), std::pair("l1", l1)})
    if (penalty && !(std::isfinite(penalty.getValueAsDouble()) &&
                     penalty.getValueAsDouble() >= 0))
      return parameter.emitOpError("expected a finite ")
             << name << " of 0 or more (C9), but got "
             << penalty.getValueAsDouble();
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
  if (getOptimizer().isLazy() && getStepsOfUpdate() > 1)
    return emitOpError("expected no accumulate with adam(lazy) (C5), which "
                       "changes the rows alone that one batch touches; leave "
                       "out one of the two, or make the batch larger");
  if (FloatAttr l1 = getL1Attr();
      l1 &&
      !(std::isfinite(l1.getValueAsDouble()) && l1.getValueAsDouble() > 0))
    return emitOpError("expected a finite l1 above 0 (C7), but got ")
           << l1.getValueAsDouble();
  if (getL1Attr() && getOptimizer().hasSetting("l1"))
    return emitOpError("expected no l1(x) with ")
           << getOptimizer().getName()
           << " (C8), which has one of its own: " << getOptimizer().getName()
           << "(l1 = x, ...)";
  if (FloatAttr ema = getEmaAttr();
      ema && !(ema.getValueAsDouble() > 0 && ema.getValueAsDouble() < 1))
    return emitOpError("expected an ema above 0 and below 1 (C9), as in "
                       "ema(0.999), but got ")
           << ema.getValueAsDouble();
  ScheduleAttr schedule = getScheduleAttr();
  if (isa<FtrlAttr>(getOptimizer()) && schedule &&
      !(schedule.getKind() == ScheduleKind::Constant &&
        schedule.getWarmup() == 0.0))
    return emitOpError("expected no schedule with ftrl (C10), whose rates fall "
                       "by themselves; leave out the schedule");
  return success();
}
