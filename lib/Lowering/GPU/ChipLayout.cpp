//===- ChipLayout.cpp - Buffers in a block's shared memory ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChipLayout.h"
#include "Launches.h"
#include "lib/Support/Bounds.h"
#include "lib/Tile/Shards.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlc;

/// Where buffers begin: at the widest load's multiples.
static constexpr int64_t kAlignment = 16;

ChipLayout::ChipLayout(func::FuncOp step, OpBuilder &b)
    : step_(step), b_(b), loc_(step.getLoc()),
      batch_(step->getAttrOfType<IntegerAttr>(steps::kBatch).getInt()) {
  auto bytes = MemRefType::get({ShapedType::kDynamic}, b.getI8Type());
  shared_ = steps::addArgument(step, bytes, steps::kSharedMemory);
  worker_ = steps::findArgument(step, steps::kWorker);
  workers_ = steps::findArgument(step, steps::kWorkers);
  end_ = index(0);
}

Value ChipLayout::index(int64_t value) {
  return arith::ConstantIndexOp::create(b_, loc_, value);
}

/// Where a piece of so many bytes begins.
Value ChipLayout::placeOf(const Piece &piece, Value bytes) {
  Value place = end_;
  pieces_.push_back(piece);
  Value lines = arith::CeilDivUIOp::create(b_, loc_, bytes, index(kAlignment));
  Value size = arith::MulIOp::create(b_, loc_, lines, index(kAlignment));
  end_ = arith::AddIOp::create(b_, loc_, place, size);
  return place;
}

/// The elements of `type` and how many a place in dimension `dim` has; all of
/// them where there is no such dimension.
static int64_t elementsBeside(Value buffer, int64_t batch, int64_t dim) {
  int64_t elements = 1;
  const int64_t rank = cast<MemRefType>(buffer.getType()).getRank();
  for (int64_t place = 0; place < rank; ++place)
    if (place != dim)
      elements *= boundOf(buffer, place).value_or(batch);
  return elements;
}

static int64_t bytesOfElement(MemRefType type) {
  return llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

/// The values of a buffer's dynamic sizes.
static ValueRange dynamicSizes(Value buffer) {
  if (auto alloc = buffer.getDefiningOp<memref::AllocOp>())
    return alloc.getDynamicSizes();
  return {};
}

static SmallVector<OpFoldResult> sizesOf(OpBuilder &b, Value buffer) {
  return getMixedValues(cast<MemRefType>(buffer.getType()).getShape(),
                        dynamicSizes(buffer), b);
}

/// The type of a view of something of type `source`, if it can be a view of it.
static FailureOr<MemRefType> viewType(Operation *view, MemRefType source) {
  auto old = cast<MemRefType>(view->getResult(0).getType());
  if (auto slice = dyn_cast<memref::SubViewOp>(view))
    return memref::SubViewOp::inferRankReducedResultType(
        old.getShape(), source, slice.getMixedOffsets(), slice.getMixedSizes(),
        slice.getMixedStrides());
  if (auto shape = dyn_cast<memref::CollapseShapeOp>(view)) {
    if (!memref::CollapseShapeOp::isGuaranteedCollapsible(
            source, shape.getReassociationIndices()))
      return failure();
    return memref::CollapseShapeOp::computeCollapsedType(
        source, shape.getReassociationIndices());
  }
  if (auto shape = dyn_cast<memref::ExpandShapeOp>(view))
    return memref::ExpandShapeOp::computeExpandedType(
        source, old.getShape(), shape.getReassociationIndices());
  return failure();
}

/// Whether views of `buffer` can be views of something of type `type`; with
/// `changes`, they become that.
static bool retype(Value buffer, MemRefType type, bool changes) {
  for (Operation *user : buffer.getUsers()) {
    if (!isa<ViewLikeOpInterface>(user))
      continue;
    FailureOr<MemRefType> made = viewType(user, type);
    if (failed(made) || !retype(user->getResult(0), *made, changes))
      return false;
    if (changes)
      user->getResult(0).setType(*made);
  }
  return true;
}

/// Has the step use `view`, and copies a parameter or state there and back:
/// what `own` says of both.
void ChipLayout::replace(Value buffer, Value view, const Slice &own) {
  retype(buffer, cast<MemRefType>(view.getType()), /*changes=*/true);
  buffer.replaceAllUsesWith(view);
  if (Operation *alloc = buffer.getDefiningOp()) {
    if (auto number = alloc->getAttrOfType<IntegerAttr>(kCopyOf))
      copyForAll(step_.getArgument(number.getInt()), view);
    alloc->erase();
    return;
  }
  copy(buffer, view, own, kBegin);
  OpBuilder::InsertionGuard guard(b_);
  b_.setInsertionPoint(step_.getBody().front().getTerminator());
  copy(view, buffer, own, kEnd);
}

/// Every block copies a parameter or state there, and the leader back.
void ChipLayout::copyForAll(Value argument, Value view) {
  const Slice all{
      SmallVector<OpFoldResult>(cast<MemRefType>(view.getType()).getRank(),
                                b_.getIndexAttr(0)),
      sizesOf(b_, argument)};
  copy(argument, view, all, kBegin);
  const Slice own = ofLeader(all);
  OpBuilder::InsertionGuard guard(b_);
  b_.setInsertionPoint(step_.getBody().front().getTerminator());
  copy(view, argument, own, kEnd);
}

/// A slice of some rows or, where the block is not the leader, of none.
ChipLayout::Slice ChipLayout::ofLeader(Slice slice) {
  Value isFirst = arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::eq,
                                        worker_, index(0));
  Value rows = getValueOrCreateConstantIndexOp(b_, loc_, slice.sizes[0]);
  slice.sizes[0] =
      arith::SelectOp::create(b_, loc_, isFirst, rows, index(0)).getResult();
  return slice;
}

void ChipLayout::copy(Value from, Value to, const Slice &slice,
                      StringRef once) {
  SmallVector<OpFoldResult> strides(slice.sizes.size(), b_.getIndexAttr(1));
  auto part = [&](Value all) -> Value {
    return memref::SubViewOp::create(b_, loc_, all, slice.offsets, slice.sizes,
                                     strides);
  };
  Value source = part(from), target = part(to);
  auto op = linalg::CopyOp::create(b_, loc_, source, target);
  op->setAttr(kOnce, b_.getStringAttr(once));
  op->setAttr(kTeam, b_.getI64IntegerAttr(1));
  op->setAttr(kElements, b_.getI64IntegerAttr(1));
}

void ChipLayout::addWhole(Value buffer) {
  OpBuilder::InsertionGuard guard(b_);
  Operation *alloc = buffer.getDefiningOp();
  if (alloc)
    b_.setInsertionPoint(alloc);
  auto type = cast<MemRefType>(buffer.getType());
  const Piece piece{elementsBeside(buffer, batch_, -1) * bytesOfElement(type),
                    0};
  Value place = placeOf(piece, index(piece.bytes));
  Value view = memref::ViewOp::create(b_, loc_, type, shared_, place,
                                      dynamicSizes(buffer));
  Slice own{SmallVector<OpFoldResult>(type.getRank(), b_.getIndexAttr(0)),
            sizesOf(b_, buffer)};
  if (!alloc)
    own = ofLeader(own);
  replace(buffer, view, own);
}

/// The dimension that `part` splits, if that can be told.
static std::optional<int64_t> splitDim(MemRefType type, const OwnPart &part) {
  int64_t stride = 1, batches = 0;
  for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
    const int64_t size = type.getDimSize(dim);
    if (size == part.extent && stride == part.stride && batches == part.batches)
      return dim;
    if (ShapedType::isDynamic(size))
      ++batches;
    else
      stride *= size;
  }
  return std::nullopt;
}

void ChipLayout::addSplit(Value buffer, const OwnPart &part) {
  auto type = cast<MemRefType>(buffer.getType());
  std::optional<int64_t> dim = splitDim(type, part);
  if (!dim)
    return;
  SmallVector<int64_t> staticStrides(type.getRank());
  int64_t beyond = 1; // elements of all dimensions after one, but the split one
  for (int64_t place = type.getRank() - 1; place >= 0; --place) {
    staticStrides[place] = place < *dim ? ShapedType::kDynamic : beyond;
    if (place != *dim)
      beyond *= boundOf(buffer, place).value_or(batch_);
  }
  auto local = MemRefType::get(type.getShape(), type.getElementType(),
                               StridedLayoutAttr::get(b_.getContext(),
                                                      ShapedType::kDynamic,
                                                      staticStrides));
  if (!retype(buffer, local, /*changes=*/false))
    return;

  OpBuilder::InsertionGuard guard(b_);
  if (Operation *alloc = buffer.getDefiningOp())
    b_.setInsertionPoint(alloc);
  const int64_t shards = cast<ShardsAttr>(part.shards).getCount();
  const int64_t beside = elementsBeside(buffer, batch_, *dim);
  Value runs = arith::CeilDivUIOp::create(b_, loc_, index(shards), workers_);
  Value units = arith::MulIOp::create(b_, loc_, runs, index(part.units));
  Value first = arith::MulIOp::create(b_, loc_, worker_, units);
  Value elements = arith::MulIOp::create(b_, loc_, units, index(beside));
  const Piece piece{part.units * beside * bytesOfElement(type), shards};
  Value place =
      placeOf(piece, arith::MulIOp::create(b_, loc_, elements,
                                           index(bytesOfElement(type))));
  Value flat = memref::ViewOp::create(
      b_, loc_, MemRefType::get({ShapedType::kDynamic}, type.getElementType()),
      shared_, place, elements);
  SmallVector<OpFoldResult> strides(type.getRank());
  beyond = 1;
  for (int64_t at = type.getRank() - 1; at >= 0; --at) {
    strides[at] = b_.getIndexAttr(beyond);
    if (at < *dim)
      strides[at] =
          arith::MulIOp::create(b_, loc_, units, index(beyond)).getResult();
    if (at != *dim)
      beyond *= boundOf(buffer, at).value_or(batch_);
  }
  Value offset =
      arith::MulIOp::create(b_, loc_, first, index(-staticStrides[*dim]));
  Value view = memref::ReinterpretCastOp::create(b_, loc_, local, flat,
                                                 OpFoldResult(offset),
                                                 sizesOf(b_, buffer), strides);
  if (buffer.getDefiningOp()) {
    replace(buffer, view, {});
    return;
  }
  // The last blocks may have fewer units, or none.
  Value extent = index(part.extent);
  Value before = arith::MinUIOp::create(b_, loc_, first, extent);
  Value left = arith::SubIOp::create(b_, loc_, extent, before);
  Slice own{SmallVector<OpFoldResult>(type.getRank(), b_.getIndexAttr(0)),
            sizesOf(b_, buffer)};
  own.offsets[*dim] = first;
  own.sizes[*dim] = arith::MinUIOp::create(b_, loc_, left, units).getResult();
  replace(buffer, view, own);
}

int64_t ChipLayout::mostBlocks() {
  const int64_t mostOfRows = std::min(batch_, ShardRule::of(step_).most);
  int64_t most = 1;
  step_.walk([&](scf::ForallOp forall) {
    // Rows have owners among the blocks that have shards.
    if (forall->hasAttr(kRowsOfOwners))
      return;
    std::optional<Shards> shards = shardsOf(forall);
    most = std::max(most, shards ? shards->count : mostOfRows);
  });
  return most;
}

void ChipLayout::finish() {
  SmallVector<int64_t> bytes;
  const int64_t most = mostBlocks();
  for (int64_t blocks = 1; blocks <= most; ++blocks) {
    int64_t sum = 0;
    for (const Piece &piece : pieces_)
      sum += llvm::alignTo(
          piece.shards ? llvm::divideCeil(piece.shards, blocks) * piece.bytes
                       : piece.bytes,
          kAlignment);
    bytes.push_back(sum);
  }
  step_->setAttr(kSharedBytes, b_.getDenseI64ArrayAttr(bytes));
}
