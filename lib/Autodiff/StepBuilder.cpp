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
    : program(program), builder(program.getContext()) {
  builder.setInsertionPointAfter(program);
  function = func::FuncOp::create(builder, program.getLoc(), name,
                                  builder.getFunctionType({}, {}));
  function.setPrivate();
  function->setAttr(steps::kBatch,
                    builder.getI64IntegerAttr(program.getTrain().getBatch()));
  builder.setInsertionPointToStart(function.addEntryBlock());
}

void StepBuilder::setAlone() {
  function->setAttr(steps::kIndependent, builder.getUnitAttr());
}

Value StepBuilder::addArgument(Type type, Location loc, StringRef role) {
  return steps::addArgument(function, type, role, loc);
}

void StepBuilder::addRows() {
  auto type =
      RankedTensorType::get({ShapedType::kDynamic}, builder.getI32Type());
  rows = addArgument(type, program.getLoc(), steps::kRows);
}

/// The batch's rows of `argument`, as which a region sees the data.
Value StepBuilder::addBatch(BlockArgument argument, StringRef role) {
  Value data = addArgument(argument.getType(), argument.getLoc(), role);
  return GatherOp::create(builder, argument.getLoc(), data, rows);
}

Value StepBuilder::addInput() {
  return addBatch(program.getPredict().getBody().getArgument(0), steps::kData);
}

Value StepBuilder::addLabel() {
  return addBatch(program.getLoss().getBody().getArgument(1), steps::kLabels);
}

void StepBuilder::addParameters() {
  for (ParameterOp parameter : program.getParameters()) {
    Value value =
        addArgument(parameter.getType(), parameter.getLoc(), steps::kParameter);
    parameters.push_back(value);
    mapping.map(parameter.getValue(), value);
  }
}

/// Copies a region's ops and returns what it yields.
Value StepBuilder::inlineRegion(Region &region) {
  for (Operation &op : region.front().without_terminator())
    builder.clone(op, mapping);
  return mapping.lookup(
      cast<YieldOp>(region.front().getTerminator()).getValue());
}

Value StepBuilder::predict(Value input) {
  mapping.map(program.getPredict().getBody().getArgument(0), input);
  return inlineRegion(program.getPredict().getBody());
}

Value StepBuilder::loss(Value prediction, Value label) {
  mapping.map(program.getLoss().getBody().getArgument(0), prediction);
  mapping.map(program.getLoss().getBody().getArgument(1), label);
  return inlineRegion(program.getLoss().getBody());
}

void StepBuilder::finish(ValueRange results, ArrayRef<StringRef> roles) {
  func::ReturnOp::create(builder, program.getLoc(), results);
  steps::setResults(function, roles);
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
