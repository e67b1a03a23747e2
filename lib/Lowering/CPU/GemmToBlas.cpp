//===- GemmToBlas.cpp - Large products as calls of cblas_sgemm ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"

namespace mlc {
#define GEN_PASS_DEF_GEMMTOBLAS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

// Enumerators of <cblas.h>.
constexpr int32_t kRowMajor = 101, kNoTranspose = 111, kTranspose = 112;

/// Row-major f32 memory as cblas sees it.
struct Matrix {
  Value pointer, rowStride;
  Value sizes[2];
};

class GemmToBlasPass : public mlc::impl::GemmToBlasBase<GemmToBlasPass> {
  void runOnOperation() override {
    SmallVector<linalg::MatmulOp> products;
    getOperation().walk([&](linalg::MatmulOp op) {
      if (op->hasAttr(steps::kLibrary))
        products.push_back(op);
    });
    if (products.empty())
      return;
    declare();
    for (linalg::MatmulOp product : products)
      if (failed(lower(product)))
        return signalPassFailure();
  }

  void declare() {
    OpBuilder b = OpBuilder::atBlockEnd(getOperation().getBody());
    Type i32 = b.getI32Type(), f32 = b.getF32Type(),
         pointer = LLVM::LLVMPointerType::get(&getContext());
    auto function = func::FuncOp::create(
        b, getOperation().getLoc(), "cblas_sgemm",
        b.getFunctionType({i32, i32, i32, i32, i32, i32, f32, pointer, i32,
                           pointer, i32, f32, pointer, i32},
                          {}));
    function.setPrivate();
  }

  FailureOr<Matrix> matrixOf(OpBuilder &b, Value buffer) {
    Location loc = buffer.getLoc();
    auto type = cast<MemRefType>(buffer.getType());
    SmallVector<int64_t> strides;
    int64_t offset;
    if (failed(type.getStridesAndOffset(strides, offset)) || strides[1] != 1)
      return emitError(loc, "expected rows without gaps for the library");
    auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, buffer);
    Value address =
        memref::ExtractAlignedPointerAsIndexOp::create(b, loc, buffer);
    Value bytes = arith::MulIOp::create(
        b, loc, metadata.getOffset(),
        arith::ConstantIndexOp::create(b, loc, sizeof(float)));
    Value first = arith::AddIOp::create(b, loc, address, bytes);
    Value integer = arith::IndexCastOp::create(b, loc, b.getI64Type(), first);
    return Matrix{
        LLVM::IntToPtrOp::create(
            b, loc, LLVM::LLVMPointerType::get(&getContext()), integer),
        metadata.getStrides()[0],
        {metadata.getSizes()[0], metadata.getSizes()[1]}};
  }

  /// Whether `map`, of (m, n, k), names its matrix's dimensions in the order
  /// (`column`, `row`).
  static bool isTransposed(AffineMap map, unsigned column) {
    return map.getDimPosition(0) == column;
  }

  LogicalResult lower(linalg::MatmulOp op) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    FailureOr<Matrix> lhs = matrixOf(b, op.getDpsInputs()[0]),
                      rhs = matrixOf(b, op.getDpsInputs()[1]),
                      out = matrixOf(b, op.getDpsInits()[0]);
    if (failed(lhs) || failed(rhs) || failed(out))
      return failure();
    const bool lhsTransposed = isTransposed(maps[0], /*column=*/2);
    const bool rhsTransposed = isTransposed(maps[1], /*column=*/1);
    auto constant = [&](int32_t value) -> Value {
      return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
    };
    auto narrow = [&](Value size) -> Value {
      return arith::IndexCastOp::create(b, loc, b.getI32Type(), size);
    };
    Value one = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(1.0f));
    func::CallOp::create(
        b, loc, "cblas_sgemm", TypeRange(),
        ValueRange{constant(kRowMajor),
                   constant(lhsTransposed ? kTranspose : kNoTranspose),
                   constant(rhsTransposed ? kTranspose : kNoTranspose),
                   narrow(out->sizes[0]), narrow(out->sizes[1]),
                   narrow(lhs->sizes[lhsTransposed ? 0 : 1]), one, lhs->pointer,
                   narrow(lhs->rowStride), rhs->pointer, narrow(rhs->rowStride),
                   one, out->pointer, narrow(out->rowStride)});
    op.erase();
    return success();
  }
};

} // namespace
