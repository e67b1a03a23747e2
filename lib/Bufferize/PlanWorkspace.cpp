//===- PlanWorkspace.cpp - Every buffer as a piece of one workspace -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/Support/MathExtras.h"

namespace mlc {
#define GEN_PASS_DEF_PLANWORKSPACE
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

constexpr int64_t kAlignment = 64;

/// An allocation and the ops of the function's block between which it lives.
struct Buffer {
  memref::AllocOp alloc;
  unsigned first = 0, last = 0;
  /// Bytes; of one non-zero where `isPerNonzero`.
  int64_t bytes = 0;
  bool isPerNonzero = false;
  /// Where it begins: a byte; of a per-non-zero area, the bytes of one non-zero
  /// in the areas before it, and its number.
  int64_t place = 0, area = 0;
};

class PlanWorkspacePass
    : public mlc::impl::PlanWorkspaceBase<PlanWorkspacePass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    auto batch = function->getAttrOfType<IntegerAttr>(steps::kBatch);
    if (!batch) {
      function.emitError("expected the attribute ") << steps::kBatch;
      return signalPassFailure();
    }
    OpBuilder b(&getContext());
    unsigned index = function.getNumArguments();
    auto bytes = MemRefType::get({ShapedType::kDynamic}, b.getI8Type());
    if (failed(function.insertArgument(
            index, bytes,
            b.getDictionaryAttr(b.getNamedAttr(
                steps::kRole, b.getStringAttr(steps::kWorkspace))),
            function.getLoc())))
      return signalPassFailure();
    workspace = function.getArgument(index);

    SmallVector<Buffer> buffers;
    if (failed(collect(function, batch.getInt(), buffers)))
      return signalPassFailure();
    int64_t fixed = place(buffers);
    int64_t areas = llvm::count_if(
        buffers, [](const Buffer &buffer) { return buffer.isPerNonzero; });
    int64_t perNonzero = 0;
    for (const Buffer &buffer : buffers)
      if (buffer.isPerNonzero)
        perNonzero += buffer.bytes;
    for (Buffer &buffer : buffers)
      replace(buffer, fixed);
    // Each area begins at a boundary of its own.
    function->setAttr(
        steps::kWorkspaceBytes,
        b.getDenseI64ArrayAttr({fixed + areas * kAlignment, perNonzero}));
  }

  /// Finds the allocations, their sizes and the ops that they live across.
  LogicalResult collect(func::FuncOp function, int64_t batch,
                        SmallVectorImpl<Buffer> &buffers) {
    Block &block = function.getBody().front();
    DenseMap<Operation *, unsigned> order;
    for (auto [number, op] : llvm::enumerate(block))
      order[&op] = number;
    WalkResult walk = function.walk([&](memref::AllocOp alloc) {
      if (alloc->getBlock() != &block) {
        alloc.emitError("expected no allocation inside of a loop");
        return WalkResult::interrupt();
      }
      Buffer buffer{alloc};
      if (failed(measure(buffer, batch)))
        return WalkResult::interrupt();
      buffer.first = ~0u;
      SmallVector<Value> views{alloc};
      while (!views.empty())
        for (Operation *user : views.pop_back_val().getUsers()) {
          unsigned number = order.lookup(block.findAncestorOpInBlock(*user));
          // A view does not touch the bytes.
          if (isa<ViewLikeOpInterface>(user) && user->getBlock() == &block) {
            views.push_back(user->getResult(0));
            continue;
          }
          buffer.first = std::min(buffer.first, number);
          buffer.last = std::max(buffer.last, number);
        }
      buffers.push_back(buffer);
      return WalkResult::advance();
    });
    return failure(walk.wasInterrupted());
  }

  LogicalResult measure(Buffer &buffer, int64_t batch) {
    MemRefType type = buffer.alloc.getType();
    int64_t elements = 1;
    for (int64_t size : type.getShape())
      if (!ShapedType::isDynamic(size))
        elements *= size;
    buffer.bytes = elements * (type.getElementTypeBitWidth() / 8);
    for (Value size : buffer.alloc.getDynamicSizes()) {
      auto argument = dyn_cast<BlockArgument>(size);
      auto role = argument ? getOperation().getArgAttrOfType<StringAttr>(
                                 argument.getArgNumber(), steps::kRole)
                           : StringAttr();
      if (role && role == steps::kNonzeroCapacity)
        buffer.isPerNonzero = true;
      else if (size.getDefiningOp<memref::DimOp>())
        buffer.bytes *= batch;
      else
        return buffer.alloc.emitError(
            "expected a dynamic size to be the batch or its non-zeros");
    }
    if (buffer.alloc.getDynamicSizes().size() > 1)
      return buffer.alloc.emitError("expected at most one dynamic size");
    return success();
  }

  /// First fit, large buffers first, among those that live at the same time.
  static int64_t place(MutableArrayRef<Buffer> buffers) {
    SmallVector<Buffer *> fixed;
    int64_t areas = 0, bytesBefore = 0;
    for (Buffer &buffer : buffers)
      if (buffer.isPerNonzero)
        buffer.area = areas++, buffer.place = bytesBefore,
        bytesBefore += buffer.bytes;
      else
        fixed.push_back(&buffer);
    llvm::stable_sort(fixed, [](const Buffer *x, const Buffer *y) {
      return x->bytes > y->bytes;
    });
    int64_t end = 0;
    SmallVector<Buffer *> placed;
    for (Buffer *buffer : fixed) {
      SmallVector<Buffer *> neighbours;
      llvm::copy_if(placed, std::back_inserter(neighbours), [&](Buffer *other) {
        return other->first <= buffer->last && buffer->first <= other->last;
      });
      llvm::sort(neighbours, [](const Buffer *x, const Buffer *y) {
        return x->place < y->place;
      });
      int64_t start = 0;
      for (Buffer *other : neighbours) {
        if (start + buffer->bytes <= other->place)
          break;
        start = std::max<int64_t>(
            start, llvm::alignTo(other->place + other->bytes, kAlignment));
      }
      buffer->place = start;
      placed.push_back(buffer);
      end = std::max<int64_t>(end,
                              llvm::alignTo(start + buffer->bytes, kAlignment));
    }
    return end;
  }

  void replace(Buffer &buffer, int64_t fixed) {
    OpBuilder b(buffer.alloc);
    Location loc = buffer.alloc.getLoc();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, loc, value);
    };
    Value offset = constant(buffer.place);
    if (buffer.isPerNonzero) {
      // Behind the areas before, at a boundary of its own.
      Value bytes = arith::MulIOp::create(
          b, loc, buffer.alloc.getDynamicSizes()[0], constant(buffer.place));
      Value lines =
          arith::CeilDivUIOp::create(b, loc, bytes, constant(kAlignment));
      Value before = arith::MulIOp::create(b, loc, lines, constant(kAlignment));
      offset = arith::AddIOp::create(
          b, loc, before, constant(fixed + buffer.area * kAlignment));
    }
    Value view =
        memref::ViewOp::create(b, loc, buffer.alloc.getType(), workspace,
                               offset, buffer.alloc.getDynamicSizes());
    buffer.alloc.replaceAllUsesWith(view);
    buffer.alloc.erase();
  }

  Value workspace;
};

} // namespace
