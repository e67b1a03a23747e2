// RUN: mlc-opt %s --mlc-separate-buffers | FileCheck %s

#id = affine_map<(i) -> (i)>

// Each op that uses an unset or a filled tensor gets its own, with the shape
// that it sees it in.
// CHECK-LABEL: func.func @each_its_own(
// CHECK-DAG: %[[E0:.*]] = tensor.empty() : tensor<4x8xf32>
// CHECK-DAG: %[[E1:.*]] = tensor.empty() : tensor<4x8xf32>
// CHECK-DAG: %[[F0:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%[[E0]] :
// CHECK-DAG: %[[F1:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%[[E1]] :
// CHECK-DAG: %[[S0:.*]] = tensor.collapse_shape %[[F0]]
// CHECK-DAG: %[[S1:.*]] = tensor.collapse_shape %[[F1]]
// CHECK: linalg.exp ins(%{{.*}}) outs(%[[SECOND:S0|.*]] :
// CHECK: linalg.log
func.func @each_its_own(%x: tensor<32xf32>) -> (tensor<32xf32>, tensor<32xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %s = tensor.collapse_shape %f [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
  %a = linalg.exp ins(%x : tensor<32xf32>) outs(%s : tensor<32xf32>) -> tensor<32xf32>
  %b = linalg.log ins(%x : tensor<32xf32>) outs(%s : tensor<32xf32>) -> tensor<32xf32>
  return %a, %b : tensor<32xf32>, tensor<32xf32>
}
