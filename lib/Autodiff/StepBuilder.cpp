//===- StepBuilder.cpp - Step functions of a program ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Autodiff/StepBuilder.h"

#include "mlc/Steps.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

StepBuilder::StepBuilder(ProgramOp program, StringRef name)
    : program_(program), builder_(program.getContext()) {
  builder_.setInsertionPointAfter(program);
  function_ = func::FuncOp::create(builder_, program.getLoc(), name,
                                   builder_.getFunctionType({}, {}));
  function_.setPrivate();
  function_->setAttr(steps::kBatch,
                     builder_.getI64IntegerAttr(program.getTrain().getBatch()));
  builder_.setInsertionPointToStart(function_.addEntryBlock());
}

void StepBuilder::setAlone() {
  function_->setAttr(steps::kIndependent, builder_.getUnitAttr());
}

Value StepBuilder::addArgument(Type type, Location loc, StringRef role) {
  return steps::addArgument(function_, type, role, loc);
}

void StepBuilder::addRows() {
  auto type =
      RankedTensorType::get({ShapedType::kDynamic}, builder_.getI32Type());
  rows_ = addArgument(type, program_.getLoc(), steps::kRows);
}

/// The batch's rows of `argument`, as which a region sees the data.
Value StepBuilder::addBatch(BlockArgument argument, StringRef role) {
  Value data = addArgument(argument.getType(), argument.getLoc(), role);
  return GatherOp::create(builder_, argument.getLoc(), data, rows_);
}

Value StepBuilder::addInput() {
  return addBatch(program_.getPredict().getBody().getArgument(0), steps::kData);
}

Value StepBuilder::addLabel() {
  return addBatch(program_.getLoss().getBody().getArgument(1), steps::kLabels);
}

Value StepBuilder::addWeights() {
  BlockArgument weights = program_.getLoss().getWeights();
  return weights ? addBatch(weights, steps::kLabels) : Value();
}

Value StepBuilder::addTeacher() {
  BlockArgument teacher = program_.getLoss().getTeacher();
  return teacher ? addBatch(teacher, steps::kLabels) : Value();
}

void StepBuilder::addParameters() {
  for (ParameterOp parameter : program_.getParameters()) {
    Value value =
        addArgument(parameter.getType(), parameter.getLoc(), steps::kParameter);
    parameters_.push_back(value);
    mapping_.map(parameter.getValue(), value);
  }
}

/// Copies a region's ops and returns what it yields.
Value StepBuilder::inlineRegion(Region &region) {
  for (Operation &op : region.front().without_terminator()) {
    Operation *copy = builder_.clone(op, mapping_);
    auto loss = dyn_cast<LossOpInterface>(op);
    if (!loss || !loss.getTeacher() || mapping_.contains(loss.getTeacher()))
      continue;
    mapping_.map(op.getResult(0),
                 cast<LossOpInterface>(copy).buildWithoutTeacher(builder_));
    copy->erase();
  }
  return mapping_.lookup(
      cast<YieldOp>(region.front().getTerminator()).getValue());
}

Value StepBuilder::predict(Value input) {
  mapping_.map(program_.getPredict().getBody().getArgument(0), input);
  return inlineRegion(program_.getPredict().getBody());
}

Value StepBuilder::loss(Value prediction, Value label, Value weights,
                        Value teacher) {
  LossOp loss = program_.getLoss();
  mapping_.map(loss.getBody().getArgument(0), prediction);
  mapping_.map(loss.getBody().getArgument(1), label);
  if (weights)
    mapping_.map(loss.getWeights(), weights);
  if (teacher)
    mapping_.map(loss.getTeacher(), teacher);
  return inlineRegion(loss.getBody());
}

Value StepBuilder::decompose(Value result,
                             llvm::function_ref<bool(Operation *)> hasRule) {
  for (Operation &op : llvm::make_early_inc_range(getBody())) {
    auto composite = dyn_cast<CompositeOpInterface>(op);
    if (!composite || hasRule(&op))
      continue;
    OpBuilder b(&op);
    Value made = composite.decompose(b);
    if (result.getDefiningOp() == &op)
      result = made;
    op.replaceAllUsesWith(ValueRange(made));
    op.erase();
  }
  return result;
}

void StepBuilder::finish(ValueRange results, ArrayRef<StringRef> roles) {
  func::ReturnOp::create(builder_, program_.getLoc(), results);
  steps::setResults(function_, roles);
}

FailureOr<ProgramOp> mlc::programOf(ModuleOp module,
                                    ArrayRef<StringRef> stepNames) {
  auto programs = llvm::to_vector(module.getOps<ProgramOp>());
  if (programs.empty())
    return module.emitError(
        "expected a graph.program in a model file, but found none");
  if (programs.size() > 1)
    return programs[1].emitError("expected one graph.program in a model file, "
                                 "but this is the second");
  for (StringRef name : stepNames)
    if (Operation *taken = module.lookupSymbol(name))
      return taken->emitError("expected another name than '")
             << name << "', which the compiler gives to a step";
  return programs[0];
}
