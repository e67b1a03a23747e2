//===- UpdateInPlace.cpp - Buffers for arguments and results --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loops.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {
#define GEN_PASS_DEF_UPDATEINPLACE
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// The operand at which `op` first reads `tensor` element by element.
OpOperand *findInput(linalg::GenericOp op, Value tensor) {
  for (OpOperand *input : op.getDpsInputOperands())
    if (input->get() == tensor && op.getMatchingIndexingMap(input).isIdentity())
      return input;
  return nullptr;
}

/// Makes `destination` what result `index` of the loop is written to; if the
/// loop reads it too, it reads it there.
void setDestination(RewriterBase &b, linalg::GenericOp op, unsigned index,
                    Value destination) {
  b.modifyOpInPlace(op, [&] {
    OpOperand *init = op.getDpsInitOperand(index);
    init->set(destination);
    while (OpOperand *input = findInput(op, destination)) {
      const unsigned number = input->getOperandNumber();
      Block &body = *op.getBlock();
      Value written = body.getArgument(op.getNumDpsInputs() + index);
      body.getArgument(number).replaceAllUsesWith(written);
      body.eraseArgument(number);
      SmallVector<AffineMap> maps = op.getIndexingMapsArray();
      maps.erase(maps.begin() + number);
      op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
      op.getInputsMutable().erase(number);
    }
  });
}

/// An operand that nobody reads after `op` and that result `index` may replace.
Value findSpentInput(linalg::GenericOp op, unsigned index) {
  for (OpOperand *input : op.getDpsInputOperands()) {
    Value tensor = input->get();
    if (tensor.getDefiningOp<DestinationStyleOpInterface>() &&
        tensor.hasOneUse() && op.getMatchingIndexingMap(input).isIdentity() &&
        tensor.getType() == op.getResult(index).getType())
      return tensor;
  }
  return {};
}

/// Follows a result to where the unset tensor is used that it is written to at
/// first. A fill that others begin with, too, stays theirs.
OpOperand *findEmpty(RewriterBase &b, Value result) {
  OpOperand *init = nullptr;
  while (auto op = result.getDefiningOp<DestinationStyleOpInterface>()) {
    if (init && isa<linalg::FillOp>(op) && !result.hasOneUse()) {
      b.setInsertionPoint(op);
      op = cast<DestinationStyleOpInterface>(b.clone(*op));
      result = op->getResult(0);
      b.modifyOpInPlace(init->getOwner(), [&] { init->set(result); });
    }
    init = op.getTiedOpOperand(cast<OpResult>(result));
    result = init->get();
  }
  return result.getDefiningOp<tensor::EmptyOp>() ? init : nullptr;
}

MemRefType bufferType(Type tensor) {
  auto type = cast<RankedTensorType>(tensor);
  return MemRefType::get(type.getShape(), type.getElementType());
}

class UpdateInPlacePass
    : public mlc::impl::UpdateInPlaceBase<UpdateInPlacePass> {
  void runOnOperation() override {
    // One pass runs on many functions.
    function_ = getOperation();
    targets_.clear();
    numWritten_.clear();
    if (function_.isExternal())
      return;
    if (!function_.getBody().hasOneBlock()) {
      function_.emitError("expected a step of one block");
      return signalPassFailure();
    }
    auto returnOp =
        cast<func::ReturnOp>(function_.getBody().front().getTerminator());
    convertArguments();
    for (auto [index, result] : llvm::enumerate(returnOp.getOperands()))
      if (failed(writeResult(index, result, returnOp)))
        return signalPassFailure();
    reuseSpentInputs();

    IRRewriter b(&getContext());
    b.setInsertionPoint(returnOp);
    b.replaceOpWithNewOp<func::ReturnOp>(returnOp);
    while (function_.getNumResults() != 0)
      if (failed(function_.eraseResult(0)))
        return signalPassFailure();
  }

  static bool isUpdated(StringRef role) {
    return role == steps::kParameter || role == steps::kState;
  }

  /// Tensor arguments become memrefs, read as tensors at the entry.
  void convertArguments() {
    Block &entry = function_.getBody().front();
    OpBuilder b = OpBuilder::atBlockBegin(&entry);
    bool isTraining = false;
    for (unsigned index = 0; index < function_.getNumResults(); ++index) {
      isTraining |= isUpdated(steps::resultRole(function_, index));
    }
    // A frozen parameter is returned as it is, and nothing may overwrite it.
    const llvm::DenseSet<Value> kept(entry.getTerminator()->operand_begin(),
                                     entry.getTerminator()->operand_end());
    SmallVector<Type> types;
    for (BlockArgument argument : entry.getArguments()) {
      if (isa<RankedTensorType>(argument.getType())) {
        StringRef role = steps::roleOf(argument);
        Type tensorType = argument.getType();
        argument.setType(bufferType(tensorType));
        auto tensor = bufferization::ToTensorOp::create(
            b, argument.getLoc(), tensorType, argument, /*restrict=*/true,
            /*writable=*/isTraining && isUpdated(role) &&
                !kept.contains(argument));
        argument.replaceAllUsesExcept(tensor, tensor);
        if (isUpdated(role))
          targets_[role].push_back(tensor);
      }
      types.push_back(argument.getType());
    }
    function_.setType(
        b.getFunctionType(types, function_.getFunctionType().getResults()));
  }

  /// Has `result` computed in the buffer that the caller sees.
  LogicalResult writeResult(unsigned index, Value result,
                            func::ReturnOp returnOp) {
    const StringRef role = steps::resultRole(function_, index);
    if (role.empty())
      return function_.emitError("expected a role for result ") << index;
    IRRewriter b(&getContext());
    Value buffer;
    if (isUpdated(role)) {
      auto target = cast<bufferization::ToTensorOp>(
          targets_[role][numWritten_[role]++].getDefiningOp());
      if (result == target.getResult()) // A frozen parameter.
        return success();
      buffer = target.getBuffer();
      auto loop = result.getDefiningOp<linalg::GenericOp>();
      if (loop && isPointwise(loop) && isFree(loop, target, result))
        setDestination(b, loop, cast<OpResult>(result).getResultNumber(),
                       target);
    } else {
      buffer = steps::addArgument(function_, bufferType(result.getType()), role,
                                  result.getLoc());
      if (OpOperand *init = findEmpty(b, result)) {
        b.setInsertionPointToStart(&function_.getBody().front());
        auto target = bufferization::ToTensorOp::create(
            b, result.getLoc(), result.getType(), buffer, /*restrict=*/true,
            /*writable=*/true);
        b.modifyOpInPlace(init->getOwner(), [&] { init->set(target); });
      }
    }
    b.setInsertionPoint(returnOp);
    // What is updated is also read: another tensor stands for its buffer.
    bufferization::MaterializeInDestinationOp::create(
        b, result.getLoc(), /*result=*/Type(), result, buffer,
        /*restrict=*/!isUpdated(role), /*writable=*/true);
    return success();
  }

  /// Whether nothing reads `target` after `loop` has overwritten it.
  static bool isFree(linalg::GenericOp loop, Value target, Value result) {
    return llvm::all_of(target.getUsers(), [&](Operation *user) {
      return user == loop || user->isBeforeInBlock(loop);
    });
  }

  /// Element-wise loops whose destination is unset overwrite an operand.
  void reuseSpentInputs() {
    IRRewriter b(&getContext());
    function_.walk([&](linalg::GenericOp op) {
      if (!isPointwise(op))
        return;
      for (unsigned index = 0; index < op.getNumResults(); ++index) {
        OpOperand *init = op.getDpsInitOperand(index);
        if (!init->get().getDefiningOp<tensor::EmptyOp>())
          continue;
        if (Value spent = findSpentInput(op, index))
          setDestination(b, op, index, spent);
      }
    });
  }

  func::FuncOp function_;
  llvm::StringMap<SmallVector<Value>> targets_;
  llvm::StringMap<unsigned> numWritten_;
};

} // namespace
