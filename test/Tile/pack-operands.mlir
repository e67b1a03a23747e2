// RUN: mlc-opt %s --mlc-vector-code | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#mk = affine_map<(i, j, k) -> (i, k)>
#km = affine_map<(i, j, k) -> (k, i)>
#kn = affine_map<(i, j, k) -> (k, j)>
#mn = affine_map<(i, j, k) -> (i, j)>

// A layer: each block of 256 terms has its part of the left side copied, row
// behind row, for all tiles; each tile of 32 columns its part of the right side.
// CHECK-LABEL: func.func @layer(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x1024xf32>, %[[W:[a-z0-9]+]]: tensor<1024x512xf32>
// CHECK: scf.for %[[K0:.*]] = %c0 to %c1024 step %c256
// CHECK: %[[LEFT:.*]] = tensor.empty() : tensor<64x256xf32>
// CHECK: %[[WHOLE:.*]] = scf.for {{.*}} -> (tensor<?x256xf32>)
// CHECK: %[[COPIED:.*]] = tensor.extract_slice %{{.*}} [1, 64] [1, 1] : tensor<?x256xf32>
// CHECK: tensor.insert_slice %[[COPIED]]
// CHECK: scf.for %[[J:.*]] = %c0 to %c512 step %c32
// CHECK: %[[RIGHT:.*]] = tensor.empty() : tensor<256x32xf32>
// CHECK: %[[PACKED:.*]] = scf.for %[[K:.*]] = %c0 to %c256 step %c1 iter_args(%[[AT:.*]] = %[[RIGHT]])
// CHECK: vector.transfer_read %{{.*}}[%[[K]], %[[J]]]
// CHECK: vector.transfer_write %{{.*}}, %[[AT]][%[[K]], %c0] {in_bounds = [true]} : vector<32xf32>, tensor<256x32xf32>
// CHECK: scf.for {{.*}} step %c8
// CHECK: tensor.extract_slice %[[WHOLE]][%{{.*}}, 0] [8, 256]
// CHECK: scf.for %[[TERM:.*]] = %c0 to %c256 step %c1
// CHECK: vector.transfer_read %[[PACKED]][%[[TERM]], %c0]
func.func @layer(%x: tensor<?x1024xf32>, %w: tensor<1024x512xf32>, %out: tensor<?x512xf32>) -> tensor<?x512xf32>
    attributes {mlc.batch = 64 : i64} {
  %y = linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<?x1024xf32>, tensor<1024x512xf32>) outs(%out : tensor<?x512xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %t = math.fma %a, %b, %s : f32
    linalg.yield %t : f32
  } -> tensor<?x512xf32>
  return %y : tensor<?x512xf32>
}

// An update in the registers of its gradient: block by block of 128 rows, whose
// left side is copied tile by tile, 8 numbers for each example.
// CHECK-LABEL: func.func @update(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x1024xf32>, %[[DY:[a-z0-9]+]]: tensor<?x512xf32>
// CHECK: scf.for %[[I0:.*]] = %c0 to %c1024 step %c128
// CHECK: %[[LEFT:.*]] = tensor.empty() : tensor<16x256x8xf32>
// CHECK: %[[PACKED:.*]] = scf.for %[[ROW:.*]] = %c0 to %c128 step %c8 iter_args(%{{.*}} = %[[LEFT]])
// CHECK: %[[TILE:.*]] = arith.divui %[[ROW]], %c8
// CHECK: scf.for %[[K:.*]] = %c0 to %{{.*}} step %c1
// CHECK: vector.transfer_write %{{.*}}, %{{.*}}[%[[TILE]], %[[K]], %c0] {in_bounds = [true]} : vector<8xf32>, tensor<16x256x8xf32>
// CHECK: scf.for {{.*}} = %c0 to %c512 step %c32
// CHECK: tensor.empty() : tensor<256x32xf32>
// CHECK: scf.for %[[I:.*]] = %c0 to %c128 step %c8
// CHECK: %[[AT:.*]] = arith.divui %[[I]], %c8
// CHECK: tensor.extract_slice %[[PACKED]][%[[AT]], 0, 0] [1, %{{.*}}, 8] [1, 1, 1]
// CHECK: math.fma
// CHECK: arith.subf
func.func @update(%x: tensor<?x1024xf32>, %dy: tensor<?x512xf32>, %w: tensor<1024x512xf32>) -> tensor<1024x512xf32>
    attributes {mlc.independent, mlc.batch = 256 : i64} {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1024x512xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<1024x512xf32>) -> tensor<1024x512xf32>
  %dw = linalg.generic {indexing_maps = [#km, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %dy : tensor<?x1024xf32>, tensor<?x512xf32>) outs(%init : tensor<1024x512xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %t = math.fma %a, %b, %s : f32
    linalg.yield %t : f32
  } -> tensor<1024x512xf32>
  %new = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%dw : tensor<1024x512xf32>) outs(%w : tensor<1024x512xf32>) {
  ^bb0(%g: f32, %v: f32):
    %d = arith.subf %v, %g : f32
    linalg.yield %d : f32
  } -> tensor<1024x512xf32>
  return %new : tensor<1024x512xf32>
}

// What stays in the near cache is read where it is.
// CHECK-LABEL: func.func @small(
// CHECK-NOT: tensor.empty
// CHECK: return
func.func @small(%x: tensor<?x784xf32>, %w: tensor<784x128xf32>, %out: tensor<?x128xf32>) -> tensor<?x128xf32>
    attributes {mlc.batch = 64 : i64} {
  %y = linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<?x784xf32>, tensor<784x128xf32>) outs(%out : tensor<?x128xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %t = math.fma %a, %b, %s : f32
    linalg.yield %t : f32
  } -> tensor<?x128xf32>
  return %y : tensor<?x128xf32>
}
