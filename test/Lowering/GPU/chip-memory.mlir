// RUN: mlc-opt %s --pass-pipeline='builtin.module(mlc-chip-memory)' | FileCheck %s

// Two layers, 48 units as 4 shards of 12, of at most 4 blocks.
// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[W:[^:]*]]: memref<10x48xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[V:[^:]*]]: memref<10x48xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[BIAS:[^:]*]]: memref<3xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[WORKERS:[^:]*]]: index {mlc.role = #mlc.role<workers>}
// CHECK-SAME: %[[WORKER:[^:]*]]: index {mlc.role = #mlc.role<worker>}
// CHECK-SAME: %[[SHARED:[^:]*]]: memref<?xi8> {mlc.role = #mlc.role<shared>}
// The shards of w, all of the bias, the sums of one block: with n blocks
// ceil(4 / n) * 480 + 16 + 64, and 5 rows of 12 units of the layer.
// CHECK-SAME: mlc.shared = array<i64: 2960, 1520, 1520, 800>
#step = affine_map<()[s0] -> ((4 ceildiv s0) * 12)>
#count = affine_map<(d0)[s0] -> (-d0 + 48, (4 ceildiv s0) * 12)>
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func private @train_step(%rows: memref<?xi32> {mlc.role = #mlc.role<rows>},
    %w: memref<10x48xf32> {mlc.role = #mlc.role<parameter>}, %v: memref<10x48xf32> {mlc.role = #mlc.role<parameter>},
    %bias: memref<3xf32> {mlc.role = #mlc.role<parameter>},
    %workers: index {mlc.role = #mlc.role<workers>}, %worker: index {mlc.role = #mlc.role<worker>})
    attributes {mlc.batch = 5 : i64, mlc.shard_rule = array<i64: 4, 1, 16>} {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %dim = memref.dim %rows, %c0 : memref<?xi32>
  // The block's columns, addressed as those of the whole matrix.
  // CHECK: %[[RUNS:.*]] = arith.ceildivui %c4{{[_0-9]*}}, %[[WORKERS]]
  // CHECK: %[[UNITS:.*]] = arith.muli %[[RUNS]], %c12
  // CHECK: %[[FIRST:.*]] = arith.muli %[[WORKER]], %[[UNITS]]
  // CHECK: %[[FLAT:.*]] = memref.view %[[SHARED]]
  // CHECK: %[[STRIDE:.*]] = arith.muli %[[UNITS]], %c1{{[_0-9]*}} : index
  // CHECK: %[[BACK:.*]] = arith.muli %[[FIRST]], %c-1
  // CHECK: %[[OWN:.*]] = memref.reinterpret_cast %[[FLAT]] to offset: [%[[BACK]]], sizes: [10, 48], strides: [%[[STRIDE]], 1]
  // CHECK: %[[FROM:.*]] = memref.subview %[[W]][0, %[[FIRST]]] [10, %[[N:[a-z0-9_]+]]]
  // CHECK: %[[TO:.*]] = memref.subview %[[OWN]][0, %[[FIRST]]] [10, %[[N]]]
  // CHECK: linalg.copy {{{.*}}mlc.once = "begin"{{.*}}} ins(%[[FROM]] {{.*}}) outs(%[[TO]]
  // Of what only the first block touches, that alone copies.
  // CHECK: %[[ISFIRST:.*]] = arith.cmpi eq, %[[WORKER]], %c0
  // CHECK: %[[SIZE:.*]] = arith.select %[[ISFIRST]], %c3{{.*}}, %c0
  // CHECK: memref.subview %[[BIAS]][0] [%[[SIZE]]]
  // CHECK: linalg.copy {{{.*}}mlc.once = "begin"
  // CHECK-NOT: linalg.copy
  // What each worker has of its own, and what crosses.
  // CHECK: memref.view %[[SHARED]]{{.*}} to memref<16xf32>
  // CHECK: memref.alloc() {mlc.memory = #mlc.memory<double_buffered>} : memref<4xf32>
  %own = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<16xf32>
  %crossing = memref.alloc() {mlc.memory = #mlc.memory<double_buffered>} : memref<4xf32>
  linalg.fill ins(%one : f32) outs(%own : memref<16xf32>)
  linalg.fill ins(%one : f32) outs(%crossing : memref<4xf32>)
  // CHECK: memref.reinterpret_cast %{{.*}} sizes: [%{{.*}}, 48], strides: [%{{.*}}, 1] : memref<?xf32> to memref<?x48xf32
  %h = memref.alloc(%dim) : memref<?x48xf32>
  // CHECK: scf.forall
  // CHECK: memref.subview %[[OWN]][0, %{{.*}}] [10, %{{.*}}] [1, 1] : memref<10x48xf32, strided<[?, 1], offset: ?>> to memref<10x?xf32, strided<[?, 1], offset: ?>>
  // CHECK: linalg.fill {mlc.elements = 120 : i64, mlc.team = 1 : i64}
  // CHECK: linalg.fill {mlc.elements = 60 : i64, mlc.team = 1 : i64}
  %step = affine.apply #step()[%workers]
  scf.forall (%i) = (0) to (48) step (%step) {
    %n = affine.min #count(%i)[%workers]
    %part = memref.subview %w[0, %i] [10, %n] [1, 1] : memref<10x48xf32> to memref<10x?xf32, strided<[48, 1], offset: ?>>
    linalg.fill ins(%one : f32) outs(%part : memref<10x?xf32, strided<[48, 1], offset: ?>>)
    %units = memref.subview %h[0, %i] [%dim, %n] [1, 1] : memref<?x48xf32> to memref<?x?xf32, strided<[48, 1], offset: ?>>
    linalg.fill ins(%one : f32) outs(%units : memref<?x?xf32, strided<[48, 1], offset: ?>>)
  } {mlc.shards = #mlc.shards<4 x 12>}
  // A matrix that all blocks read stays where it is.
  // CHECK: linalg.copy {{.*}} ins(%[[V]] :
  %all = memref.alloc() {mlc.memory = #mlc.memory<double_buffered>} : memref<10x48xf32>
  linalg.copy ins(%v : memref<10x48xf32>) outs(%all : memref<10x48xf32>)
  linalg.fill {mlc.leader} ins(%one : f32) outs(%bias : memref<3xf32>)
  // CHECK: linalg.copy {{{.*}}mlc.once = "end"
  // CHECK: linalg.copy {{{.*}}mlc.once = "end"
  return
}
