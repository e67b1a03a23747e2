// RUN: mlc-opt %s --mlc-row-owners --split-input-file | FileCheck %s

#row = affine_map<(r) -> (r)>
#scalar = affine_map<(r) -> ()>
#both = affine_map<(u, r) -> (u, r)>
#unit = affine_map<(u, r) -> (u)>
#own = affine_map<(u) -> (u)>
#empty = affine_map<() -> ()>
#share = affine_map<()[s0] -> (16 ceildiv s0)>
#left = affine_map<(d0)[s0] -> (-d0 + 16, 16 ceildiv s0)>

// The copy is what follows: the step itself stays. In it a loop over rows adds
// the sums of a row and computes its error, which all units read; the bias, of
// which all owners of rows need the newest, is each worker's own.
// CHECK-LABEL: func.func private @train_step(
// CHECK-NOT: mlc.rows
// CHECK-LABEL: func.func private @train_step_by_words(
// CHECK-SAME: %[[ROWS:[a-z0-9]*]]: memref<?xi32>
// CHECK-SAME: %[[BIAS:[a-z0-9]*]]: memref<1xf32>
// CHECK: %[[OWN:.*]] = memref.alloc() {mlc.copy_of = 1 : i64, mlc.memory = #mlc.memory<private>} : memref<1xf32>
// CHECK: %[[VALUE:.*]] = memref.collapse_shape %[[OWN]] []
// CHECK: scf.forall (%{{.*}}) = (0) to (16)
// CHECK: linalg.generic
// CHECK: } {mlc.shards = #mlc.shards<16 x 1>}
// CHECK: %[[COUNT:.*]] = memref.dim %[[ROWS]], %{{.*}}
// CHECK: %[[SHARE:.*]] = affine.apply {{.*}}()[%{{.*}}]
// CHECK: scf.forall (%[[FIRST:.*]]) = (0) to (8) step (%[[SHARE]]) {
// CHECK: %[[BEFORE:.*]] = arith.minui %[[FIRST]], %[[COUNT]] : index
// CHECK: %[[LEFT:.*]] = arith.subi %[[COUNT]], %[[BEFORE]] : index
// CHECK: %[[SIZE:.*]] = arith.minui %[[LEFT]], %[[SHARE]] : index
// CHECK: %[[Y:.*]] = memref.subview %{{.*}}[%[[FIRST]]] [%[[SIZE]]] [1] : memref<?xf32>
// CHECK: %[[SUMS:.*]] = memref.subview %{{.*}}[0, %[[FIRST]]] [16, %[[SIZE]]] [1, 1] : memref<16x?xf32>
// CHECK: linalg.generic {{.*}} ins(%[[VALUE]] : memref<f32>) outs(%[[Y]] :
// CHECK: %[[PLACE:.*]] = linalg.index 0
// CHECK: memref.load %[[SUMS]][%{{.*}}, %[[PLACE]]]
// CHECK: %[[ERROR:.*]] = memref.subview %[[ALL:.*]][%[[FIRST]]] [%[[SIZE]]] [1] : memref<?xf32>
// CHECK: linalg.generic {{.*}} ins(%[[Y]] :{{.*}} outs(%[[ERROR]] :
// What is not of these buffers has the number of the batch's row.
// CHECK: %[[PLACE:.*]] = linalg.index 0
// CHECK: %[[NUMBER:.*]] = arith.addi %[[PLACE]], %[[FIRST]] : index
// CHECK: memref.load %[[ROWS]][%[[NUMBER]]]
// CHECK: } {mlc.rows, mlc.shards = #mlc.shards<8 x 1>}
// CHECK: scf.forall (%{{.*}}) = (0) to (16)
// CHECK: memref.load %[[ALL]]
// CHECK: linalg.generic {{.*}} outs(%[[VALUE]] : memref<f32>)
func.func private @train_step(%rows: memref<?xi32> {mlc.role = #mlc.role<rows>}, %bias: memref<1xf32> {mlc.role = #mlc.role<parameter>},
                              %w: memref<16xf32> {mlc.role = #mlc.role<parameter>}, %workers: index {mlc.role = #mlc.role<workers>})
    attributes {mlc.batch = 8 : i64, mlc.shard_rule = array<i64: 128, 1, 16>} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant 0.0 : f32
  %n = memref.dim %rows, %c0 : memref<?xi32>
  %value = memref.collapse_shape %bias [] : memref<1xf32> into memref<f32>
  %sums = memref.alloc(%n) : memref<16x?xf32>
  %y = memref.alloc(%n) : memref<?xf32>
  %e = memref.alloc(%n) : memref<?xf32>
  %units = affine.apply #share()[%workers]
  scf.forall (%u) = (0) to (16) step (%units) {
    %count = affine.min #left(%u)[%workers]
    %ws = memref.subview %w[%u] [%count] [1] : memref<16xf32> to memref<?xf32, strided<[1], offset: ?>>
    %own = memref.subview %sums[%u, 0] [%count, %n] [1, 1] : memref<16x?xf32> to memref<?x?xf32, strided<[?, 1], offset: ?>>
    linalg.generic {indexing_maps = [#unit, #both], iterator_types = ["parallel", "parallel"]}
        ins(%ws : memref<?xf32, strided<[1], offset: ?>>) outs(%own : memref<?x?xf32, strided<[?, 1], offset: ?>>) {
    ^bb0(%a: f32, %unset: f32):
      linalg.yield %a : f32
    }
  } {mlc.shards = #mlc.shards<16 x 1>}
  linalg.generic {indexing_maps = [#scalar, #row], iterator_types = ["parallel"]} ins(%value : memref<f32>) outs(%y : memref<?xf32>) {
  ^bb0(%a: f32, %unset: f32):
    %row = linalg.index 0 : index
    %sum = scf.for %i = %c0 to %c16 step %c1 iter_args(%s = %a) -> (f32) {
      %x = memref.load %sums[%i, %row] : memref<16x?xf32>
      %t = arith.addf %s, %x : f32
      scf.yield %t : f32
    } {mlc.combiners = ["arith.addf"]}
    linalg.yield %sum : f32
  }
  linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel"]} ins(%y : memref<?xf32>) outs(%e : memref<?xf32>) {
  ^bb0(%a: f32, %unset: f32):
    %row = linalg.index 0 : index
    %number = memref.load %rows[%row] : memref<?xi32>
    %label = arith.sitofp %number : i32 to f32
    %d = arith.subf %a, %label : f32
    linalg.yield %d : f32
  }
  scf.forall (%u) = (0) to (16) step (%units) {
    %count = affine.min #left(%u)[%workers]
    %ws = memref.subview %w[%u] [%count] [1] : memref<16xf32> to memref<?xf32, strided<[1], offset: ?>>
    linalg.generic {indexing_maps = [#own], iterator_types = ["parallel"]} outs(%ws : memref<?xf32, strided<[1], offset: ?>>) {
    ^bb0(%a: f32):
      %g = memref.load %e[%c0] : memref<?xf32>
      %d = arith.subf %a, %g : f32
      linalg.yield %d : f32
    }
  } {mlc.shards = #mlc.shards<16 x 1>}
  linalg.generic {indexing_maps = [#empty], iterator_types = []} outs(%value : memref<f32>) {
  ^bb0(%a: f32):
    %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %a) -> (f32) {
      %x = memref.load %e[%i] : memref<?xf32>
      %t = arith.subf %s, %x : f32
      scf.yield %t : f32
    }
    linalg.yield %sum : f32
  }
  return
}


// -----

// Where no sums of all shards are added row by row, there is no copy.
// CHECK-LABEL: func.func private @train_step(
// CHECK-NOT: train_step_by_words
#own = affine_map<(u) -> (u)>
func.func private @train_step(%rows: memref<?xi32> {mlc.role = #mlc.role<rows>}, %w: memref<16xf32> {mlc.role = #mlc.role<parameter>},
                              %workers: index {mlc.role = #mlc.role<workers>}) attributes {mlc.batch = 8 : i64} {
  %two = arith.constant 2.0 : f32
  linalg.generic {indexing_maps = [#own], iterator_types = ["parallel"]} outs(%w : memref<16xf32>) {
  ^bb0(%a: f32):
    %d = arith.mulf %a, %two : f32
    linalg.yield %d : f32
  }
  return
}
