// RUN: mlc-opt %s --allow-unregistered-dialect --mlc-plan-workspace --canonicalize | FileCheck %s

// What workers share never shares space, since they are not always at one place:
// 128, 64 and 64 bytes, each at a 64-byte boundary.
// CHECK-LABEL: func.func @shared(
// CHECK-SAME: %[[WORKSPACE:[a-z0-9]+]]: memref<?xi8> {mlc.role = #mlc.role<workspace>}) {{.*}}mlc.workspace = array<i64: 256, 0, 0>}
// CHECK-NOT: memref.alloc
// CHECK: %[[A:.*]] = memref.view %[[WORKSPACE]][%c0][] : memref<?xi8> to memref<32xf32>
// CHECK: %[[B:.*]] = memref.view %[[WORKSPACE]][%c128][] : memref<?xi8> to memref<3xf32>
// CHECK: linalg.fill {{.*}} outs(%[[A]] :
// CHECK: linalg.fill {{.*}} outs(%[[B]] :
// CHECK: memref.load %[[A]]
// CHECK: memref.view %[[WORKSPACE]][%c192][] : memref<?xi8> to memref<16xf32>
// CHECK: memref.load %[[B]]
func.func @shared(%i: index) -> (f32, f32, f32) attributes {mlc.batch = 4 : i64} {
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

// Of a worker's own buffers, 128 and 64 bytes live together; the third lives
// later and takes the first one's place. A worker's part is behind what is
// shared and behind those of the workers before it.
// CHECK-LABEL: func.func @own(
// CHECK-SAME: %[[WORKER:[a-z0-9]+]]: index {mlc.role = #mlc.role<worker>}, %[[WORKSPACE:[a-z0-9]+]]: memref<?xi8> {mlc.role = #mlc.role<workspace>}) {{.*}}mlc.workspace = array<i64: 64, 192, 0>}
// CHECK-NOT: memref.alloc
// CHECK: %[[BEFORE:.*]] = arith.muli %[[WORKER]], %c192
// CHECK: %[[BASE:.*]] = arith.addi %[[BEFORE]], %c64
// CHECK: memref.view %[[WORKSPACE]][%c0][] : memref<?xi8> to memref<2xf32>
// CHECK: %[[A:.*]] = memref.view %[[WORKSPACE]][%[[BASE]]][] : memref<?xi8> to memref<32xf32>
// CHECK: %[[NEXT:.*]] = arith.addi %[[BEFORE]], %c192
// CHECK: %[[B:.*]] = memref.view %[[WORKSPACE]][%[[NEXT]]][] : memref<?xi8> to memref<3xf32>
// CHECK: memref.load %[[A]]
// CHECK: memref.view %[[WORKSPACE]][%[[BASE]]][] : memref<?xi8> to memref<16xf32>
// CHECK: memref.load %[[B]]
func.func @own(%i: index, %worker: index {mlc.role = #mlc.role<worker>}) -> (f32, f32, f32, f32) attributes {mlc.batch = 4 : i64} {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<2xf32>
  %a = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<32xf32>
  %b = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<3xf32>
  linalg.fill ins(%zero : f32) outs(%a : memref<32xf32>)
  linalg.fill ins(%zero : f32) outs(%b : memref<3xf32>)
  %x = memref.load %a[%i] : memref<32xf32>
  %c = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<16xf32>
  linalg.fill ins(%zero : f32) outs(%c : memref<16xf32>)
  %y = memref.load %b[%i] : memref<3xf32>
  %z = memref.load %c[%i] : memref<16xf32>
  %w = memref.load %s[%i] : memref<2xf32>
  return %x, %y, %z, %w : f32, f32, f32, f32
}

// A view keeps its buffer alive, and so does a use inside of a loop.
// CHECK-LABEL: func.func @views(
// CHECK-SAME: %[[WORKER:[a-z0-9]+]]: index {mlc.role = #mlc.role<worker>}
// CHECK-SAME: mlc.workspace = array<i64: 0, 192, 0>
// CHECK: %[[BASE:.*]] = arith.muli %[[WORKER]], %c192
// CHECK: memref.view %{{.*}}[%[[BASE]]][] : memref<?xi8> to memref<16xf32>
// CHECK: %[[SECOND:.*]] = arith.addi %[[BASE]], %c64
// CHECK: memref.view %{{.*}}[%[[SECOND]]][] : memref<?xi8> to memref<16xf32>
// CHECK: %[[THIRD:.*]] = arith.addi %[[BASE]], %c128
// CHECK: memref.view %{{.*}}[%[[THIRD]]][] : memref<?xi8> to memref<16xf32>
func.func @views(%i: index, %n: index, %worker: index {mlc.role = #mlc.role<worker>}) -> f32 attributes {mlc.batch = 4 : i64} {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1 : index
  %a = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<16xf32>
  linalg.fill ins(%zero : f32) outs(%a : memref<16xf32>)
  %square = memref.expand_shape %a [[0, 1]] output_shape [4, 4] : memref<16xf32> into memref<4x4xf32>
  %row = memref.subview %square[0, 0] [1, 4] [1, 1] : memref<4x4xf32> to memref<4xf32, strided<[1]>>
  %b = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<16xf32>
  linalg.fill ins(%zero : f32) outs(%b : memref<16xf32>)
  %c = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<16xf32>
  linalg.fill ins(%zero : f32) outs(%c : memref<16xf32>)
  scf.for %j = %i to %n step %one {
    %v = memref.load %b[%j] : memref<16xf32>
    memref.store %v, %c[%j] : memref<16xf32>
  }
  %x = memref.load %row[%i] : memref<4xf32, strided<[1]>>
  return %x : f32
}

// Two copies: the second, 64 bytes on, in odd steps.
// CHECK-LABEL: func.func @turns(
// CHECK-SAME: %[[STEP:[a-z0-9]+]]: i64 {mlc.role = #mlc.role<step>}
// CHECK-SAME: mlc.workspace = array<i64: 192, 0, 0>
// CHECK: %[[NUMBER:.*]] = arith.index_cast %[[STEP]]
// CHECK: %[[IS_ODD:.*]] = arith.andi %[[NUMBER]], %c1
// CHECK: %[[PLACE:.*]] = arith.muli %[[IS_ODD]], %c64
// CHECK: memref.view %{{.*}}[%[[PLACE]]][] : memref<?xi8> to memref<5xf32>
// CHECK: memref.view %{{.*}}[%c128][] : memref<?xi8> to memref<3xf32>
func.func @turns(%step: i64 {mlc.role = #mlc.role<step>}) attributes {mlc.batch = 4 : i64} {
  %a = memref.alloc() {mlc.memory = #mlc.memory<double_buffered>} : memref<5xf32>
  %b = memref.alloc() : memref<3xf32>
  "test.use"(%a, %b) : (memref<5xf32>, memref<3xf32>) -> ()
  return
}

// The batch counts with its most rows: 5 * 3 * 4 bytes, rounded up. What grows
// with a batch's non-zeros is at the end of a worker's part; each area begins at
// a boundary of its own, after all bytes of the areas before. A worker's part is
// rounded up to whole lines.
// CHECK-LABEL: func.func @dynamic(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: memref<?xi32> {mlc.role = #mlc.role<rows>}, %[[ROOM:[a-z0-9]+]]: index {mlc.role = #mlc.role<nonzero_capacity>}, %[[WORKER:[a-z0-9]+]]: index
// CHECK-SAME: mlc.workspace = array<i64: 0, 256, 16>
// CHECK: %[[MORE:.*]] = arith.muli %[[ROOM]], %c16
// CHECK: %[[BYTES:.*]] = arith.addi %[[MORE]], %c256
// CHECK: %[[LINES:.*]] = arith.ceildivui %[[BYTES]], %c64
// CHECK: %[[SIZE:.*]] = arith.muli %[[LINES]], %c64
// CHECK: %[[BASE:.*]] = arith.muli %[[WORKER]], %[[SIZE]]
// CHECK: %[[N:.*]] = memref.dim %[[ROWS]]
// CHECK: memref.view %{{.*}}[%[[BASE]]][%[[N]]] : memref<?xi8> to memref<?x3xf32>
// CHECK: %[[FIRST:.*]] = arith.addi %[[BASE]], %c64
// CHECK: memref.view %{{.*}}[%[[FIRST]]][%[[ROOM]]] : memref<?xi8> to memref<?xf64>
// CHECK: %[[BYTES:.*]] = arith.muli %[[ROOM]], %c8
// CHECK: %[[LINES:.*]] = arith.ceildivui %[[BYTES]], %c64
// CHECK: %[[AREA:.*]] = arith.muli %[[LINES]], %c64
// CHECK: %[[PLACE:.*]] = arith.addi %[[AREA]], %c128
// CHECK: %[[SECOND:.*]] = arith.addi %[[BASE]], %[[PLACE]]
// CHECK: memref.view %{{.*}}[%[[SECOND]]][%[[ROOM]]] : memref<?xi8> to memref<?xi32>
// CHECK: %[[BYTES:.*]] = arith.muli %[[ROOM]], %c12
// CHECK: %[[LINES:.*]] = arith.ceildivui %[[BYTES]], %c64
// CHECK: %[[AREA:.*]] = arith.muli %[[LINES]], %c64
// CHECK: %[[PLACE:.*]] = arith.addi %[[AREA]], %c192
// CHECK: %[[THIRD:.*]] = arith.addi %[[BASE]], %[[PLACE]]
// CHECK: memref.view %{{.*}}[%[[THIRD]]][%[[ROOM]]] : memref<?xi8> to memref<?xf32>
func.func @dynamic(%rows: memref<?xi32> {mlc.role = #mlc.role<rows>}, %room: index {mlc.role = #mlc.role<nonzero_capacity>},
                   %worker: index {mlc.role = #mlc.role<worker>}) attributes {mlc.batch = 5 : i64} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %rows, %c0 : memref<?xi32>
  %a = memref.alloc(%n) {mlc.memory = #mlc.memory<private>} : memref<?x3xf32>
  %b = memref.alloc(%room) {mlc.memory = #mlc.memory<private>} : memref<?xf64>
  %c = memref.alloc(%room) {mlc.memory = #mlc.memory<private>} : memref<?xi32>
  %d = memref.alloc(%room) {mlc.memory = #mlc.memory<private>} : memref<?xf32>
  "test.use"(%a, %b, %c, %d) : (memref<?x3xf32>, memref<?xf64>, memref<?xi32>, memref<?xf32>) -> ()
  return
}

// Sizes that are computed have the bound that follows from that of what they are
// computed from: 2 * 5 and 5 * 7 rows.
// CHECK-LABEL: func.func @computed(
// CHECK-SAME: mlc.workspace = array<i64: 704, 0, 0>
func.func @computed(%rows: memref<?xi32> {mlc.role = #mlc.role<rows>}, %length: index {mlc.role = #mlc.role<length>})
    attributes {mlc.batch = 5 : i64, mlc.length = 7 : i64} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %rows, %c0 : memref<?xi32>
  %twice = arith.addi %n, %n : index
  %all = affine.apply affine_map<()[s0, s1] -> (s0 * s1)>()[%n, %length]
  %a = memref.alloc(%twice) : memref<?x1xf32>
  %b = memref.alloc(%n, %length) : memref<?x?x2xf32>
  %c = memref.alloc(%all) : memref<?x2xf32>
  "test.use"(%a, %b, %c) : (memref<?x1xf32>, memref<?x?x2xf32>, memref<?x2xf32>) -> ()
  return
}

// A flag takes a byte.
// CHECK-LABEL: func.func @flags(
// CHECK-SAME: mlc.workspace = array<i64: 128, 0, 0>
func.func @flags(%rows: memref<?xi32> {mlc.role = #mlc.role<rows>}) attributes {mlc.batch = 5 : i64} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %rows, %c0 : memref<?xi32>
  %a = memref.alloc(%n) : memref<?x13xi1>
  "test.use"(%a) : (memref<?x13xi1>) -> ()
  return
}

// Room for non-zeros that workers share lies in the first one's part.
// CHECK-LABEL: func.func @shared_room(
// CHECK-SAME: mlc.workspace = array<i64: 64, 64, 4>
// CHECK: memref.view %{{.*}}[%c0][] : memref<?xi8> to memref<3xf32>
// CHECK: memref.view %{{.*}}[%c64][%{{.*}}] : memref<?xi8> to memref<?xf32>
func.func @shared_room(%room: index {mlc.role = #mlc.role<nonzero_capacity>}, %worker: index {mlc.role = #mlc.role<worker>})
    attributes {mlc.batch = 5 : i64} {
  %a = memref.alloc() : memref<3xf32>
  %b = memref.alloc(%room) : memref<?xf32>
  "test.use"(%a, %b) : (memref<3xf32>, memref<?xf32>) -> ()
  return
}

// A copy that bufferization left is a loop that knows no library; who does it
// stays.
// CHECK-LABEL: func.func @copy(
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<8xf32>, %[[Y:[a-z0-9]+]]: memref<8xf32>
// CHECK: linalg.copy {mlc.leader} ins(%[[X]] : {{.*}}) outs(%[[Y]] :
// CHECK-NOT: memref.copy
// CHECK: return
func.func @copy(%x: memref<8xf32>, %y: memref<8xf32>) attributes {mlc.batch = 5 : i64} {
  memref.copy %x, %y {mlc.leader} : memref<8xf32> to memref<8xf32>
  return
}
