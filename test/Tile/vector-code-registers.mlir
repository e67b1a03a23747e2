// RUN: mlc-opt %s --mlc-vector-code="lanes=8 registers=32" | FileCheck %s --check-prefixes=CHECK,MANY
// RUN: mlc-opt %s --mlc-vector-code="lanes=8 registers=16" | FileCheck %s --check-prefixes=CHECK,FEW

// How much of a row element-wise ops compute at a time: what their values and
// constants leave registers for.
#id = affine_map<(i, j) -> (i, j)>

// A maximum of two: four registers of a row, however few there are.
// CHECK-LABEL: func.func @light(
// CHECK: arith.maximumf {{.*}} : vector<1x32xf32>
func.func @light(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %zero = arith.constant 0.0 : f32
  %a = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%x : tensor<?x64xf32>) {
  ^bb0(%v: f32):
    %m = arith.maximumf %v, %zero : f32
    linalg.yield %m : f32
  } -> tensor<?x64xf32>
  return %a : tensor<?x64xf32>
}

// An optimiser's update: up to four values at a time, three of which live to the
// end, and five numbers that all share. Four times 4 and 5 are 21.
// CHECK-LABEL: func.func @update(
// MANY: math.sqrt {{.*}} : vector<1x32xf32>
// FEW: math.sqrt {{.*}} : vector<1x16xf32>
func.func @update(%g: tensor<?x64xf32>, %m: tensor<?x64xf32>, %v: tensor<?x64xf32>, %w: tensor<?x64xf32>, %rate: f32)
    -> (tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32>) {
  %beta1 = arith.constant 0.9 : f32
  %beta2 = arith.constant 0.999 : f32
  %less = arith.constant 0.001 : f32
  %epsilon = arith.constant 1.0e-8 : f32
  %r:3 = linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%g : tensor<?x64xf32>) outs(%m, %v, %w : tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32>) {
  ^bb0(%x: f32, %first: f32, %second: f32, %old: f32):
    %square = arith.mulf %x, %x : f32
    %share = arith.mulf %square, %less : f32
    %new2 = math.fma %second, %beta2, %share : f32
    %new1 = math.fma %first, %beta1, %x : f32
    %root = math.sqrt %new2 : f32
    %safe = arith.addf %root, %epsilon : f32
    %step = arith.mulf %new1, %rate : f32
    %quotient = arith.divf %step, %safe : f32
    %new = arith.subf %old, %quotient : f32
    linalg.yield %new1, %new2, %new : f32, f32, f32
  } -> (tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32>)
  return %r#0, %r#1, %r#2 : tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32>
}

// A function becomes a polynomial, whose coefficients fill all registers: one at
// a time, and not in the tile of the product before it, whose sums do that too.
// CHECK-LABEL: func.func @function(
// CHECK: scf.for
// CHECK: math.fma
// CHECK: vector.transfer_write
// CHECK: scf.for
// CHECK: math.tanh {{.*}} : vector<1x8xf32>
func.func @function(%x: tensor<?x6xf32>, %w: tensor<6x64xf32>, %y: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %p = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<?x6xf32>, tensor<6x64xf32>) outs(%y : tensor<?x64xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %d = math.fma %a, %b, %c : f32
    linalg.yield %d : f32
  } -> tensor<?x64xf32>
  %t = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%p : tensor<?x64xf32>) {
  ^bb0(%v: f32):
    %f = math.tanh %v : f32
    linalg.yield %f : f32
  } -> tensor<?x64xf32>
  return %t : tensor<?x64xf32>
}
