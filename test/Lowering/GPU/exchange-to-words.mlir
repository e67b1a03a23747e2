// RUN: mlc-opt %s --mlc-row-owners --mlc-place-barriers --mlc-exchange-to-words | FileCheck %s
// RUN: mlc-opt %s --mlc-set-costs=costs=most-words=23 --mlc-row-owners --mlc-place-barriers --mlc-exchange-to-words | FileCheck %s --check-prefix=MANY

#row = affine_map<(r) -> (r)>
#scalar = affine_map<(r) -> ()>
#both = affine_map<(u, r) -> (u, r)>
#unit = affine_map<(u, r) -> (u)>
#own = affine_map<(u) -> (u)>
#empty = affine_map<() -> ()>
#share = affine_map<()[s0] -> (16 ceildiv s0)>
#left = affine_map<(d0)[s0] -> (-d0 + 16, 16 ceildiv s0)>

// The step of row-owners.mlir. Sums of a unit are published for each row, and a
// row's owner awaits those of all units into the part of the buffer that it has
// for itself; errors are published for all, who await them before they read
// them. The leader sets words to 0 where a launch begins.
// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: mlc.by_words
// CHECK-NOT: spmd.exchange
// CHECK-NOT: double_buffered
// CHECK-DAG: %[[OF_ROWS:.*]] = memref.alloc() : memref<8xi64>
// CHECK-DAG: %[[OF_UNITS:.*]] = memref.alloc() : memref<8x16xi64>
// CHECK-DAG: linalg.fill {mlc.once = "begin"} ins(%{{.*}} : i64) outs(%{{.*}} : memref<?xi64
// CHECK-DAG: linalg.fill {mlc.once = "begin"} ins(%{{.*}} : i64) outs(%{{.*}} : memref<?x16xi64
// CHECK: scf.forall (%{{.*}}) = (0) to (16)
// CHECK: scf.parallel (%{{.*}}, %[[R:.*]]) =
// CHECK: spmd.publish %{{.*}}, %[[OF_UNITS]][%[[R]], %{{.*}}] : memref<8x16xi64>
// CHECK: scf.forall (%[[FIRST:.*]]) = (0) to (8)
// CHECK: %[[LEFT:.*]] = arith.subi
// CHECK: %[[SIZE:.*]] = arith.minui %[[LEFT]]
// CHECK: %[[SUMS:.*]] = memref.subview %{{.*}}[0, %[[FIRST]]] [16, %[[SIZE]]] [1, 1] : memref<16x?xf32>
// CHECK: scf.parallel (%[[R:.*]], %[[U:.*]]) = (%{{.*}}, %{{.*}}) to (%[[SIZE]], %{{.*}})
// CHECK: %[[ROW:.*]] = arith.addi %[[FIRST]], %[[R]]
// CHECK: %[[SUM:.*]] = spmd.await %[[OF_UNITS]][%[[ROW]], %[[U]]] : memref<8x16xi64>
// CHECK: memref.store %[[SUM]], %[[SUMS]][%[[U]], %[[R]]]
// CHECK: spmd.publish %{{.*}}, %[[OF_ROWS]][%{{.*}}] : memref<8xi64>
// CHECK: } {mlc.rows
// CHECK: scf.parallel (%[[R:.*]]) =
// CHECK: %[[E:.*]] = spmd.await %[[OF_ROWS]][%[[R]]] : memref<8xi64>
// CHECK: memref.store %[[E]], %[[ERRORS:.*]][%[[R]]] : memref<?xf32>
// CHECK: scf.forall (%{{.*}}) = (0) to (16)
// CHECK: memref.load %[[ERRORS]]
// CHECK-NOT: @train_step_by_words

// A block would await 24 words, and may 23: all blocks wait for one another.
// MANY-NOT: mlc.by_words
// MANY: spmd.exchange
// MANY-NOT: @train_step_by_words
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
