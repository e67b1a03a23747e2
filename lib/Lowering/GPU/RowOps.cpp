//===- RowOps.cpp - Ops that work on rows of the batch --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowOps.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace mlc;

static std::optional<int64_t> onlyDynamicDim(Value view) {
  auto type = dyn_cast<MemRefType>(view.getType());
  if (!type || type.getNumDynamicDims() != 1)
    return std::nullopt;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      return dim;
  return std::nullopt;
}

/// Whether the dimension of no fixed size is one by itself, where dimensions of
/// `type` are taken together.
static bool isAlone(MemRefType type, ArrayRef<ReassociationIndices> groups) {
  return llvm::all_of(groups, [&](const ReassociationIndices &group) {
    return llvm::none_of(group,
                         [&](int64_t dim) { return type.isDynamicDim(dim); }) ||
           llvm::all_of(group, [&](int64_t dim) {
             return type.isDynamicDim(dim) || type.getDimSize(dim) == 1;
           });
  });
}

/// Whether a view has all rows of what it is a view of, one by one.
static bool keepsRows(Operation *view) {
  if (isa<memref::CastOp>(view))
    return true;
  if (auto shape = dyn_cast<memref::CollapseShapeOp>(view))
    return isAlone(shape.getSrcType(), shape.getReassociationIndices());
  if (auto shape = dyn_cast<memref::ExpandShapeOp>(view))
    return isAlone(shape.getResultType(), shape.getReassociationIndices());
  auto slice = dyn_cast<memref::SubViewOp>(view);
  if (!slice)
    return false;
  std::optional<int64_t> dim = onlyDynamicDim(slice.getSource());
  return dim && getConstantIntValue(slice.getMixedOffsets()[*dim]) == 0 &&
         getConstantIntValue(slice.getMixedStrides()[*dim]) == 1 &&
         isa<Value>(slice.getMixedSizes()[*dim]) &&
         !slice->getParentOfType<scf::ForallOp>();
}

std::optional<int64_t> mlc::rowDimOf(Value view) {
  Value buffer = bufferOf(view);
  if (!buffer)
    return std::nullopt;
  for (Value part = view; part != buffer;) {
    auto op = part.getDefiningOp<ViewLikeOpInterface>();
    if (!keepsRows(op) || !onlyDynamicDim(part))
      return std::nullopt;
    part = op.getViewSource();
  }
  return onlyDynamicDim(buffer) ? onlyDynamicDim(view) : std::nullopt;
}

std::optional<int64_t> RowOps::rowDimOf(OpOperand &operand) {
  auto op = cast<linalg::LinalgOp>(operand.getOwner());
  AffineMap map = op.getMatchingIndexingMap(&operand);
  for (auto [dim, result] : llvm::enumerate(map.getResults()))
    if (auto loop = dyn_cast<AffineDimExpr>(result);
        loop && loop.getPosition() == 0)
      return dim;
  return std::nullopt;
}

bool RowOps::OpAccesses::reads(Value buffer) const {
  return llvm::any_of(accesses, [&](const MemoryAccess &access) {
    return !access.writes && (!access.buffer || access.buffer == buffer);
  });
}

bool RowOps::OpAccesses::writes(Value buffer) const {
  return llvm::any_of(accesses, [&](const MemoryAccess &access) {
    return access.writes && (!access.buffer || access.buffer == buffer);
  });
}

RowOps::RowOps(func::FuncOp step) {
  for (Operation &op : step.getBody().front().without_terminator())
    if (SmallVector<MemoryAccess> accesses = accessesOf(&op); !accesses.empty())
      all_.push_back({&op, std::move(accesses)});
  findSums();
  if (sums_.empty() || !follow())
    return;
  findProducers();
  // What was found later may have made an earlier op one that is not of rows.
  for (const OpAccesses &entry : all_)
    if (isOurs(entry.op) && !worksOnRows(entry.op))
      return;
  for (const OpAccesses &entry : all_)
    if (isOurs(entry.op))
      ops_.push_back(entry.op);
}

SmallVector<Value> RowOps::readInAndOutside() const {
  SmallVector<Value> result;
  for (Value buffer : buffers_) {
    bool isWritten = false, isReadIn = false, isReadOutside = false;
    for (const OpAccesses &entry : all_) {
      isWritten |= isOurs(entry.op) && entry.writes(buffer);
      (isOurs(entry.op) ? isReadIn : isReadOutside) |= entry.reads(buffer);
    }
    if (isWritten && isReadIn && isReadOutside)
      result.push_back(buffer);
  }
  return result;
}

/// Whether a buffer of the step is written by shards alone, and read by an op
/// outside of foralls.
bool RowOps::isSum(Value buffer) const {
  if (!buffer || !buffer.getDefiningOp<memref::AllocOp>() ||
      !mlc::rowDimOf(buffer))
    return false;
  bool isWritten = false, isRead = false;
  for (const OpAccesses &entry : all_)
    for (const MemoryAccess &access : entry.accesses) {
      if (access.buffer != buffer)
        continue;
      if (access.writes && !(access.part && access.part->shards))
        return false;
      isWritten |= access.writes;
      isRead |= !access.writes && !isa<scf::ForallOp>(entry.op);
    }
  return isWritten && isRead;
}

void RowOps::findSums() {
  for (const OpAccesses &entry : all_)
    for (const MemoryAccess &access : entry.accesses)
      if (isSum(access.buffer)) {
        sums_.insert(access.buffer);
        buffers_.insert(access.buffer);
      }
}

/// Whether `op` reads and writes only the row of its first loop of all buffers
/// that are of rows.
bool RowOps::worksOnRows(Operation *op) const {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || generic.getNumLoops() == 0 ||
      generic.getNumParallelLoops() != generic.getNumLoops())
    return false;
  for (OpOperand &operand : generic->getOpOperands()) {
    AffineMap map = generic.getMatchingIndexingMap(&operand);
    const bool isOutput = generic.isDpsInit(&operand);
    const auto uses = llvm::count_if(map.getResults(), [](AffineExpr result) {
      return result.isFunctionOfDim(0);
    });
    if (uses == 0 && !isOutput && !isOfRow(operand.get()))
      continue;
    std::optional<int64_t> dim = rowDimOf(operand);
    if (uses != 1 || !dim)
      return false;
    if ((isOutput || isOfRow(operand.get())) &&
        mlc::rowDimOf(operand.get()) != dim)
      return false;
    if (isOutput && !bufferOf(operand.get()).getDefiningOp<memref::AllocOp>())
      return false;
  }
  return !generic
              .walk([&](Operation *inner) {
                if (inner == op || isMemoryEffectFree(inner) ||
                    inner->hasTrait<OpTrait::HasRecursiveMemoryEffects>())
                  return WalkResult::advance();
                auto load = dyn_cast<memref::LoadOp>(inner);
                if (!load)
                  return WalkResult::interrupt();
                if (!isOfRow(load.getMemRef()))
                  return WalkResult::advance();
                std::optional<int64_t> dim = mlc::rowDimOf(load.getMemRef());
                if (!dim)
                  return WalkResult::interrupt();
                auto row =
                    load.getIndices()[*dim].getDefiningOp<linalg::IndexOp>();
                const bool isOwn =
                    row && row.getDim() == 0 && row->getParentOp() == generic;
                return isOwn ? WalkResult::advance() : WalkResult::interrupt();
              })
              .wasInterrupted();
}

/// Whether `op` may be done on the other side of `other`.
bool RowOps::canPass(const OpAccesses &op, const OpAccesses &other) const {
  return llvm::none_of(op.accesses, [&](const MemoryAccess &access) {
    return other.writes(access.buffer) ||
           (access.writes && other.reads(access.buffer));
  });
}

/// Whether all that an op is given was computed without memory since `place`.
static bool isKnownAt(Operation *op, Operation *place) {
  return !op->walk([&](Operation *inner) {
              for (Value operand : inner->getOperands()) {
                Operation *producer = operand.getDefiningOp();
                if (!producer || op->isAncestor(producer) ||
                    producer->isBeforeInBlock(place))
                  continue;
                if (!isa<memref::AllocOp, ViewLikeOpInterface>(producer) &&
                    !isMemoryEffectFree(producer))
                  return WalkResult::interrupt();
                if (!isKnownAt(producer, place))
                  return WalkResult::interrupt();
              }
              return WalkResult::advance();
            }).wasInterrupted();
}

/// From the sums on, the ops that can be done where the first one stands. False
/// where there are none.
bool RowOps::follow() {
  llvm::DenseSet<Value> others; // what was made of theirs otherwise
  for (size_t number = 0; number < all_.size(); ++number) {
    const OpAccesses &entry = all_[number];
    if (isa<scf::ForallOp>(entry.op) && !place_)
      continue;
    bool readsOurs = false, isPossible = true;
    for (const MemoryAccess &access : entry.accesses) {
      readsOurs |= !access.writes && buffers_.contains(access.buffer);
      isPossible &= access.buffer && !others.contains(access.buffer);
    }
    if (!readsOurs)
      continue;
    isPossible = isPossible && worksOnRows(entry.op) &&
                 (!place_ || isKnownAt(entry.op, place_));
    for (size_t before = number; isPossible && place_ && before-- > 0;) {
      if (all_[before].op == place_)
        break;
      isPossible = isOurs(all_[before].op) || canPass(entry, all_[before]);
    }
    for (const MemoryAccess &access : entry.accesses) {
      if (!access.writes)
        continue;
      if (isPossible)
        buffers_.insert(access.buffer);
      else
        others.insert(access.buffer);
    }
    if (!isPossible)
      continue;
    if (!place_)
      place_ = entry.op;
    chosen_.insert(entry.op);
  }
  return place_;
}

/// What is computed before, row by row, for these ops alone.
void RowOps::findProducers() {
  for (size_t number = all_.size(); number-- > 0;) {
    const OpAccesses &entry = all_[number];
    if (isOurs(entry.op) || !entry.op->isBeforeInBlock(place_) ||
        !worksOnRows(entry.op))
      continue;
    const bool isForUs =
        llvm::all_of(entry.accesses, [&](const MemoryAccess &access) {
          return access.buffer && (!access.writes ||
                                   llvm::all_of(all_, [&](const OpAccesses &x) {
                                     return x.op == entry.op || isOurs(x.op) ||
                                            (!x.reads(access.buffer) &&
                                             !x.writes(access.buffer));
                                   }));
        });
    bool isPossible = isForUs;
    for (size_t after = number + 1; isPossible && all_[after].op != place_;
         ++after)
      isPossible = isOurs(all_[after].op) || canPass(entry, all_[after]);
    if (!isPossible)
      continue;
    const llvm::SetVector<Value> before = buffers_;
    for (const MemoryAccess &access : entry.accesses)
      if (access.writes)
        buffers_.insert(access.buffer);
    chosen_.insert(entry.op);
    if (llvm::all_of(chosen_, [&](Operation *op) { return worksOnRows(op); }))
      continue;
    buffers_ = before;
    chosen_.erase(entry.op);
  }
}
