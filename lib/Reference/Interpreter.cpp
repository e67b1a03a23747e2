//===- Interpreter.cpp - A slow, plain f64 interpreter --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Interpreter.h"

#include "dialects/Graph/Graph.h"
#include "lib/Reference/Environment.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::reference;

/// Whether `datum` is what a value of `type` can hold.
static bool fits(const Datum &datum, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  Type element = tensor ? tensor.getElementType() : type;
  if (!isa<FloatType, IntegerType, IndexType>(element) ||
      std::holds_alternative<CsrRows>(datum) != graph::isCsr(type) ||
      std::holds_alternative<Integers>(datum) == isa<FloatType>(element))
    return false;
  const Shape shape = shapeOf(datum);
  return tensor ? succeeded(verifyCompatibleShape(tensor.getShape(), shape))
                : shape.empty();
}

LogicalResult mlc::reference::checkEqualShapes(Operation *op,
                                               const Environment &environment) {
  for (Value operand : op->getOperands())
    if (environment.shape(operand) != environment.shape(op->getOperand(0)))
      return op->emitError("expected operands of one shape at run time");
  return success();
}

LogicalResult mlc::reference::reportUnknown(Operation *op) {
  return op->emitError("the reference interpreter does not know '")
         << op->getName() << "' on these types";
}

/// Evaluates an op of one result.
static LogicalResult run(Operation *op, Environment &environment,
                         ResultHook onResult) {
  if (op->getNumResults() != 1 || op->getNumRegions() != 0)
    return reportUnknown(op);
  Result result = isa_and_nonnull<graph::GraphDialect>(op->getDialect())
                      ? evaluateGraphOp(op, environment)
                      : evaluateTensorOp(op, environment);
  if (failed(result))
    return failure();
  Value value = op->getResult(0);
  if (!fits(*result, value.getType()))
    return op->emitError("expected a result of type ")
           << value.getType() << ", but sizes at run time gave another shape";
  if (onResult) {
    SmallVector<DatumRef> operands;
    for (Value operand : op->getOperands())
      operands.push_back(environment.get(operand));
    onResult(op, operands, *result);
  }
  environment.set(value, makeDatum(std::move(*result)));
  environment.dropOperands(op);
  return success();
}

FailureOr<std::vector<DatumRef>>
mlc::reference::evaluate(func::FuncOp function, ArrayRef<DatumRef> arguments,
                         ResultHook onResult) {
  if (!function.getBody().hasOneBlock() ||
      arguments.size() != function.getNumArguments())
    return function.emitError("expected a function of one block and ")
           << arguments.size() << " arguments";
  Environment environment;
  for (auto [argument, datum] :
       llvm::zip_equal(function.getArguments(), arguments)) {
    if (!fits(*datum, argument.getType()))
      return function.emitError("expected argument ")
             << argument.getArgNumber() << " to be " << argument.getType();
    environment.set(argument, datum);
  }
  for (Operation &op : function.getBody().front().without_terminator())
    if (failed(run(&op, environment, onResult)))
      return failure();
  Operation *end = function.getBody().front().getTerminator();
  if (!isa<func::ReturnOp>(end))
    return reportUnknown(end);
  std::vector<DatumRef> results;
  for (Value result : end->getOperands())
    results.push_back(environment.get(result));
  return results;
}
