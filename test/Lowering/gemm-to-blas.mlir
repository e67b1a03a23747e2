// RUN: mlc-opt %s --mlc-gemm-to-blas --canonicalize --cse | FileCheck %s

// cblas_sgemm(101 row-major, 111 no or 112 transposition, m, n, k, 1, lhs, rows
// of lhs apart, rhs, rows of rhs apart, 1, result, its rows apart). Sizes: a
// result of 40 x 64, inner dimension 96.

// CHECK-LABEL: func.func @plain(
// CHECK-SAME: %[[A:[a-z0-9]+]]: memref<40x96xf32>, %[[B:[a-z0-9]+]]: memref<96x64xf32>, %[[C:[a-z0-9]+]]: memref<40x64xf32>
// CHECK-NOT: linalg.matmul
// CHECK-DAG: %[[ADDRESSA:.*]] = memref.extract_aligned_pointer_as_index %[[A]]
// CHECK-DAG: %[[INTEGERA:.*]] = arith.index_cast %[[ADDRESSA]]
// CHECK-DAG: %[[PA:.*]] = llvm.inttoptr %[[INTEGERA]]
// CHECK-DAG: %[[ADDRESSB:.*]] = memref.extract_aligned_pointer_as_index %[[B]]
// CHECK-DAG: %[[INTEGERB:.*]] = arith.index_cast %[[ADDRESSB]]
// CHECK-DAG: %[[PB:.*]] = llvm.inttoptr %[[INTEGERB]]
// CHECK-DAG: %[[ADDRESSC:.*]] = memref.extract_aligned_pointer_as_index %[[C]]
// CHECK-DAG: %[[INTEGERC:.*]] = arith.index_cast %[[ADDRESSC]]
// CHECK-DAG: %[[PC:.*]] = llvm.inttoptr %[[INTEGERC]]
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1.0{{.*}} : f32
// CHECK: call @cblas_sgemm(%c101_i32, %c111_i32, %c111_i32, %c40_i32, %c64_i32, %c96_i32, %[[ONE]], %[[PA]], %c96_i32, %[[PB]], %c64_i32, %[[ONE]], %[[PC]], %c64_i32)
func.func @plain(%a: memref<40x96xf32>, %b: memref<96x64xf32>, %c: memref<40x64xf32>) {
  linalg.matmul {mlc.library} ins(%a, %b : memref<40x96xf32>, memref<96x64xf32>) outs(%c : memref<40x64xf32>)
  return
}

// CHECK-LABEL: func.func @transposed_lhs(
// CHECK: call @cblas_sgemm(%c101_i32, %c112_i32, %c111_i32, %c40_i32, %c64_i32, %c96_i32, %{{.*}}, %{{.*}}, %c40_i32, %{{.*}}, %c64_i32, %{{.*}}, %{{.*}}, %c64_i32)
func.func @transposed_lhs(%a: memref<96x40xf32>, %b: memref<96x64xf32>, %c: memref<40x64xf32>) {
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
    {mlc.library} ins(%a, %b : memref<96x40xf32>, memref<96x64xf32>) outs(%c : memref<40x64xf32>)
  return
}

// CHECK-LABEL: func.func @transposed_rhs(
// CHECK: call @cblas_sgemm(%c101_i32, %c111_i32, %c112_i32, %c40_i32, %c64_i32, %c96_i32, %{{.*}}, %{{.*}}, %c96_i32, %{{.*}}, %c96_i32, %{{.*}}, %{{.*}}, %c64_i32)
func.func @transposed_rhs(%a: memref<40x96xf32>, %b: memref<64x96xf32>, %c: memref<40x64xf32>) {
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    {mlc.library} ins(%a, %b : memref<40x96xf32>, memref<64x96xf32>) outs(%c : memref<40x64xf32>)
  return
}

// CHECK-LABEL: func.func @both(
// CHECK: call @cblas_sgemm(%c101_i32, %c112_i32, %c112_i32, %c40_i32, %c64_i32, %c96_i32, %{{.*}}, %{{.*}}, %c40_i32, %{{.*}}, %c96_i32, %{{.*}}, %{{.*}}, %c64_i32)
func.func @both(%a: memref<96x40xf32>, %b: memref<64x96xf32>, %c: memref<40x64xf32>) {
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    {mlc.library} ins(%a, %b : memref<96x40xf32>, memref<64x96xf32>) outs(%c : memref<40x64xf32>)
  return
}

// A part of a matrix begins inside of it, and its rows are the whole one's apart.
// CHECK-LABEL: func.func @part(
// CHECK-SAME: %[[A:[a-z0-9]+]]: memref<?x96xf32>, %[[B:[a-z0-9]+]]: memref<96x128xf32>, %[[C:[a-z0-9]+]]: memref<?x128xf32>
// CHECK: %[[BS:.*]] = memref.subview %[[B]]
// CHECK: %[[CS:.*]] = memref.subview %[[C]]
// CHECK: %{{.*}}, %[[OFFSET:.*]], %{{.*}}:2, %{{.*}}:2 = memref.extract_strided_metadata %[[BS]]
// CHECK: %[[START:.*]] = memref.extract_aligned_pointer_as_index %[[BS]]
// CHECK: %[[BYTES:.*]] = arith.muli %[[OFFSET]], %c4
// CHECK: %[[FIRST:.*]] = arith.addi %[[START]], %[[BYTES]]
// CHECK: %[[INTEGER:.*]] = arith.index_cast %[[FIRST]]
// CHECK: %[[PB:.*]] = llvm.inttoptr %[[INTEGER]]
// CHECK: %{{.*}}, %{{.*}}, %[[SIZES:.*]]:2, %{{.*}}:2 = memref.extract_strided_metadata %[[CS]]
// CHECK: %[[ROWS:.*]] = arith.index_cast %[[SIZES]]#0 : index to i32
// CHECK: call @cblas_sgemm(%c101_i32, %c111_i32, %c111_i32, %[[ROWS]], %c64_i32, %c96_i32, %{{.*}}, %{{.*}}, %c96_i32, %[[PB]], %c128_i32, %{{.*}}, %{{.*}}, %c128_i32)
func.func @part(%a: memref<?x96xf32>, %b: memref<96x128xf32>, %c: memref<?x128xf32>, %n: index, %j: index) {
  %as = memref.subview %a[0, 0] [%n, 96] [1, 1] : memref<?x96xf32> to memref<?x96xf32, strided<[96, 1]>>
  %bs = memref.subview %b[0, %j] [96, 64] [1, 1] : memref<96x128xf32> to memref<96x64xf32, strided<[128, 1], offset: ?>>
  %cs = memref.subview %c[0, %j] [%n, 64] [1, 1] : memref<?x128xf32> to memref<?x64xf32, strided<[128, 1], offset: ?>>
  linalg.matmul {mlc.library} ins(%as, %bs : memref<?x96xf32, strided<[96, 1]>>, memref<96x64xf32, strided<[128, 1], offset: ?>>)
    outs(%cs : memref<?x64xf32, strided<[128, 1], offset: ?>>)
  return
}

// What mlc-tile-shards has not chosen stays.
// CHECK-LABEL: func.func @small(
// CHECK: linalg.matmul
// CHECK-NOT: cblas_sgemm
// CHECK: func.func private @cblas_sgemm(i32, i32, i32, i32, i32, i32, f32, !llvm.ptr, i32, !llvm.ptr, i32, f32, !llvm.ptr, i32)
func.func @small(%a: memref<4x9xf32>, %b: memref<9x6xf32>, %c: memref<4x6xf32>) {
  linalg.matmul ins(%a, %b : memref<4x9xf32>, memref<9x6xf32>) outs(%c : memref<4x6xf32>)
  return
}
