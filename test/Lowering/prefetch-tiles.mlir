// RUN: mlc-opt %s --mlc-prefetch-tiles --canonicalize | FileCheck %s

// What is read between the sums and the next loop is on its way before: a line in
// each eighth iteration, again and again those of two rows of two lines. The view
// moves before the loop.
// CHECK-DAG: #[[ROW_OF:.*]] = affine_map<()[s0] -> {{.*}} floordiv 2)>
// CHECK-DAG: #[[COLUMN_OF:.*]] = affine_map<()[s0] -> {{.*}} * 16{{.*}}>
// CHECK-LABEL: func.func @update(
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<64x32xf32>, %[[W:[a-z0-9]+]]: memref<64x32xf32>, %[[ROW:[a-z0-9]+]]: index
// CHECK: %[[TILE:.*]] = memref.subview %[[W]][%[[ROW]], 0]
// CHECK: scf.for %[[K:.*]] = %c0 to %c64
// CHECK-DAG: %[[R:.*]] = affine.apply #[[ROW_OF]]()[%[[K]]]
// CHECK-DAG: %[[C:.*]] = affine.apply #[[COLUMN_OF]]()[%[[K]]]
// CHECK: memref.prefetch %[[TILE]][%[[R]], %[[C]]], read, locality<2>, data
// CHECK: scf.yield
// CHECK-NOT: memref.prefetch
// CHECK: return
func.func @update(%x: memref<64x32xf32>, %w: memref<64x32xf32>, %row: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  %zeros = arith.constant dense<0.0> : vector<32xf32>
  %sum = scf.for %k = %c0 to %c64 step %c1 iter_args(%s = %zeros) -> (vector<32xf32>) {
    %v = vector.transfer_read %x[%k, %c0], %zero {in_bounds = [true]} : memref<64x32xf32>, vector<32xf32>
    %t = arith.addf %s, %v : vector<32xf32>
    scf.yield %t : vector<32xf32>
  }
  %tile = memref.subview %w[%row, 0] [2, 32] [1, 1] : memref<64x32xf32> to memref<2x32xf32, strided<[32, 1], offset: ?>>
  %w0 = vector.transfer_read %tile[%c0, %c0], %zero {in_bounds = [true]} : memref<2x32xf32, strided<[32, 1], offset: ?>>, vector<32xf32>
  %d0 = arith.subf %w0, %sum : vector<32xf32>
  vector.transfer_write %d0, %tile[%c0, %c0] {in_bounds = [true]} : vector<32xf32>, memref<2x32xf32, strided<[32, 1], offset: ?>>
  %w1 = vector.transfer_read %tile[%c1, %c0], %zero {in_bounds = [true]} : memref<2x32xf32, strided<[32, 1], offset: ?>>, vector<32xf32>
  %d1 = arith.subf %w1, %sum : vector<32xf32>
  vector.transfer_write %d1, %tile[%c1, %c0] {in_bounds = [true]} : vector<32xf32>, memref<2x32xf32, strided<[32, 1], offset: ?>>
  return
}

// Nothing is fetched early for a loop without sums, nor what is read where only
// the sums say.
// CHECK-LABEL: func.func @nothing(
// CHECK-NOT: memref.prefetch
// CHECK: return
func.func @nothing(%x: memref<64x32xf32>, %out: memref<64x32xf32>) -> vector<32xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  %zeros = arith.constant dense<0.0> : vector<32xf32>
  scf.for %k = %c0 to %c64 step %c1 {
    %v = vector.transfer_read %x[%k, %c0], %zero {in_bounds = [true]} : memref<64x32xf32>, vector<32xf32>
    vector.transfer_write %v, %out[%k, %c0] {in_bounds = [true]} : vector<32xf32>, memref<64x32xf32>
  }
  %w = vector.transfer_read %x[%c0, %c0], %zero {in_bounds = [true]} : memref<64x32xf32>, vector<32xf32>
  %sums:2 = scf.for %k = %c0 to %c64 step %c1 iter_args(%s = %zeros, %at = %c0) -> (vector<32xf32>, index) {
    %next = arith.addi %at, %c1 : index
    scf.yield %w, %next : vector<32xf32>, index
  }
  %late = vector.transfer_read %x[%sums#1, %c0], %zero {in_bounds = [true]} : memref<64x32xf32>, vector<32xf32>
  %all = arith.addf %late, %sums#0 : vector<32xf32>
  return %all : vector<32xf32>
}
