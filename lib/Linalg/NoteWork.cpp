//===- NoteWork.cpp - Names, operations and bytes of computations ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Work.h"
#include "lib/Names.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlc {
#define GEN_PASS_DEF_NOTEWORK
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

Attribute toAttribute(const Work &work, Builder &b) {
  const auto &[operations, multiplications, bytes] = work;
  return b.getDenseF64ArrayAttr({operations.constant, operations.perRow,
                                 operations.perNonzero, bytes.constant,
                                 bytes.perRow, bytes.perNonzero});
}

class NoteWorkPass : public mlc::impl::NoteWorkBase<NoteWorkPass> {
  void runOnOperation() override {
    if (getOperation().getName() != steps::kTrain)
      return;
    Builder b(&getContext());
    SmallVector<Attribute> noted;
    getOperation().walk([&](Operation *op) {
      const std::optional<Work> work = workOf(op);
      if (!work)
        return;
      names::Names names;
      names::collect(op->getLoc(), names);
      op->walk(
          [&](Operation *inner) { names::collect(inner->getLoc(), names); });
      auto number = b.getI64IntegerAttr(noted.size());
      noted.push_back(b.getDictionaryAttr(
          {b.getNamedAttr("names", b.getStrArrayAttr(names.getArrayRef())),
           b.getNamedAttr("work", toAttribute(*work, b))}));
      op->walk([&](Operation *inner) {
        inner->setLoc(
            FusedLoc::get({inner->getLoc()}, number, inner->getContext()));
      });
    });
    getOperation()->setAttr(steps::kWork, b.getArrayAttr(noted));
  }
};

} // namespace
