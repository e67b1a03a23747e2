// RUN: mlc-opt %s --mlc-sink-reads | FileCheck %s

// What is read goes to where it is needed, with what gives it another shape.
// CHECK-LABEL: func.func @needed(
// CHECK-SAME: %[[A:.*]]: memref<8xf32>, %[[B:.*]]: memref<8xf32>, %[[G:.*]]: vector<1x8xf32>)
// CHECK: %[[FIRST:.*]] = vector.transfer_read %[[A]]
// CHECK-NEXT: %[[WIDE:.*]] = vector.broadcast %[[FIRST]]
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[WIDE]], %[[G]]
// CHECK-NEXT: %[[SECOND:.*]] = vector.transfer_read %[[B]]
// CHECK-NEXT: %[[OTHER:.*]] = vector.broadcast %[[SECOND]]
// CHECK-NEXT: arith.subf %[[OTHER]], %[[SUM]]
func.func @needed(%a: memref<8xf32>, %b: memref<8xf32>, %g: vector<1x8xf32>) -> vector<1x8xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %0 = vector.transfer_read %a[%c0], %zero {in_bounds = [true]} : memref<8xf32>, vector<8xf32>
  %1 = vector.broadcast %0 : vector<8xf32> to vector<1x8xf32>
  %2 = vector.transfer_read %b[%c0], %zero {in_bounds = [true]} : memref<8xf32>, vector<8xf32>
  %3 = vector.broadcast %2 : vector<8xf32> to vector<1x8xf32>
  %4 = arith.addf %1, %g : vector<1x8xf32>
  %5 = arith.subf %3, %4 : vector<1x8xf32>
  return %5 : vector<1x8xf32>
}

// Nothing is read after a write, even of another buffer: two may be one.
// CHECK-LABEL: func.func @written(
// CHECK: vector.transfer_read
// CHECK-NEXT: vector.transfer_write
// CHECK-NEXT: return
func.func @written(%a: memref<8xf32>, %b: memref<8xf32>, %g: vector<8xf32>) -> vector<8xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %0 = vector.transfer_read %a[%c0], %zero {in_bounds = [true]} : memref<8xf32>, vector<8xf32>
  vector.transfer_write %g, %b[%c0] {in_bounds = [true]} : vector<8xf32>, memref<8xf32>
  return %0 : vector<8xf32>
}

// A loop that only reads is passed, one that writes or that uses it is not.
// CHECK-LABEL: func.func @loops(
// CHECK: scf.for
// CHECK: memref.load
// CHECK: vector.transfer_read
// CHECK-NEXT: scf.for
// CHECK: memref.store
// CHECK: return
func.func @loops(%a: memref<8xf32>, %b: memref<?xf32>, %n: index) -> (vector<8xf32>, f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %0 = vector.transfer_read %a[%c0], %zero {in_bounds = [true]} : memref<8xf32>, vector<8xf32>
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> (f32) {
    %1 = memref.load %b[%i] : memref<?xf32>
    %2 = arith.addf %s, %1 : f32
    scf.yield %2 : f32
  }
  scf.for %i = %c0 to %n step %c1 {
    memref.store %sum, %b[%i] : memref<?xf32>
  }
  return %0, %sum : vector<8xf32>, f32
}
