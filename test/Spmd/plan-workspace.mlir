// RUN: mlc-opt %s --allow-unregistered-dialect --mlc-plan-workspace | FileCheck %s
// RUN: mlc-opt %s --allow-unregistered-dialect --mlc-plan-workspace --canonicalize | FileCheck %s --check-prefix=AREAS

// 128 and 64 bytes live together, one after the other at 64-byte boundaries;
// the third buffer lives later and takes the first one's place.
// CHECK-LABEL: func.func @lifetimes(
// CHECK-SAME: %[[WORKSPACE:[a-z0-9]+]]: memref<?xi8> {mlc.role = "workspace"}) {{.*}}mlc.workspace = array<i64: 192, 0>}
// CHECK-NOT: memref.alloc
// CHECK: %[[AT0:.*]] = arith.constant 0 : index
// CHECK: %[[A:.*]] = memref.view %[[WORKSPACE]][%[[AT0]]][] : memref<?xi8> to memref<32xf32>
// CHECK: %[[AT128:.*]] = arith.constant 128 : index
// CHECK: %[[B:.*]] = memref.view %[[WORKSPACE]][%[[AT128]]][] : memref<?xi8> to memref<3xf32>
// CHECK: linalg.fill {{.*}} outs(%[[A]] :
// CHECK: linalg.fill {{.*}} outs(%[[B]] :
// CHECK: memref.load %[[A]]
// CHECK: %[[AGAIN0:.*]] = arith.constant 0 : index
// CHECK: memref.view %[[WORKSPACE]][%[[AGAIN0]]][] : memref<?xi8> to memref<16xf32>
// CHECK: memref.load %[[B]]
func.func @lifetimes(%i: index) -> (f32, f32, f32) attributes {mlc.batch = 4 : i64} {
  %zero = arith.constant 0.0 : f32
  %a = memref.alloc() : memref<32xf32>
  %b = memref.alloc() : memref<3xf32>
  linalg.fill ins(%zero : f32) outs(%a : memref<32xf32>)
  linalg.fill ins(%zero : f32) outs(%b : memref<3xf32>)
  %x = memref.load %a[%i] : memref<32xf32>
  %c = memref.alloc() : memref<16xf32>
  linalg.fill ins(%zero : f32) outs(%c : memref<16xf32>)
  %y = memref.load %b[%i] : memref<3xf32>
  %z = memref.load %c[%i] : memref<16xf32>
  return %x, %y, %z : f32, f32, f32
}

// A view keeps its buffer alive, and so does a use inside of a loop.
// CHECK-LABEL: func.func @views(
// CHECK-SAME: mlc.workspace = array<i64: 192, 0>
// CHECK: %[[AT0:.*]] = arith.constant 0 : index
// CHECK: memref.view %{{.*}}[%[[AT0]]][] : memref<?xi8> to memref<16xf32>
// CHECK: %[[AT64:.*]] = arith.constant 64 : index
// CHECK: memref.view %{{.*}}[%[[AT64]]][] : memref<?xi8> to memref<16xf32>
// CHECK: %[[AT128:.*]] = arith.constant 128 : index
// CHECK: memref.view %{{.*}}[%[[AT128]]][] : memref<?xi8> to memref<16xf32>
func.func @views(%i: index, %n: index) -> f32 attributes {mlc.batch = 4 : i64} {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1 : index
  %a = memref.alloc() : memref<16xf32>
  linalg.fill ins(%zero : f32) outs(%a : memref<16xf32>)
  %square = memref.expand_shape %a [[0, 1]] output_shape [4, 4] : memref<16xf32> into memref<4x4xf32>
  %row = memref.subview %square[0, 0] [1, 4] [1, 1] : memref<4x4xf32> to memref<4xf32, strided<[1]>>
  %b = memref.alloc() : memref<16xf32>
  linalg.fill ins(%zero : f32) outs(%b : memref<16xf32>)
  %c = memref.alloc() : memref<16xf32>
  linalg.fill ins(%zero : f32) outs(%c : memref<16xf32>)
  scf.for %j = %i to %n step %one {
    %v = memref.load %b[%j] : memref<16xf32>
    memref.store %v, %c[%j] : memref<16xf32>
  }
  %x = memref.load %row[%i] : memref<4xf32, strided<[1]>>
  return %x : f32
}

// The batch counts with its most rows: 5 * 3 * 4 bytes, rounded up. What grows
// with a batch's non-zeros comes after it; each area begins at a boundary of its
// own, after all bytes of the areas before.
// AREAS-LABEL: func.func @dynamic(
// AREAS-SAME: %[[ROWS:[a-z0-9]+]]: memref<?xi32> {mlc.role = "rows"}, %[[ROOM:[a-z0-9]+]]: index {mlc.role = "nonzero_capacity"}
// AREAS-SAME: mlc.workspace = array<i64: 256, 16>
// AREAS: %[[N:.*]] = memref.dim %[[ROWS]]
// AREAS: memref.view %{{.*}}[%c0][%[[N]]] : memref<?xi8> to memref<?x3xf32>
// AREAS: memref.view %{{.*}}[%c64][%[[ROOM]]] : memref<?xi8> to memref<?xf64>
// AREAS: %[[BYTES:.*]] = arith.muli %[[ROOM]], %c8
// AREAS: %[[LINES:.*]] = arith.ceildivui %[[BYTES]], %c64
// AREAS: %[[AREA:.*]] = arith.muli %[[LINES]], %c64
// AREAS: %[[SECOND:.*]] = arith.addi %[[AREA]], %c128
// AREAS: memref.view %{{.*}}[%[[SECOND]]][%[[ROOM]]] : memref<?xi8> to memref<?xi32>
// AREAS: %[[BYTES:.*]] = arith.muli %[[ROOM]], %c12
// AREAS: %[[LINES:.*]] = arith.ceildivui %[[BYTES]], %c64
// AREAS: %[[AREA:.*]] = arith.muli %[[LINES]], %c64
// AREAS: %[[THIRD:.*]] = arith.addi %[[AREA]], %c192
// AREAS: memref.view %{{.*}}[%[[THIRD]]][%[[ROOM]]] : memref<?xi8> to memref<?xf32>
func.func @dynamic(%rows: memref<?xi32> {mlc.role = "rows"}, %room: index {mlc.role = "nonzero_capacity"})
    attributes {mlc.batch = 5 : i64} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %rows, %c0 : memref<?xi32>
  %a = memref.alloc(%n) : memref<?x3xf32>
  %b = memref.alloc(%room) : memref<?xf64>
  %c = memref.alloc(%room) : memref<?xi32>
  %d = memref.alloc(%room) : memref<?xf32>
  "test.use"(%a, %b, %c, %d) : (memref<?x3xf32>, memref<?xf64>, memref<?xi32>, memref<?xf32>) -> ()
  return
}
