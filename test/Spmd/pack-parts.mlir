// RUN: mlc-opt %s --mlc-pack-parts --split-input-file | FileCheck %s

#step = affine_map<()[s0] -> ((4 ceildiv s0) * 16)>
#size = affine_map<()[s0, s1] -> ((4 ceildiv s0) * 16, -s1 + 64)>

// Memory of the step: a worker's columns are one piece, at the place that they
// have in a batch of the most rows.
// CHECK-LABEL: func.func @of_step(
// CHECK: %[[A:.*]] = memref.alloc(%[[N:.*]]) : memref<?x64xf32>
// CHECK: scf.forall (%[[J:.*]]) = (0) to (64) step
// CHECK: %[[COLUMNS:.*]] = affine.min
// CHECK: %[[MOST:.*]] = arith.constant 5 : index
// CHECK: %[[FROM:.*]] = arith.muli %[[J]], %[[MOST]]
// CHECK: %[[PART:.*]] = memref.reinterpret_cast %[[A]] to offset: [%[[FROM]]], sizes: [%[[N]], %[[COLUMNS]]], strides: [%[[COLUMNS]], 1]
// CHECK: memref.store %{{.*}}, %[[PART]]
// CHECK-NOT: call_begins
// CHECK: return
func.func @of_step(%rows: memref<?xi32> {mlc.role = #mlc.role<rows>}, %x: f32, %workers: index {mlc.role = #mlc.role<workers>})
    attributes {mlc.batch = 5 : i64} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %rows, %c0 : memref<?xi32>
  %a = memref.alloc(%n) : memref<?x64xf32>
  %step = affine.apply #step()[%workers]
  scf.forall (%j) = (0) to (64) step (%step) {
    %columns = affine.min #size()[%workers, %j]
    %part = memref.subview %a[0, %j] [%n, %columns] [1, 1] : memref<?x64xf32> to memref<?x?xf32, strided<[64, 1], offset: ?>>
    memref.store %x, %part[%c0, %c0] : memref<?x?xf32, strided<[64, 1], offset: ?>>
  } {mlc.shards = #mlc.shards<4 x 16>}
  return
}

// -----

#step = affine_map<()[s0] -> ((4 ceildiv s0) * 16)>
#size = affine_map<()[s0, s1] -> ((4 ceildiv s0) * 16, -s1 + 64)>

// A parameter is packed where a call begins and unpacked where it ends, each
// worker its own part; in between nothing touches it.
// CHECK-LABEL: func.func @parameter(
// CHECK-SAME: %[[P:[a-z0-9]+]]: memref<9x64xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[BEGINS:[a-z0-9]+]]: i1 {mlc.role = #mlc.role<call_begins>}, %[[ENDS:[a-z0-9]+]]: i1 {mlc.role = #mlc.role<call_ends>})
// CHECK: %[[STORE:.*]] = memref.alloc() : memref<9x64xf32>
// CHECK: scf.forall (%[[J:.*]]) = (0) to (64) step
// CHECK: scf.if %[[BEGINS]] {
// CHECK: %[[PACKED:.*]] = memref.reinterpret_cast %[[STORE]]
// CHECK: %[[COLUMNS:.*]] = memref.subview %[[P]][0, %[[J]]] [9,
// CHECK: memref.copy %[[COLUMNS]], %[[PACKED]]
// CHECK: scf.forall
// CHECK-NOT: %[[P]]
// CHECK: %[[PART:.*]] = memref.reinterpret_cast %[[STORE]]
// CHECK: memref.store %{{.*}}, %[[PART]]
// CHECK: scf.forall (%[[J:.*]]) = (0) to (64) step
// CHECK: scf.if %[[ENDS]] {
// CHECK: %[[PACKED:.*]] = memref.reinterpret_cast %[[STORE]]
// CHECK: %[[COLUMNS:.*]] = memref.subview %[[P]][0, %[[J]]] [9,
// CHECK: memref.copy %[[PACKED]], %[[COLUMNS]]
func.func @parameter(%p: memref<9x64xf32> {mlc.role = #mlc.role<parameter>}, %x: f32, %workers: index {mlc.role = #mlc.role<workers>})
    attributes {mlc.batch = 5 : i64} {
  %c0 = arith.constant 0 : index
  %step = affine.apply #step()[%workers]
  scf.forall (%j) = (0) to (64) step (%step) {
    %columns = affine.min #size()[%workers, %j]
    %part = memref.subview %p[0, %j] [9, %columns] [1, 1] : memref<9x64xf32> to memref<9x?xf32, strided<[64, 1], offset: ?>>
    memref.store %x, %part[%c0, %c0] : memref<9x?xf32, strided<[64, 1], offset: ?>>
  } {mlc.shards = #mlc.shards<4 x 16>}
  return
}

// -----

#step = affine_map<()[s0] -> ((4 ceildiv s0) * 16)>
#size = affine_map<()[s0, s1] -> ((4 ceildiv s0) * 16, -s1 + 64)>

// What is also read elsewhere stays as it is, and so does all where each worker
// runs whole steps.
// CHECK-LABEL: func.func @read_elsewhere(
// CHECK-NOT: reinterpret_cast
// CHECK-LABEL: func.func @alone(
// CHECK-NOT: reinterpret_cast
// CHECK: return
func.func @read_elsewhere(%p: memref<9x64xf32> {mlc.role = #mlc.role<parameter>}, %x: f32, %workers: index {mlc.role = #mlc.role<workers>}) -> f32
    attributes {mlc.batch = 5 : i64} {
  %c0 = arith.constant 0 : index
  %step = affine.apply #step()[%workers]
  scf.forall (%j) = (0) to (64) step (%step) {
    %columns = affine.min #size()[%workers, %j]
    %part = memref.subview %p[0, %j] [9, %columns] [1, 1] : memref<9x64xf32> to memref<9x?xf32, strided<[64, 1], offset: ?>>
    memref.store %x, %part[%c0, %c0] : memref<9x?xf32, strided<[64, 1], offset: ?>>
  } {mlc.shards = #mlc.shards<4 x 16>}
  %y = memref.load %p[%c0, %c0] : memref<9x64xf32>
  return %y : f32
}
func.func @alone(%p: memref<9x64xf32> {mlc.role = #mlc.role<parameter>}, %x: f32, %workers: index {mlc.role = #mlc.role<workers>})
    attributes {mlc.batch = 5 : i64, mlc.independent} {
  %c0 = arith.constant 0 : index
  %step = affine.apply #step()[%workers]
  scf.forall (%j) = (0) to (64) step (%step) {
    %columns = affine.min #size()[%workers, %j]
    %part = memref.subview %p[0, %j] [9, %columns] [1, 1] : memref<9x64xf32> to memref<9x?xf32, strided<[64, 1], offset: ?>>
    memref.store %x, %part[%c0, %c0] : memref<9x?xf32, strided<[64, 1], offset: ?>>
  } {mlc.shards = #mlc.shards<4 x 16>}
  return
}

// -----

#step = affine_map<()[s0] -> ((2 ceildiv s0) * 32)>
#size = affine_map<()[s0, s1] -> ((2 ceildiv s0) * 32, -s1 + 64)>

// Which shards there are is what the forall says, not what a rule would make.
// CHECK-DAG: #[[UNITS:.*]] = affine_map<()[s0] -> ((2 ceildiv s0) * 32)>
// CHECK-LABEL: func.func @other_shards(
// CHECK: %[[STEP:.*]] = affine.apply #[[UNITS]]()
// CHECK: scf.forall (%{{.*}}) = (0) to (64) step (%[[STEP]])
// CHECK: scf.if
// CHECK: } {mlc.shards = #mlc.shards<2 x 32>}
func.func @other_shards(%p: memref<9x64xf32> {mlc.role = #mlc.role<parameter>}, %x: f32, %workers: index {mlc.role = #mlc.role<workers>})
    attributes {mlc.batch = 5 : i64} {
  %c0 = arith.constant 0 : index
  %step = affine.apply #step()[%workers]
  scf.forall (%j) = (0) to (64) step (%step) {
    %columns = affine.min #size()[%workers, %j]
    %part = memref.subview %p[0, %j] [9, %columns] [1, 1] : memref<9x64xf32> to memref<9x?xf32, strided<[64, 1], offset: ?>>
    memref.store %x, %part[%c0, %c0] : memref<9x?xf32, strided<[64, 1], offset: ?>>
  } {mlc.shards = #mlc.shards<2 x 32>}
  return
}

// -----

#four = affine_map<()[s0] -> ((4 ceildiv s0) * 16)>
#ofFour = affine_map<()[s0, s1] -> ((4 ceildiv s0) * 16, -s1 + 64)>
#two = affine_map<()[s0] -> ((2 ceildiv s0) * 32)>
#ofTwo = affine_map<()[s0, s1] -> ((2 ceildiv s0) * 32, -s1 + 64)>

// Columns that two foralls split otherwise have no one place.
// CHECK-LABEL: func.func @differ(
// CHECK-NOT: reinterpret_cast
// CHECK: return
func.func @differ(%p: memref<9x64xf32> {mlc.role = #mlc.role<parameter>}, %x: f32, %workers: index {mlc.role = #mlc.role<workers>})
    attributes {mlc.batch = 5 : i64} {
  %c0 = arith.constant 0 : index
  %step = affine.apply #four()[%workers]
  scf.forall (%j) = (0) to (64) step (%step) {
    %columns = affine.min #ofFour()[%workers, %j]
    %part = memref.subview %p[0, %j] [9, %columns] [1, 1] : memref<9x64xf32> to memref<9x?xf32, strided<[64, 1], offset: ?>>
    memref.store %x, %part[%c0, %c0] : memref<9x?xf32, strided<[64, 1], offset: ?>>
  } {mlc.shards = #mlc.shards<4 x 16>}
  %other = affine.apply #two()[%workers]
  scf.forall (%j) = (0) to (64) step (%other) {
    %columns = affine.min #ofTwo()[%workers, %j]
    %part = memref.subview %p[0, %j] [9, %columns] [1, 1] : memref<9x64xf32> to memref<9x?xf32, strided<[64, 1], offset: ?>>
    memref.store %x, %part[%c0, %c0] : memref<9x?xf32, strided<[64, 1], offset: ?>>
  } {mlc.shards = #mlc.shards<2 x 32>}
  return
}
