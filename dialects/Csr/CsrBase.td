//===- CsrBase.td - The dialect, its types and kinds of ops -*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_CSR_CSRBASE_TD
#define MLC_DIALECTS_CSR_CSRBASE_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/TilingInterface.td"

def Csr_Dialect : Dialect {
  let name = "csr";
  let cppNamespace = "::mlc::csr";
  let summary = "products with rows that store their non-zeros";
  let description = [{
    What a `graph.linear` on `#graph.csr` examples lowers to. A data set holds
    `indptr` (i64, one more than it has rows), `indices` (i16, read without a
    sign, or i32) and `values` (f32): row r has the value `values[p]` in column
    `indices[p]` for `indptr[r] <= p < indptr[r + 1]`. Where `ones` is set, all
    values are 1 and `values` is not read. A batch is a list `rows` of row
    numbers; its rows are never copied.

    The ops work on tensors, write into their destination (`outs`), and are
    tiled and fused by upstream's TilingInterface.

    A quantised weight [in, out] is a list of bytes, `records`: one record for
    each of its `in` rows, which are `record` bytes each, and 64 bytes behind the
    last that mean nothing, so that a vector may be read at any place. A record
    has the row's scale (f32, 4 bytes), then its numbers: `bits` = 8: a byte
    each; `bits` = 4: two in a byte, the first of a pair in its lower half; as
    two's complements. So a product reads one place of memory for each non-zero.
  }];
}

def Csr_Numbers : RankedTensorOf<[F32]>;
def Csr_Ints : RankedTensorOf<[I32]>;
def Csr_Indices : RankedTensorOf<[I16, I32]>;
def Csr_Offsets : RankedTensorOf<[I64]>;
def Csr_Masks : RankedTensorOf<[I64]>;
def Csr_Records : RankedTensorOf<[I8]>;

class Csr_Op<string opMnemonic, list<Trait> traits = []>
    : Op<Csr_Dialect, opMnemonic, !listconcat(traits, [
        Pure, DestinationStyleOpInterface])> {
  let hasVerifier = 1;
}

/// An op whose loops are the two dimensions of its results: a sum over non-zeros
/// is no loop of its own, it stays inside a tile. So a tile of the loops and the
/// tile of a result that it computes have the same offsets and sizes. What an op
/// says itself is getTiledImplementation.
class Csr_TiledOp<string opMnemonic, list<Trait> traits = []>
    : Csr_Op<opMnemonic, !listconcat(traits, [
        DeclareOpInterfaceMethods<TilingInterface,
            ["getLoopIteratorTypes", "getIterationDomain",
             "getTiledImplementation", "getResultTilePosition",
             "generateResultTileValue",
             "getIterationDomainTileFromResultTile"]>])> {
  let extraClassDefinition = [{
    ::llvm::SmallVector<::mlir::utils::IteratorType>
    $cppClass::getLoopIteratorTypes() {
      return {::mlir::utils::IteratorType::parallel,
              ::mlir::utils::IteratorType::parallel};
    }
    ::llvm::SmallVector<::mlir::Range>
    $cppClass::getIterationDomain(::mlir::OpBuilder &b) {
      return domainOf(b, getDpsInits()[0]);
    }
    ::llvm::LogicalResult $cppClass::getResultTilePosition(
        ::mlir::OpBuilder &, unsigned,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultOffsets,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultSizes) {
      resultOffsets.assign(offsets.begin(), offsets.end());
      resultSizes.assign(sizes.begin(), sizes.end());
      return ::llvm::success();
    }
    ::llvm::LogicalResult $cppClass::getIterationDomainTileFromResultTile(
        ::mlir::OpBuilder &, unsigned,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &loopOffsets,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &loopSizes) {
      loopOffsets.assign(offsets.begin(), offsets.end());
      loopSizes.assign(sizes.begin(), sizes.end());
      return ::llvm::success();
    }
    ::llvm::FailureOr<::mlir::TilingResult> $cppClass::generateResultTileValue(
        ::mlir::OpBuilder &b, unsigned result,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      auto tile = getTiledImplementation(b, offsets, sizes);
      if (succeeded(tile))
        tile->tiledValues = {tile->tiledValues[result]};
      return tile;
    }
  }];
}

/// A tiled op with one result, which is written over `init`.
class Csr_ProductOp<string opMnemonic> : Csr_TiledOp<opMnemonic> {
  let results = (outs Csr_Numbers:$result);
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
}

#endif // MLC_DIALECTS_CSR_CSRBASE_TD
