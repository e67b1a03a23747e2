//===- RowTerms.cpp - What each row adds to a gradient --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Autodiff/RowTerms.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

FailureOr<RowTerms> RowTerms::find(func::FuncOp step, ValueRange gradients,
                                   ArrayRef<ParameterOp> parameters) {
  RowTerms found;
  for (auto [gradient, parameter] : llvm::zip_equal(gradients, parameters))
    if (failed(found.collect(gradient, parameter, found.terms_.emplace_back())))
      return failure();
  llvm::SmallVector<Operation *> ordered = found.summing_.takeVector();
  llvm::sort(ordered,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  found.summing_.insert(ordered.begin(), ordered.end());
  if (failed(found.expectRowsApart(step)))
    return failure();
  return found;
}

/// Goes back from a gradient through sums of terms and through other shapes,
/// which leave the norm of what a row adds as it is.
LogicalResult RowTerms::collect(Value gradient, ParameterOp parameter,
                                SmallVectorImpl<RowTerm> &terms) {
  Operation *op = gradient.getDefiningOp();
  if (op)
    summing_.insert(op);
  if (isa_and_nonnull<ReshapeOp>(op))
    return collect(op->getOperand(0), parameter, terms);
  if (isa_and_nonnull<arith::AddFOp>(op)) {
    if (failed(collect(op->getOperand(0), parameter, terms)))
      return failure();
    return collect(op->getOperand(1), parameter, terms);
  }
  auto product = dyn_cast_or_null<MatmulOp>(op);
  if ((product && product.getTransposeLhs() && !product.getTransposeRhs()) ||
      isa_and_nonnull<SumBatchOp>(op)) {
    terms.push_back({op});
    return success();
  }
  InFlightDiagnostic error =
      emitError(op ? op->getLoc() : parameter.getLoc())
      << "expected a use of parameter \"" << parameter.getName()
      << "\" of which private training knows the norm of a row's gradient: "
         "graph.linear, graph.scale_columns, graph.layer_norm, perhaps behind "
         "graph.reshape; make it 'frozen', or leave out private(...)";
  error.attachNote(parameter.getLoc()) << "the parameter is here";
  return error;
}

LogicalResult RowTerms::expectRowsApart(func::FuncOp step) {
  for (Operation &op : step.getBody().front().without_terminator())
    if (failed(visit(&op)))
      return failure();
  // Nothing but the step's result may be a sum over rows.
  for (Operation *op : summing_)
    for (Operation *user : op->getUsers())
      if (!summing_.contains(user) && !isa<func::ReturnOp>(user))
        return user->emitError("expected an op that keeps the rows of a batch "
                               "apart in private training, but '")
               << user->getName() << "' reads a sum over them";
  return success();
}

/// Whether row n of the op's result follows from row n of its operands.
static bool isRowWise(Operation *op) {
  if (OpTrait::hasElementwiseMappableTraits(op) || op->hasTrait<RowWise>())
    return true;
  auto product = dyn_cast<MatmulOp>(op);
  return product && !product.getTransposeLhs();
}

LogicalResult RowTerms::visit(Operation *op) {
  auto isOf = [&](const llvm::DenseSet<Value> &values) {
    return llvm::any_of(op->getOperands(),
                        [&](Value value) { return values.contains(value); });
  };
  if (isa<GatherOp>(op)) {
    rows_.insert(op->getResult(0));
    return success();
  }
  if (isa<LossOpInterface>(op) || (isOf(mixed_) && !isOf(rows_))) {
    mixed_.insert(op->getResults().begin(), op->getResults().end());
    return success();
  }
  if (!isOf(rows_) || summing_.contains(op))
    return success();
  if (isa<RandomOpInterface>(op))
    return op->emitError("expected no op that draws random numbers in private "
                         "training, but '")
           << op->getName()
           << "' does: what it draws for a row depends on how many rows come "
              "before it, and on the seed, which is no secret; leave it out";
  // How many rows there are is told to no row (see countOneRow), but the size
  // of what is filled with a number.
  if (auto size = dyn_cast<tensor::DimOp>(op);
      size && (size.getConstantIndex().value_or(0) != 0 ||
               llvm::all_of(op->getUsers(), llvm::IsaPred<tensor::SplatOp>)))
    return success();
  // The right side of a product is the same for all rows.
  auto product = dyn_cast<MatmulOp>(op);
  if (!isRowWise(op) || isOf(mixed_) || (product && isOfRows(product.getRhs())))
    return op->emitError("expected an op that keeps the rows of a batch apart "
                         "in private training, but '")
           << op->getName()
           << "' mixes them, or has no such rule; leave it out, or leave out "
              "private(...)";
  rows_.insert(op->getResults().begin(), op->getResults().end());
  return success();
}
