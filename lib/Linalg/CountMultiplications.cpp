//===- CountMultiplications.cpp - How many products a step computes -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Work.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/IR/Builders.h"

namespace mlc {
#define GEN_PASS_DEF_COUNTMULTIPLICATIONS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

class CountMultiplicationsPass
    : public mlc::impl::CountMultiplicationsBase<CountMultiplicationsPass> {
  void runOnOperation() override {
    Amount sum;
    getOperation().walk([&](Operation *op) {
      if (const std::optional<Work> work = workOf(op))
        sum += work->multiplications;
    });
    getOperation()->setAttr(
        steps::kMultiplications,
        Builder(&getContext())
            .getDenseF64ArrayAttr({sum.constant, sum.perRow, sum.perNonzero}));
  }
};

} // namespace
