// RUN: mlc-opt %s --mlc-register-tiles="lanes=8 registers=16" --canonicalize --split-input-file | FileCheck %s --check-prefixes=CHECK,FEW
// RUN: mlc-opt %s --mlc-register-tiles="lanes=8 registers=32" --canonicalize --split-input-file | FileCheck %s --check-prefixes=CHECK,MANY

#id = affine_map<(i, j) -> (i, j)>

// 50 columns are 32, four registers a row, and 18, a register at a time with a
// mask.
// CHECK-LABEL: func.func @rows(
// CHECK: linalg.generic {{.*}} attrs = {mlc.tile = #mlc.tile<1x32>}
// CHECK: -> tensor<1x32xf32>
// CHECK: scf.for {{.*}} step %c8
// CHECK: attrs = {mlc.tile = #mlc.tile<1x8, masked>}
// CHECK: -> tensor<1x?xf32>
func.func @rows(%x: tensor<?x50xf32>, %init: tensor<?x50xf32>) -> tensor<?x50xf32> attributes {mlc.independent} {
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x50xf32>) outs(%init : tensor<?x50xf32>) {
  ^bb0(%a: f32, %b: f32):
    %sum = arith.addf %a, %b : f32
    linalg.yield %sum : f32
  } -> tensor<?x50xf32>
  return %y : tensor<?x50xf32>
}

// -----

#mk = affine_map<(i, j, k) -> (i, k)>
#kn = affine_map<(i, j, k) -> (k, j)>
#mn = affine_map<(i, j, k) -> (i, j)>
#id = affine_map<(i, j) -> (i, j)>

// A product and what uses it share tiles of 6 or 8 rows and two registers.
// CHECK-LABEL: func.func @product(
// FEW: step %c6
// FEW: attrs = {mlc.tile = #mlc.tile<6x16>}
// FEW: attrs = {mlc.tile = #mlc.tile<6x16>}
// FEW: attrs = {mlc.tile = #mlc.tile<1x16>}
// FEW: attrs = {mlc.tile = #mlc.tile<1x16>}
// MANY: step %c8
// MANY: attrs = {mlc.tile = #mlc.tile<8x16>}
// MANY: attrs = {mlc.tile = #mlc.tile<8x16>}
// MANY: attrs = {mlc.tile = #mlc.tile<1x16>}
// MANY: attrs = {mlc.tile = #mlc.tile<1x16>}
// CHECK-NOT: masked
func.func @product(%x: tensor<?x9xf32>, %w: tensor<9x32xf32>, %init: tensor<?x32xf32>, %u: tensor<?x32xf32>) -> tensor<?x32xf32> attributes {mlc.independent} {
  %y = linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<?x9xf32>, tensor<9x32xf32>) outs(%init : tensor<?x32xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %next = math.fma %a, %b, %sum : f32
    linalg.yield %next : f32
  } -> tensor<?x32xf32>
  %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y : tensor<?x32xf32>) outs(%u : tensor<?x32xf32>) {
  ^bb0(%a: f32, %b: f32):
    %next = arith.subf %b, %a : f32
    linalg.yield %next : f32
  } -> tensor<?x32xf32>
  return %z : tensor<?x32xf32>
}
