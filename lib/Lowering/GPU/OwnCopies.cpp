//===- OwnCopies.cpp - Parameters of which each block has all -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OwnCopies.h"
#include "Launches.h"
#include "dialects/Mlc/Mlc.h"
#include "lib/Spmd/MemoryAccess.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlc;

namespace {

/// Who touches parameters and states in a step.
struct Uses {
  /// Ops outside of foralls that write some, and what each of them writes.
  llvm::MapVector<Operation *, SmallVector<Value>> writers;
  /// Those that others touch, and those that foralls write.
  llvm::SetVector<Value> ofOthers, ofForalls;
};

} // namespace

static bool isKept(Value buffer) {
  auto argument = dyn_cast_or_null<BlockArgument>(buffer);
  if (!argument)
    return false;
  StringRef role = steps::roleOf(argument);
  return role == steps::kParameter || role == steps::kState;
}

static Uses usesIn(func::FuncOp step) {
  Uses uses;
  for (Operation &op : step.getBody().front().without_terminator()) {
    SmallVector<Value> read, written;
    bool writesKept = false;
    for (const MemoryAccess &access : accessesOf(&op)) {
      (access.writes ? written : read).push_back(access.buffer);
      writesKept |= access.writes && isKept(access.buffer);
    }
    if (isa<scf::ForallOp>(op)) {
      uses.ofForalls.insert_range(written);
      uses.ofOthers.insert_range(read);
      uses.ofOthers.insert_range(written);
    } else if (writesKept) {
      uses.writers[&op] = written;
    } else {
      uses.ofOthers.insert_range(read);
    }
  }
  return uses;
}

void mlc::makeOwnCopies(func::FuncOp step) {
  const Uses uses = usesIn(step);
  // What is written together is copied together.
  llvm::SetVector<Value> copied;
  for (bool isDone = false; !isDone;) {
    isDone = true;
    for (const auto &[op, written] : uses.writers) {
      const bool isWanted = llvm::any_of(written, [&](Value buffer) {
        return copied.contains(buffer) ||
               (isKept(buffer) && uses.ofOthers.contains(buffer));
      });
      const bool isPossible = llvm::all_of(written, [&](Value buffer) {
        return isKept(buffer) && !uses.ofForalls.contains(buffer);
      });
      if (!isWanted || !isPossible)
        continue;
      for (Value buffer : written)
        isDone = !copied.insert(buffer) && isDone;
    }
  }
  OpBuilder b(step.getBody());
  for (Value buffer : copied) {
    auto alloc = memref::AllocOp::create(b, step.getLoc(),
                                         cast<MemRefType>(buffer.getType()));
    alloc->setAttr(kCopyOf, b.getI64IntegerAttr(
                                cast<BlockArgument>(buffer).getArgNumber()));
    setMemory(alloc, Memory::Private);
    buffer.replaceAllUsesWith(alloc);
  }
}
