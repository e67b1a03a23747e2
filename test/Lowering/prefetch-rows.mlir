// RUN: mlc-opt %s --mlc-prefetch-rows | FileCheck %s

// The row whose turn is four later, or the last one: 3 lines of its column numbers,
// 32 a line, and of its values, 16 a line, or the last numbers that there are.
// CHECK-DAG: #[[LATER:.*]] = affine_map<()[s0, s1] -> (s0 + 4, s1 - 1)>
// CHECK-DAG: #[[FIRST:.*]] = affine_map<()[s0, s1] -> (s0, s1 - 1)>
// CHECK-DAG: #[[SECOND:.*]] = affine_map<()[s0, s1] -> (s0 + 32, s1 - 1)>
// CHECK-DAG: #[[THIRD:.*]] = affine_map<()[s0, s1] -> (s0 + 64, s1 - 1)>
// CHECK-DAG: #[[SECOND_VALUE:.*]] = affine_map<()[s0, s1] -> (s0 + 16, s1 - 1)>
// CHECK-LABEL: func.func @rows(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: memref<?xi32>, %[[INDPTR:[a-z0-9]+]]: memref<?xi64>, %[[INDICES:[a-z0-9]+]]: memref<?xi16>, %[[VALUES:[a-z0-9]+]]: memref<?xf32>
// CHECK: scf.for %[[I:.*]] = %c0 to %[[N:.*]] step %c1
// CHECK: %[[LATE:.*]] = affine.min #[[LATER]]()[%[[I]], %[[N]]]
// CHECK: %[[ROW:.*]] = memref.load %[[ROWS]][%[[LATE]]]
// CHECK: %[[NUMBER:.*]] = arith.index_castui %[[ROW]]
// CHECK: %[[BEGIN:.*]] = memref.load %[[INDPTR]][%[[NUMBER]]]
// CHECK: %[[FROM:.*]] = arith.index_castui %[[BEGIN]]
// CHECK: %[[SIZE:.*]] = memref.dim %[[VALUES]]
// CHECK: affine.min #[[FIRST]]()[%[[FROM]], %[[SIZE]]]
// CHECK: %[[PLACE:.*]] = arith.maxsi
// CHECK: memref.prefetch %[[VALUES]][%[[PLACE]]], read
// CHECK: affine.min #[[SECOND_VALUE]]()[%[[FROM]], %[[SIZE]]]
// CHECK: memref.prefetch %[[VALUES]]
// CHECK: memref.prefetch %[[VALUES]]
// CHECK: affine.min #[[FIRST]]
// CHECK: memref.prefetch %[[INDICES]]
// CHECK: affine.min #[[SECOND]]
// CHECK: memref.prefetch %[[INDICES]]
// CHECK: affine.min #[[THIRD]]
// CHECK: memref.prefetch %[[INDICES]]
// CHECK-NOT: memref.prefetch
// CHECK: scf.for
// CHECK-NOT: memref.prefetch
// CHECK: return
func.func @rows(%rows: memref<?xi32>, %indptr: memref<?xi64>, %indices: memref<?xi16>, %values: memref<?xf32>,
                %w: memref<1000xf32>, %out: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %n = memref.dim %rows, %c0 : memref<?xi32>
  scf.for %i = %c0 to %n step %c1 {
    %row = memref.load %rows[%i] : memref<?xi32>
    %number = arith.index_castui %row : i32 to index
    %first = memref.load %indptr[%number] : memref<?xi64>
    %begin = arith.index_castui %first : i64 to index
    %next = arith.addi %number, %c1 : index
    %last = memref.load %indptr[%next] : memref<?xi64>
    %end = arith.index_castui %last : i64 to index
    %sum = scf.for %p = %begin to %end step %c1 iter_args(%s = %zero) -> (f32) {
      %v = memref.load %values[%p] : memref<?xf32>
      %c = memref.load %indices[%p] : memref<?xi16>
      %column = arith.index_castui %c : i16 to index
      %weight = memref.load %w[%column] : memref<1000xf32>
      %t = math.fma %v, %weight, %s : f32
      scf.yield %t : f32
    }
    memref.store %sum, %out[%i] : memref<?xf32>
  }
  return
}

// Rows in the file's order need no help.
// CHECK-LABEL: func.func @in_order(
// CHECK-NOT: memref.prefetch
// CHECK: return
func.func @in_order(%indptr: memref<?xi64>, %values: memref<?xf32>, %out: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %n = memref.dim %out, %c0 : memref<?xf32>
  scf.for %i = %c0 to %n step %c1 {
    %first = memref.load %indptr[%i] : memref<?xi64>
    %begin = arith.index_castui %first : i64 to index
    %next = arith.addi %i, %c1 : index
    %last = memref.load %indptr[%next] : memref<?xi64>
    %end = arith.index_castui %last : i64 to index
    %sum = scf.for %p = %begin to %end step %c1 iter_args(%s = %zero) -> (f32) {
      %v = memref.load %values[%p] : memref<?xf32>
      %t = arith.addf %v, %s : f32
      scf.yield %t : f32
    }
    memref.store %sum, %out[%i] : memref<?xf32>
  }
  return
}
