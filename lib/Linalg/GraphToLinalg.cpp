//===- GraphToLinalg.cpp - Graph ops as loops on tensors ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BatchSize.h"
#include "Loops.h"
#include "LowerCsr.h"
#include "dialects/Csr/Csr.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Mlc/Mlc.h"
#include "mlc/Passes.h"

#include "mlir/Transforms/DialectConversion.h"

namespace mlc {
#define GEN_PASS_DEF_GRAPHTOLINALG
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

class GraphToLinalgPass
    : public mlc::impl::GraphToLinalgBase<GraphToLinalgPass> {
  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    dropSizes(getOperation());
    StepRecords records(getOperation());
    if (failed(lowerCsr(getOperation(), records)))
      return signalPassFailure();
    lowerQuantizedProducts(getOperation(), records);
    if (failed(records.finish()))
      return signalPassFailure();
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    populateProductPatterns(patterns);
    populateReshapePatterns(patterns);
    populateRowPatterns(patterns);
    populateLossPatterns(patterns);
    ConversionTarget target(*context);
    target.addIllegalDialect<GraphDialect>();
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      return signalPassFailure();
    unifyBatchSize(getOperation());
  }
};

} // namespace
