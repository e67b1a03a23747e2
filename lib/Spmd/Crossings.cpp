//===- Crossings.cpp - What crosses workers at an exchange ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BarrierPlan.h"

using namespace mlir;
using namespace mlc;
using spmd::Crossing;

/// What the exchange between two conflicting accesses has to do.
Crossing BarrierPlan::crossingOf(const OpAccess &first,
                                 const OpAccess &second) const {
  if (!first.access->writes || second.access->writes)
    return Crossing::Order;
  const StepOp &op = ops_[first.op];
  if (!op.isForall())
    return Crossing::Broadcast;
  // One element for each shard, which has several units: a partial sum.
  const std::optional<OwnPart> &part = first.access->part;
  const bool isPartial = part && part->units == 1 && part->unitsOfShard > 1;
  return isPartial ? Crossing::Partials : Crossing::Gather;
}

/// The first exchange after op `index` of step 0: its step's number, and the
/// number of the op before which it stands.
std::pair<int, size_t> BarrierPlan::exchangeAfter(size_t index) const {
  auto next = barriers_.upper_bound(index);
  return next == barriers_.end() ? std::pair(1, *barriers_.begin())
                                 : std::pair(0, *next);
}

/// Finds for each buffer the exchanges at which it crosses: the first one after
/// an access that a later access conflicts with.
void BarrierPlan::findCrossings() {
  if (barriers_.empty())
    return;
  for (const auto &[buffer, ofBuffer] : accesses_) {
    if (!buffer)
      continue;
    for (const OpAccess &first : ofBuffer) {
      const auto [step, exchange] = exchangeAfter(first.op);
      for (const OpAccess &second : ofBuffer)
        for (int number = second.op > first.op ? 0 : 1; number < kSteps;
             ++number) {
          if (std::pair(number, second.op) < std::pair(step, exchange) ||
              !conflictInSteps(first, second, number))
            continue;
          const Crossing kind = crossingOf(first, second);
          auto [entry, isNew] = crossings_[exchange].insert({buffer, kind});
          if (!isNew)
            entry->second = std::min(entry->second, kind);
        }
    }
  }
}
