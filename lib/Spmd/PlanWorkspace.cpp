//===- PlanWorkspace.cpp - Every buffer as a piece of one workspace -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expansions.h"
#include "WorkerNumber.h"
#include "dialects/Mlc/Mlc.h"
#include "lib/Support/Bounds.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
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
  /// See `mlc.memory`.
  bool isOwn = false, takesTurns = false;
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
    // A copy that is left is a loop as any other: no library has to know it.
    SmallVector<memref::CopyOp> copies;
    function.walk([&](memref::CopyOp copy) { copies.push_back(copy); });
    for (memref::CopyOp copy : copies) {
      b.setInsertionPoint(copy);
      auto loop = linalg::CopyOp::create(b, copy.getLoc(), copy.getSource(),
                                         copy.getTarget());
      loop->setDiscardableAttrs(copy->getDiscardableAttrDictionary());
      copy.erase();
    }
    castExpansions(function);
    auto bytes = MemRefType::get({ShapedType::kDynamic}, b.getI8Type());
    workspace_ = steps::addArgument(function, bytes, steps::kWorkspace);

    SmallVector<Buffer> buffers;
    if (failed(collect(function, buffers)))
      return signalPassFailure();
    SmallVector<Buffer *> shared, own, perNonzero;
    for (Buffer &buffer : buffers)
      (buffer.isPerNonzero ? perNonzero
       : buffer.isOwn      ? own
                           : shared)
          .push_back(&buffer);
    const int64_t sharedBytes = placeInLine(shared);
    // Each area of non-zeros begins at a boundary of its own.
    const int64_t ownBytes = placeInTurn(own) + perNonzero.size() * kAlignment;
    int64_t nonzeroBytes = 0;
    for (auto [number, buffer] : llvm::enumerate(perNonzero)) {
      buffer->place = nonzeroBytes;
      buffer->area = number;
      nonzeroBytes += buffer->bytes;
    }
    if (failed(findArguments(function, buffers)))
      return signalPassFailure();
    makeOwnBase(function, sharedBytes, ownBytes, nonzeroBytes, buffers);
    firstBase_ = sharedBytes;
    const int64_t areas = ownBytes - perNonzero.size() * kAlignment;
    for (Buffer &buffer : buffers)
      replace(buffer, areas);
    function->setAttr(
        steps::kWorkspaceBytes,
        b.getDenseI64ArrayAttr({sharedBytes, ownBytes, nonzeroBytes}));
  }

  /// The arguments from which places follow.
  LogicalResult findArguments(func::FuncOp function, ArrayRef<Buffer> buffers) {
    worker_ = steps::findArgument(function, steps::kWorker);
    step_ = steps::findArgument(function, steps::kStep);
    capacity_ = steps::findArgument(function, steps::kNonzeroCapacity);
    for (const Buffer &buffer : buffers) {
      if (buffer.isOwn && !worker_)
        return buffer.alloc->emitError("expected an argument with the role ")
               << steps::kWorker;
      if (buffer.takesTurns && !step_)
        return buffer.alloc->emitError("expected an argument with the role ")
               << steps::kStep;
    }
    return success();
  }

  /// Where the worker's part begins: see MlcWorkspace.
  void makeOwnBase(func::FuncOp function, int64_t sharedBytes, int64_t ownBytes,
                   int64_t nonzeroBytes, ArrayRef<Buffer> buffers) {
    if (llvm::none_of(buffers,
                      [](const Buffer &buffer) { return buffer.isOwn; }))
      return;
    OpBuilder b(function.getBody());
    Location loc = function.getLoc();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, loc, value);
    };
    Value bytes = constant(ownBytes);
    if (nonzeroBytes) {
      Value more =
          arith::MulIOp::create(b, loc, capacity_, constant(nonzeroBytes));
      bytes = arith::AddIOp::create(b, loc, bytes, more);
    }
    Value lines =
        arith::CeilDivUIOp::create(b, loc, bytes, constant(kAlignment));
    Value size = arith::MulIOp::create(b, loc, lines, constant(kAlignment));
    Value number = numberOfWorker(b, function);
    Value before = arith::MulIOp::create(b, loc, number, size);
    ownBase_ = arith::AddIOp::create(b, loc, before, constant(sharedBytes));
  }

  /// Finds the allocations, their sizes and the ops that they live across.
  LogicalResult collect(func::FuncOp function,
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
      buffer.isOwn = memoryOf(alloc) == Memory::Private;
      buffer.takesTurns = memoryOf(alloc) == Memory::DoubleBuffered;
      if (failed(measure(buffer)))
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

  LogicalResult measure(Buffer &buffer) {
    MemRefType type = buffer.alloc.getType();
    int64_t elements = 1;
    for (int64_t size : type.getShape())
      if (!ShapedType::isDynamic(size))
        elements *= size;
    buffer.bytes =
        elements * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
    for (Value size : buffer.alloc.getDynamicSizes()) {
      auto argument = dyn_cast<BlockArgument>(size);
      if (argument && steps::roleOf(argument) == steps::kNonzeroCapacity)
        buffer.isPerNonzero = true;
      else if (std::optional<int64_t> most = boundOf(OpFoldResult(size)))
        buffer.bytes *= *most;
      else
        return buffer.alloc.emitError(
            "expected a dynamic size to have a bound, "
            "or to be that of a batch's non-zeros");
    }
    if (buffer.isPerNonzero && buffer.alloc.getDynamicSizes().size() > 1)
      return buffer.alloc.emitError(
          "expected no other dynamic size beside that of non-zeros");
    return success();
  }

  /// Shared memory is never used twice: workers are not always at one place.
  static int64_t placeInLine(ArrayRef<Buffer *> buffers) {
    int64_t end = 0;
    for (Buffer *buffer : buffers) {
      buffer->place = end;
      end += llvm::alignTo(buffer->bytes, kAlignment) *
             (buffer->takesTurns ? 2 : 1);
    }
    return end;
  }

  /// First fit, large buffers first, among those that live at the same time.
  static int64_t placeInTurn(SmallVector<Buffer *> fixed) {
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

  /// `areas`: where those of non-zeros begin in a worker's part.
  void replace(Buffer &buffer, int64_t areas) {
    OpBuilder b(buffer.alloc);
    Location loc = buffer.alloc.getLoc();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, loc, value);
    };
    Value offset = constant(buffer.place);
    if (buffer.isPerNonzero) {
      // Behind the areas before, at a boundary of its own.
      Value bytes = arith::MulIOp::create(b, loc, capacity_, offset);
      Value lines =
          arith::CeilDivUIOp::create(b, loc, bytes, constant(kAlignment));
      Value before = arith::MulIOp::create(b, loc, lines, constant(kAlignment));
      offset = arith::AddIOp::create(
          b, loc, before, constant(areas + buffer.area * kAlignment));
    }
    if (buffer.isOwn)
      offset = arith::AddIOp::create(b, loc, ownBase_, offset);
    else if (buffer.isPerNonzero) // the first worker's
      offset = arith::AddIOp::create(b, loc, constant(firstBase_), offset);
    if (buffer.takesTurns) {
      Value number =
          arith::IndexCastOp::create(b, loc, b.getIndexType(), step_);
      Value isOdd = arith::AndIOp::create(b, loc, number, constant(1));
      Value skipped = arith::MulIOp::create(
          b, loc, isOdd, constant(llvm::alignTo(buffer.bytes, kAlignment)));
      offset = arith::AddIOp::create(b, loc, offset, skipped);
    }
    Value view =
        memref::ViewOp::create(b, loc, buffer.alloc.getType(), workspace_,
                               offset, buffer.alloc.getDynamicSizes());
    buffer.alloc.replaceAllUsesWith(view);
    buffer.alloc.erase();
  }

  Value workspace_, worker_, step_, capacity_;
  /// Where the worker's part of the workspace begins.
  Value ownBase_;
  int64_t firstBase_ = 0;
};

} // namespace
