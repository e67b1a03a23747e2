//===- WordCrossings.cpp - What can cross thread blocks as words ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WordCrossings.h"
#include "Launches.h"
#include "RowOps.h"
#include "dialects/Spmd/Spmd.h"
#include "lib/CostModel.h"
#include "lib/Tile/Shards.h"
#include "mlc/Steps.h"

using namespace mlir;
using namespace mlc;

WordCrossings::WordCrossings(func::FuncOp step)
    : step_(step), arePossible_(find() && isInTurn()) {}

int64_t WordCrossings::wordsOfBlock() const {
  const int64_t batch =
      step_->getAttrOfType<IntegerAttr>(steps::kBatch).getInt();
  const int64_t blocks = std::min(shards_, CostModel::of(step_).gpuBlocks);
  int64_t words = 0;
  for (const Crossing &crossing : crossings_) {
    int64_t ofRow = 1;
    for (int64_t size :
         cast<MemRefType>(crossing.buffer->getResult(0).getType()).getShape())
      ofRow *= ShapedType::isDynamic(size) ? 1 : size;
    words +=
        ofRow * (crossing.isOfShards ? llvm::divideCeil(batch, blocks) : batch);
  }
  return words;
}

/// Finds what crosses; false where some of it cannot be words of its own.
bool WordCrossings::find() {
  Block &block = step_.getBody().front();
  for (auto forall : block.getOps<scf::ForallOp>())
    if (forall->hasAttr(kRowsOfOwners))
      rows_ = forall;
  llvm::SmallDenseSet<Value> crossing, ordered;
  for (auto exchange : block.getOps<spmd::ExchangeOp>()) {
    for (auto [number, buffer] : llvm::enumerate(exchange.getBuffers())) {
      if (exchange.getCrossing(number) == spmd::Crossing::Order) {
        ordered.insert(buffer);
        continue;
      }
      auto alloc = buffer.getDefiningOp<memref::AllocOp>();
      if (!alloc || !alloc.getType().getElementType().isF32() ||
          !rowDimOf(buffer) || !crossing.insert(buffer).second)
        return false;
      crossings_.push_back({alloc, exchange, nullptr, {}, exchanges_.empty()});
    }
    exchanges_.push_back(exchange);
  }
  // Words are overwritten in turn; the order of nothing else is known.
  if (!llvm::all_of(ordered,
                    [&](Value buffer) { return crossing.contains(buffer); }))
    return false;
  for (Operation &op : block.without_terminator()) {
    if (isa<spmd::ExchangeOp>(op))
      continue;
    SmallVector<MemoryAccess> accesses = accessesOf(&op);
    for (const MemoryAccess &access : accesses) {
      if (!access.buffer)
        return false;
      for (Crossing &crossing : crossings_) {
        if (crossing.buffer != access.buffer.getDefiningOp())
          continue;
        if (!access.writes)
          crossing.readers.push_back(&op);
        else if (crossing.writer && crossing.writer != &op)
          return false;
        else
          crossing.writer = &op;
      }
    }
    if (!accesses.empty())
      ops_.push_back({&op, std::move(accesses)});
  }
  return exchanges_.size() == 2 && rows_ &&
         exchanges_[0]->isBeforeInBlock(rows_) &&
         rows_->isBeforeInBlock(exchanges_[1]);
}

bool WordCrossings::isInTurn() {
  step_.walk([&](scf::ForallOp forall) {
    if (std::optional<Shards> shards = shardsOf(forall);
        shards && forall != rows_)
      shards_ = std::max(shards_, shards->count);
  });
  bool isForRows = false, isForAll = false;
  for (const Crossing &crossing : crossings_) {
    Operation *writer = crossing.writer;
    if (!writer)
      return false;
    if (crossing.isOfShards) {
      std::optional<Shards> shards = shardsOf(writer);
      if (!shards || writer == rows_ || shards->count != shards_ ||
          !writer->isBeforeInBlock(exchanges_[0]))
        return false;
    } else if (writer != rows_) {
      return false;
    }
    for (Operation *reader : crossing.readers) {
      if (crossing.isOfShards ? reader != rows_
                              : !exchanges_[1]->isBeforeInBlock(reader))
        return false;
      (crossing.isOfShards ? isForRows : isForAll) |=
          !reader->hasAttr(steps::kLeader);
    }
  }
  return isForRows && isForAll;
}

void WordCrossings::useWaits() const {
  auto isPublisher = [&](Operation *op) {
    return llvm::any_of(crossings_, [&](const Crossing &crossing) {
      return crossing.writer == op;
    });
  };
  SmallVector<const OpAccesses *> passed; // what stays, up to the rows
  Operation *place = rows_;
  for (const OpAccesses &entry : llvm::reverse(ops_)) {
    if (!entry.op->isBeforeInBlock(rows_) || entry.op->hasAttr(kOnce))
      continue;
    const bool canWait =
        !isPublisher(entry.op) && entry.op->use_empty() &&
        llvm::none_of(passed, [&](const OpAccesses *other) {
          return llvm::any_of(entry.accesses, [&](const MemoryAccess &x) {
            return llvm::any_of(other->accesses, [&](const MemoryAccess &y) {
              return x.buffer == y.buffer && (x.writes || y.writes);
            });
          });
        });
    if (!canWait) {
      passed.push_back(&entry);
      continue;
    }
    entry.op->moveBefore(place);
    place = entry.op;
  }
}
