// RUN: mlc-opt %s --cost rank-shards=2 --mlc-plan-splits | FileCheck %s --check-prefix=PLAN
// RUN: mlc-opt %s --cost rank-shards=2 --mlc-plan-splits --mlc-tile-shards --canonicalize --cse | FileCheck %s
// RUN: mlc-opt %s --mlc-plan-splits --mlc-tile-shards | FileCheck %s --check-prefix=DEFAULT --implicit-check-not=ranks

// A program for two ranks: a dimension has twice as many shards, in two groups.

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>

// An iteration is one shard, since the run of a worker could reach from the
// first rank's shards into the second's.
// PLAN-LABEL: func.func @units(
// PLAN: mlc.split = #mlc.split<units 1, <16 x 16, ranks = 2>>
// CHECK-LABEL: func.func @units(
// CHECK-SAME: %{{[a-z0-9]+}}: index {mlc.role = #mlc.role<workers>}, %{{[a-z0-9]+}}: index {mlc.role = #mlc.role<ranks>})
// CHECK: scf.forall (%{{.*}}) = (0) to (256) step (16)
// CHECK: {mlc.shards = #mlc.shards<16 x 16, ranks = 2>}
// DEFAULT-LABEL: func.func @units(
// DEFAULT: {mlc.shards = #mlc.shards<8 x 32>}
func.func @units(%x: tensor<?x256xf32>) -> tensor<?x256xf32> {
  %y = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%x : tensor<?x256xf32>) {
  ^bb0(%a: f32):
    %b = arith.addf %a, %a : f32
    linalg.yield %b : f32
  } -> tensor<?x256xf32>
  return %y : tensor<?x256xf32>
}

// 96 terms are six shards: three of each rank, whose sums are added last, and to
// the initial value.
// CHECK-LABEL: func.func @terms(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x96xf32>, %[[INIT:[a-z0-9]+]]: tensor<?xf32>
// CHECK: scf.forall (%{{.*}}) = (0) to (96) step (16)
// CHECK: {mlc.shards = #mlc.shards<6 x 16, ranks = 2>}
// CHECK: %[[FIRST:.*]] = linalg.generic
// CHECK-NEXT: ^bb0(%[[P0:.*]]: f32, %[[P1:.*]]: f32, %[[P2:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: %[[S01:.*]] = arith.addf %[[P0]], %[[P1]]
// CHECK-NEXT: %[[S:.*]] = arith.addf %[[S01]], %[[P2]]
// CHECK-NEXT: linalg.yield %[[S]]
// CHECK: %[[SECOND:.*]] = linalg.generic
// CHECK-NEXT: ^bb0(%[[P3:.*]]: f32, %[[P4:.*]]: f32, %[[P5:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: %[[S34:.*]] = arith.addf %[[P3]], %[[P4]]
// CHECK-NEXT: %[[S:.*]] = arith.addf %[[S34]], %[[P5]]
// CHECK-NEXT: linalg.yield %[[S]]
// CHECK: linalg.generic {{.*}} ins(%[[FIRST]], %[[SECOND]], %[[INIT]] :
// CHECK-NEXT: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32, %[[V:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[A]], %[[B]]
// CHECK-NEXT: %[[R:.*]] = arith.addf %[[V]], %[[SUM]]
// CHECK-NEXT: linalg.yield %[[R]]
func.func @terms(%x: tensor<?x96xf32>, %sum: tensor<?xf32>) -> tensor<?xf32> {
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x96xf32>) outs(%sum : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %b, %a : f32
    linalg.yield %c : f32
  } -> tensor<?xf32>
  return %s : tensor<?xf32>
}

// Rows are shared by the workers of all ranks, in a program for several even
// where a step has nothing else to share.
// CHECK-LABEL: func.func @rows(
// CHECK-SAME: %[[WORKERS:[a-z0-9]+]]: index {mlc.role = #mlc.role<workers>}, %[[RANKS:[a-z0-9]+]]: index {mlc.role = #mlc.role<ranks>})
// CHECK: %[[ALL:.*]] = arith.muli %[[WORKERS]], %[[RANKS]]
// CHECK: affine.apply #{{.*}}()[%{{.*}}, %[[ALL]]]
// CHECK: scf.forall
// CHECK-NOT: mlc.shards
func.func @rows(%x: tensor<?x30xf32>, %w: tensor<30x2xf32>, %out: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %y = linalg.matmul {mlc.split = #mlc.split<rows 0>} ins(%x, %w : tensor<?x30xf32>, tensor<30x2xf32>) outs(%out : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
