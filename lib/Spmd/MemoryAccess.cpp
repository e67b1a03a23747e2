//===- MemoryAccess.cpp - Which worker touches what -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryAccess.h"
#include "lib/Tile/Shards.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace mlc;

/// What `place` is where the forall's variable is `value`, if it follows from
/// that alone.
static std::optional<int64_t> placeAt(OpFoldResult place, Value variable,
                                      int64_t value) {
  auto known = dyn_cast<Value>(place);
  if (!known)
    return std::nullopt;
  if (known == variable)
    return value;
  auto apply = known.getDefiningOp<affine::AffineApplyOp>();
  if (!apply || apply.getNumOperands() != 1 || apply.getOperand(0) != variable)
    return std::nullopt;
  Builder b(variable.getContext());
  SmallVector<Attribute> results;
  if (failed(
          apply.getAffineMap().constantFold({b.getIndexAttr(value)}, results)))
    return std::nullopt;
  return cast<IntegerAttr>(results[0]).getInt();
}

/// The part that `slice` takes in each iteration of `forall`.
static std::optional<OwnPart> partOf(memref::SubViewOp slice,
                                     scf::ForallOp forall) {
  if (forall.getRank() != 1)
    return std::nullopt;
  Value variable = forall.getInductionVar(0);
  MemRefType source = slice.getSourceType();
  for (auto [dim, offset] : llvm::enumerate(slice.getMixedOffsets())) {
    std::optional<int64_t> first = placeAt(offset, variable, 0);
    if (!first || *first != 0)
      continue;
    OwnPart part;
    OpFoldResult upper = forall.getMixedUpperBound()[0],
                 step = forall.getMixedStep()[0];
    if (std::optional<Shards> shards = shardsOf(forall)) {
      part.shards = ShardsAttr::get(forall.getContext(), shards->count,
                                    /*size=*/1, shards->ranks);
      std::optional<int64_t> units = placeAt(offset, variable, shards->size);
      if (units.value_or(0) <= 0) // shards that share a place
        continue;
      part.units = *units;
      part.unitsOfShard = shards->size;
    } else if (getConstantIntValue(upper)) {
      return std::nullopt; // iterations of unknown shards
    } else {
      part.upper = cast<Value>(upper).getAsOpaquePointer();
      part.step = isa<Value>(step) ? cast<Value>(step).getAsOpaquePointer()
                                   : cast<Attribute>(step).getAsOpaquePointer();
    }
    for (int64_t size : source.getShape().drop_front(dim + 1))
      if (ShapedType::isDynamic(size))
        ++part.batches;
      else
        part.stride *= size;
    part.extent = source.getDimSize(dim);
    return part;
  }
  return std::nullopt;
}

Value mlc::bufferOf(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
    memref = view.getViewSource();
  if (memref.getDefiningOp<memref::AllocOp>())
    return memref;
  auto argument = dyn_cast<BlockArgument>(memref);
  return argument &&
                 isa<FunctionOpInterface>(argument.getOwner()->getParentOp())
             ? memref
             : Value();
}

/// The part of its buffer that `memref`, used inside of `forall`, lies in: that
/// of the view nearest to the buffer which follows from the iteration.
static std::optional<OwnPart> partOf(Value memref, scf::ForallOp forall) {
  std::optional<OwnPart> part;
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>()) {
    if (auto slice = dyn_cast<memref::SubViewOp>(view.getOperation())) {
      if (std::optional<OwnPart> found = partOf(slice, forall))
        part = found;
    } else if (!isa<memref::CastOp, memref::CollapseShapeOp,
                    memref::ExpandShapeOp>(view)) {
      return std::nullopt; // a view of other dimensions
    }
    memref = view.getViewSource();
  }
  return part;
}

SmallVector<MemoryAccess> mlc::accessesOf(Operation *op) {
  SmallVector<MemoryAccess> accesses;
  // Loops touch few buffers, however many of their ops do.
  auto add = [&](const MemoryAccess &access) {
    if (!llvm::is_contained(accesses, access))
      accesses.push_back(access);
  };
  auto forall = dyn_cast<scf::ForallOp>(op);
  op->walk([&](Operation *inner) {
    // An op may have effects of its own besides those of the ops inside.
    auto effects = dyn_cast<MemoryEffectOpInterface>(inner);
    SmallVector<MemoryEffects::EffectInstance> instances;
    if (effects)
      effects.getEffects(instances);
    else if (!inner->hasTrait<OpTrait::HasRecursiveMemoryEffects>())
      add({Value(), true, std::nullopt});
    for (const MemoryEffects::EffectInstance &effect : instances) {
      if (isa<MemoryEffects::Allocate>(effect.getEffect()))
        continue;
      Value memref = effect.getValue();
      add({memref ? bufferOf(memref) : Value(),
           !isa<MemoryEffects::Read>(effect.getEffect()),
           memref && forall ? partOf(memref, forall) : std::nullopt});
    }
  });
  return accesses;
}
