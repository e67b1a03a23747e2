//===- WorkerNumber.cpp - Workers of all ranks, numbered ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WorkerNumber.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlc;

Value mlc::numberOfWorker(OpBuilder &b, func::FuncOp step) {
  Value worker = steps::findArgument(step, steps::kWorker);
  Value workers = steps::findArgument(step, steps::kWorkers);
  Value rank = steps::findArgument(step, steps::kRank);
  if (!rank || !worker || !workers)
    return worker;
  Value before = arith::MulIOp::create(b, step.getLoc(), rank, workers);
  return arith::AddIOp::create(b, step.getLoc(), before, worker);
}

Value mlc::allWorkers(OpBuilder &b, func::FuncOp step) {
  Value workers = steps::findArgument(step, steps::kWorkers);
  Value ranks = steps::findArgument(step, steps::kRanks);
  if (!ranks || !workers)
    return workers;
  return arith::MulIOp::create(b, step.getLoc(), ranks, workers);
}
