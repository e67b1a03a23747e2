// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(mlc-sums-as-loops,canonicalize))' | FileCheck %s

// A product that begins with zeros: one loop of terms for each element, which
// may be shared out. What is filled with a number begins with the number.
// CHECK-LABEL: func @product(
// CHECK-SAME: %[[X:.*]]: tensor<5x7xf32>, %[[W:.*]]: tensor<7x3xf32>
func.func @product(%x: tensor<5x7xf32>, %w: tensor<7x3xf32>) -> tensor<5x3xf32> {
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK-DAG: %[[TERMS:.*]] = arith.constant 7 : index
  // CHECK: linalg.generic
  // CHECK-SAME: iterator_types = ["parallel", "parallel"]
  // CHECK: %[[I:.*]] = linalg.index 0
  // CHECK: %[[J:.*]] = linalg.index 1
  // CHECK: %[[SUM:.*]] = scf.for %[[K:.*]] = %{{.*}} to %[[TERMS]] {{.*}} iter_args(%[[PART:.*]] = %[[ZERO]])
  // CHECK: %[[A:.*]] = tensor.extract %[[X]][%[[I]], %[[K]]]
  // CHECK: %[[B:.*]] = tensor.extract %[[W]][%[[K]], %[[J]]]
  // CHECK: %[[AB:.*]] = arith.mulf %[[A]], %[[B]]
  // CHECK: %[[NEXT:.*]] = arith.addf %[[PART]], %[[AB]]
  // CHECK: scf.yield %[[NEXT]]
  // CHECK: {mlc.combiners = ["arith.addf"]}
  // CHECK: linalg.yield %[[SUM]]
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<5x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<5x3xf32>) -> tensor<5x3xf32>
  %y = linalg.matmul ins(%x, %w : tensor<5x7xf32>, tensor<7x3xf32>) outs(%init : tensor<5x3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

// A destination with values becomes an input, so that what makes it can be taken in.
// CHECK-LABEL: func @begins_with(
// CHECK-SAME: %[[X:.*]]: tensor<5x7xf32>, %[[B:.*]]: tensor<7xf32>
func.func @begins_with(%x: tensor<5x7xf32>, %b: tensor<7xf32>) -> tensor<7xf32> {
  // CHECK: linalg.generic
  // CHECK-SAME: ins(%[[B]] :
  // CHECK: ^bb0(%[[FIRST:.*]]: f32, %{{.*}}: f32):
  // CHECK: scf.for {{.*}} iter_args(%{{.*}} = %[[FIRST]])
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>],
                       iterator_types = ["reduction", "parallel"]} ins(%x : tensor<5x7xf32>) outs(%b : tensor<7xf32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.maximumf %out, %in : f32
    linalg.yield %s : f32
  } -> tensor<7xf32>
  // CHECK: {mlc.combiners = ["arith.maximumf"]}
  return %y : tensor<7xf32>
}

// -----

// Two loops of terms are one, and a result without dimensions has no loop around it.
// CHECK-LABEL: func @all(
func.func @all(%x: tensor<5x7xf32>) -> tensor<f32> {
  // CHECK-DAG: %[[ALL:.*]] = arith.constant 35 : index
  // CHECK: linalg.generic
  // CHECK-SAME: iterator_types = []
  // CHECK: scf.for %[[K:.*]] = %{{.*}} to %[[ALL]]
  // CHECK: %[[AT:.*]]:2 = affine.delinearize_index %[[K]] into (5, 7)
  // CHECK: tensor.extract %{{.*}}[%[[AT]]#0, %[[AT]]#1]
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<f32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<f32>) -> tensor<f32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> ()>],
                       iterator_types = ["reduction", "reduction"]} ins(%x : tensor<5x7xf32>) outs(%init : tensor<f32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.addf %out, %in : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  return %y : tensor<f32>
}

// -----

// Terms whose order matters stay with one thread.
// CHECK-LABEL: func @in_order(
func.func @in_order(%x: tensor<5x7xf32>) -> tensor<7xf32> {
  // CHECK: scf.for
  // CHECK-NOT: mlc.combiners
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<7xf32>) -> tensor<7xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>],
                       iterator_types = ["reduction", "parallel"]} ins(%x : tensor<5x7xf32>) outs(%init : tensor<7xf32>) {
  ^bb0(%in: f32, %out: f32):
    %h = arith.mulf %out, %in : f32
    %s = arith.addf %h, %in : f32
    linalg.yield %s : f32
  } -> tensor<7xf32>
  return %y : tensor<7xf32>
}
