// RUN: mlc-opt %s --mlc-plan-splits=registers=16 | FileCheck %s
// RUN: mlc-opt %s --mlc-plan-splits=registers=16 --cost heavy-row=100 --cost library-row=1000 | FileCheck %s --check-prefix=COSTS
// RUN: mlc-opt %s --mlc-plan-splits --mlc-tile-shards | FileCheck %s --check-prefix=DONE --implicit-check-not=mlc.split --implicit-check-not=mlc.fused

#id = affine_map<(i, j) -> (i, j)>
#column = affine_map<(i, j) -> (j)>

// A layer is split by its units where its activation is computed; what only
// that needs is fused, and so is a bias that two layers add: each fills its own
// part with it.
// CHECK-LABEL: func.func @layer(
// CHECK: linalg.generic {{.*}} attrs = {mlc.fused}
// CHECK: linalg.matmul {mlc.fused}
// CHECK: linalg.generic {{.*}} attrs = {mlc.split = #mlc.split<units 1, <8 x 16>>}
// CHECK: linalg.matmul {mlc.split = #mlc.split<units 1, <8 x 16>>}
// COSTS-LABEL: func.func @layer(
// COSTS: linalg.generic {{.*}} attrs = {mlc.split = #mlc.split<library 1, <8 x 16>>}
// COSTS: linalg.matmul {mlc.split = #mlc.split<library 1, <8 x 16>>}
// DONE-LABEL: func.func @layer(
// DONE-COUNT-2: scf.forall (
func.func @layer(%x: tensor<?x24xf32>, %w: tensor<24x128xf32>, %b: tensor<128xf32>, %out: tensor<?x128xf32>)
    -> (tensor<?x128xf32>, tensor<?x128xf32>) {
  %zero = arith.constant 0.0 : f32
  %init = linalg.generic {indexing_maps = [#column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%b : tensor<128xf32>) outs(%out : tensor<?x128xf32>) {
  ^bb0(%bias: f32, %old: f32):
    linalg.yield %bias : f32
  } -> tensor<?x128xf32>
  %h = linalg.matmul ins(%x, %w : tensor<?x24xf32>, tensor<24x128xf32>) outs(%init : tensor<?x128xf32>) -> tensor<?x128xf32>
  %y = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%h : tensor<?x128xf32>) {
  ^bb0(%old: f32):
    %m = arith.maximumf %old, %zero : f32
    linalg.yield %m : f32
  } -> tensor<?x128xf32>
  %z = linalg.matmul ins(%x, %w : tensor<?x24xf32>, tensor<24x128xf32>) outs(%init : tensor<?x128xf32>) -> tensor<?x128xf32>
  return %y, %z : tensor<?x128xf32>, tensor<?x128xf32>
}

// Few outputs of many units: partial sums cross, and what they start from is
// made outside. Few of few are split by rows where these are heavy.
// CHECK-LABEL: func.func @output(
// CHECK: linalg.fill ins(
// CHECK: linalg.matmul {mlc.split = #mlc.split<terms 2, <8 x 16>>}
// CHECK: linalg.matmul ins(
// COSTS-LABEL: func.func @output(
// COSTS: linalg.fill ins(
// COSTS: linalg.matmul {mlc.split = #mlc.split<terms 2, <8 x 16>>}
// COSTS: linalg.matmul {mlc.split = #mlc.split<rows 0>}
// DONE-LABEL: func.func @output(
func.func @output(%h: tensor<?x128xf32>, %w: tensor<128x10xf32>, %v: tensor<10x10xf32>, %out: tensor<?x10xf32>) -> tensor<?x10xf32> {
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%out : tensor<?x10xf32>) -> tensor<?x10xf32>
  %y = linalg.matmul ins(%h, %w : tensor<?x128xf32>, tensor<128x10xf32>) outs(%init : tensor<?x10xf32>) -> tensor<?x10xf32>
  %z = linalg.matmul ins(%y, %v : tensor<?x10xf32>, tensor<10x10xf32>) outs(%out : tensor<?x10xf32>) -> tensor<?x10xf32>
  return %z : tensor<?x10xf32>
}

// Each worker runs whole steps of its own.
// CHECK-LABEL: func.func @alone(
// CHECK: linalg.fill ins(
// COSTS-LABEL: func.func @alone(
// DONE-LABEL: func.func @alone(
func.func @alone(%x: tensor<128xf32>, %c: f32) -> tensor<128xf32> attributes {mlc.independent} {
  %y = linalg.fill ins(%c : f32) outs(%x : tensor<128xf32>) -> tensor<128xf32>
  return %y : tensor<128xf32>
}
