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

/// `op` has its statistics in parameters, running ones alone.
static LogicalResult verifyStatisticsOf(BatchNormOp op) {
  SmallVector<ParameterOp> parameters;
  for (Value value : op.getStatistics())
    if (auto parameter = value.getDefiningOp<ParameterOp>())
      parameters.push_back(parameter);
  const auto isFrozen = [](ParameterOp p) { return p.getFrozen(); };
  const auto isRunning = [](ParameterOp p) { return p.getRunning(); };
  if (parameters.size() != op.getStatistics().size() ||
      !(llvm::all_of(parameters, isFrozen) ||
        llvm::all_of(parameters, isRunning)))
    return op.emitError("expected the mean and the variance to be parameters "
                        "that are 'running', or both 'frozen' (C9), as in "
                        "graph.parameter \"norm.running_mean\" zeros running "
                        ": tensor<3xf32>");
  for (ParameterOp parameter : parameters)
    if (parameter.getRunning() && !parameter.getValue().hasOneUse())
      return op.emitError("expected nothing else to use \"")
             << parameter.getName()
             << "\" (C9); each normalisation has running statistics of its own";
  return success();
}

/// Constraints (C9) and (C10).
static LogicalResult verifyStatistics(ProgramOp program) {
  WalkResult result = program.walk([](BatchNormOp op) {
    if (op.getByBatch()) {
      op.emitError("expected no by_batch in a model (C9); the compiler says it "
                   "in training");
      return WalkResult::interrupt();
    }
    return WalkResult(verifyStatisticsOf(op));
  });
  if (result.wasInterrupted())
    return failure();
  for (ParameterOp parameter : program.getParameters()) {
    if (!parameter.getRunning())
      continue;
    if (parameter->use_empty() ||
        !isa<MixesRowsOpInterface>(*parameter->getUsers().begin()) ||
        !parameter.getValue().hasOneUse())
      return parameter.emitOpError("expected one graph.batch_norm to use a "
                                   "'running' parameter, as its mean or its "
                                   "variance (C9)");
    if (program.getTrain().getBatch() < 2)
      return program.getTrain().emitOpError(
                 "expected a batch of 2 or more (C10 "
                 "of graph.program), but got ")
             << program.getTrain().getBatch() << "; \"" << parameter.getName()
             << "\" keeps statistics of batches, and one row has none";
  }
  return success();
}

bool MixesRowsOpInterface::mixesRows() {
  return llvm::any_of(getStatistics(), [](Value value) {
    auto parameter = value.getDefiningOp<ParameterOp>();
    return parameter && parameter.getRunning();
  });
}

/// Whether a parameter's penalties are such as the optimiser can have.
static LogicalResult verifyPenalties(ParameterOp parameter, TrainOp train) {
  OptimizerAttrInterface optimizer = train.getOptimizer();
  FloatAttr decay = parameter.getWeightDecayAttr();
  if (decay && !optimizer.hasSetting("weight_decay"))
    return parameter.emitOpError("expected no weight_decay of \"")
           << parameter.getName() << "\" with " << optimizer.getName()
           << " (C11), which has none; leave it out, or say l1(x) or the "
              "optimiser's l2 instead";
  if (!optimizer.isLazy() || !parameter.isTrained() ||
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
  if (llvm::none_of(parameters, [](ParameterOp p) { return p.isTrained(); }))
    return parameters.front().emitOpError(
        "expected a parameter that is neither frozen nor running (C7); there "
        "is nothing to train");
  if (failed(verifyStatistics(program)))
    return failure();
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
  const bool isTrained = parameter.isTrained();
  if (!parameter.getType().getElementType().isF32() &&
      (!isTrained || rate || decay || l1))
    return parameter.emitOpError("expected 'frozen', 'running', 'rate', "
                                 "'weight_decay' and 'l1' of f32 elements only "
                                 "(C7), but got ")
           << parameter.getType();
  if (parameter.getFrozen() && parameter.getRunning())
    return parameter.emitOpError("expected 'frozen' or 'running', but not both "
                                 "(C7)");
  if (!isTrained && (rate || decay || l1 || parameter.getKeepZeros()))
    return parameter.emitOpError("expected '")
           << (parameter.getFrozen() ? "frozen" : "running")
           << "' without 'keep_zeros', 'rate', 'weight_decay' and 'l1' (C7), "
              "since no gradient changes it";
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

static LogicalResult verifyPrivate(TrainOp train) {
  FloatAttr clip = train.getPrivateClipAttr();
  if (!clip)
    return success();
  if (!(std::isfinite(clip.getValueAsDouble()) && clip.getValueAsDouble() > 0))
    return train.emitOpError("expected a finite clip of private above 0 (C11), "
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
             << name << " with private (C12), " << what;
  if (auto adam = dyn_cast<AdamAttr>(train.getOptimizer());
      adam && adam.getLazy())
    return train.emitOpError("expected no adam(lazy) with private (C13): which "
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
  return verifyPrivate(*this);
}
