//===- Blas.td - Products that a library computes ----------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_BLAS_BLAS_TD
#define MLC_DIALECTS_BLAS_BLAS_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Blas_Dialect : Dialect {
  let name = "blas";
  let cppNamespace = "::mlc::blas";
  let summary = "products that a library computes";
  let description = [{
    Products of dense f32 matrices with what cuBLASLt does to their results in
    the same kernel, its epilogues. Matrices are row-major and without gaps.
  }];
}

def Blas_Shaped : AnyTypeOf<[AnyRankedTensor, AnyStridedMemRef]>;

def Blas_GemmOp : Op<Blas_Dialect, "gemm",
    [AttrSizedOperandSegments, DestinationStyleOpInterface,
     DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "a product and its epilogue";
  let description = [{
    sum[i, j] = bias[j] + sum over k of left[i, k] * right[k, j]

    `outs` is the result alone, or the result and one more tensor:

    | attribute and operands | result[i, j] | the other result |
    |---|---|---|
    | | sum[i, j] | |
    | `relu` | max(sum[i, j], 0) | bit j of row i: whether it is positive |
    | `mask` | sum[i, j] where the bit of `mask` is set, else 0 | |
    | neither, two `outs` | sum[i, j] | [j]: sum over k of right[k, j] |

    A row of bits is filled up to a multiple of 128 bits. `transpose_left` and
    `transpose_right` say that left is [k, i], right is [j, k]. What `outs` holds
    before is not read.

    Constraints:
    - (C1) left, right and the result have two dimensions, which fit one
      another.
    - (C2) bias has as many elements as the result has columns, and so has the
      sum over k.
    - (C3) a mask is [rows of the result, 16 * ceil(columns / 128)] of i8.
    - (C4) relu and mask exclude one another; with mask there is no bias and no
      other result; bias and the sum over k exclude one another; so do the sum
      over k and transpose_right.

    Example:

    ```mlir
    func.func @layer(%x: tensor<?x48xf32>, %w: tensor<48x96xf32>, %b: tensor<96xf32>, %y: tensor<?x96xf32>, %m: tensor<?x16xi8>)
        -> (tensor<?x96xf32>, tensor<?x16xi8>) {
      %h, %bits = blas.gemm ins(%x, %w bias %b) outs(%y, %m) {relu}
        : (tensor<?x48xf32>, tensor<48x96xf32>, tensor<96xf32>, tensor<?x96xf32>, tensor<?x16xi8>)
          -> (tensor<?x96xf32>, tensor<?x16xi8>)
      return %h, %bits : tensor<?x96xf32>, tensor<?x16xi8>
    }
    ```
  }];
  let arguments = (ins Blas_Shaped:$left, Blas_Shaped:$right,
                       Optional<Blas_Shaped>:$bias, Optional<Blas_Shaped>:$mask,
                       Variadic<Blas_Shaped>:$outputs, UnitAttr:$relu,
                       UnitAttr:$transpose_left, UnitAttr:$transpose_right);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    `ins` `(` $left `,` $right (`bias` $bias^)? (`mask` $mask^)? `)`
    `outs` `(` $outputs `)` attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return getOutputsMutable();
    }
    /// The one of `outs` that is no product; null where there is none.
    ::mlir::Value getOther() {
      return getOutputs().size() > 1 ? getOutputs()[1] : ::mlir::Value();
    }
    /// Bytes of a row of bits.
    static int64_t bytesOfMask(int64_t columns) {
      return ::llvm::divideCeil(columns, 128) * 16;
    }
  }];
}

#endif // MLC_DIALECTS_BLAS_BLAS_TD
