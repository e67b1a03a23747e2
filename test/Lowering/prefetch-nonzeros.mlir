// RUN: mlc-opt %s --mlc-prefetch-rows | FileCheck %s

// The row or record of the non-zero whose turn is 32 later, or of the last one;
// not of a weight that stays in a near cache.

// CHECK: #[[LATER:.*]] = affine_map<()[s0, s1] -> (s0 + 32, s1 - 1)>
// CHECK-LABEL: func.func @large(
// CHECK-SAME: %[[INDICES:[a-z0-9]+]]: memref<?xi32>, %[[RECORDS:[a-z0-9]+]]: memref<1000064xi8>
// CHECK: scf.for %[[P:.*]] = %{{.*}} to %[[END:.*]] step
// CHECK: %[[LATE:.*]] = affine.min #[[LATER]]()[%[[P]], %[[END]]]
// CHECK: %[[COLUMN:.*]] = memref.load %[[INDICES]][%[[LATE]]]
// CHECK: %[[NUMBER:.*]] = arith.index_castui %[[COLUMN]]
// CHECK: %[[PLACE:.*]] = arith.muli %[[NUMBER]]
// CHECK: memref.prefetch %[[RECORDS]][%[[PLACE]]], read
// CHECK: vector.transfer_read

// A row of 20 columns has two cache lines.

// CHECK-LABEL: func.func @matrix(
// CHECK-SAME: %[[INDICES:[a-z0-9]+]]: memref<?xi32>, %[[WEIGHT:[a-z0-9]+]]: memref<10000x20xf32>
// CHECK: scf.for %[[P:.*]] = %{{.*}} to %[[END:.*]] step
// CHECK: %[[LATE:.*]] = affine.min #[[LATER]]()[%[[P]], %[[END]]]
// CHECK: %[[COLUMN:.*]] = memref.load %[[INDICES]][%[[LATE]]]
// CHECK: %[[NUMBER:.*]] = arith.index_castui %[[COLUMN]]
// CHECK: memref.prefetch %[[WEIGHT]][%[[NUMBER]], %c0{{.*}}], read
// CHECK: memref.prefetch %[[WEIGHT]][%[[NUMBER]], %c16{{.*}}], read
// CHECK: vector.transfer_read
// CHECK-LABEL: func.func @small(
// CHECK-NOT: memref.prefetch
func.func @large(%indices: memref<?xi32>, %records: memref<1000064xi8>, %begin: index, %end: index, %init: vector<4xi8>) -> vector<4xi8> {
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0 : i8
  %sum = scf.for %p = %begin to %end step %c1 iter_args(%s = %init) -> (vector<4xi8>) {
    %c = memref.load %indices[%p] : memref<?xi32>
    %column = arith.index_castui %c : i32 to index
    %place = arith.muli %column, %c20 : index
    %scale = vector.transfer_read %records[%place], %zero {in_bounds = [true]} : memref<1000064xi8>, vector<4xi8>
    %t = arith.addi %s, %scale : vector<4xi8>
    scf.yield %t : vector<4xi8>
  }
  return %sum : vector<4xi8>
}

func.func @matrix(%indices: memref<?xi32>, %weight: memref<10000x20xf32>, %begin: index, %end: index, %init: vector<20xf32>) -> vector<20xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %sum = scf.for %p = %begin to %end step %c1 iter_args(%s = %init) -> (vector<20xf32>) {
    %c = memref.load %indices[%p] : memref<?xi32>
    %column = arith.index_castui %c : i32 to index
    %row = vector.transfer_read %weight[%column, %c0], %zero {in_bounds = [true]} : memref<10000x20xf32>, vector<20xf32>
    %t = arith.addf %s, %row : vector<20xf32>
    scf.yield %t : vector<20xf32>
  }
  return %sum : vector<20xf32>
}

func.func @small(%indices: memref<?xi32>, %records: memref<20064xi8>, %begin: index, %end: index, %init: vector<4xi8>) -> vector<4xi8> {
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  %zero = arith.constant 0 : i8
  %sum = scf.for %p = %begin to %end step %c1 iter_args(%s = %init) -> (vector<4xi8>) {
    %c = memref.load %indices[%p] : memref<?xi32>
    %column = arith.index_castui %c : i32 to index
    %place = arith.muli %column, %c20 : index
    %scale = vector.transfer_read %records[%place], %zero {in_bounds = [true]} : memref<20064xi8>, vector<4xi8>
    %t = arith.addi %s, %scale : vector<4xi8>
    scf.yield %t : vector<4xi8>
  }
  return %sum : vector<4xi8>
}
