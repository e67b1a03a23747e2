//===- Explain.cpp - What a pass has chosen, for people -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

remark::detail::InFlightRemark mlc::explain(Operation *op, StringRef choice) {
  return explain(op, choice, op->getLoc());
}

remark::detail::InFlightRemark mlc::explain(Operation *op, StringRef choice,
                                            Location location) {
  auto step = dyn_cast<func::FuncOp>(op);
  if (!step)
    step = op->getParentOfType<func::FuncOp>();
  const StringRef name = step ? step.getSymName() : StringRef("model");
  return remark::analysis(
      location, remark::RemarkOpts::name(choice).category(name).function(name));
}

std::string mlc::sizesOf(ArrayRef<int64_t> sizes) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::interleave(
      sizes, stream,
      [&](int64_t size) {
        if (ShapedType::isDynamic(size))
          stream << '?';
        else
          stream << size;
      },
      " x ");
  return text;
}
