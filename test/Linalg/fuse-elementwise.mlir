// RUN: mlc-opt %s --convert-elementwise-to-linalg --mlc-fuse-elementwise | FileCheck %s

// CHECK-DAG: #[[BOTH:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[NONE:.*]] = affine_map<(d0, d1) -> ()>

// An update of a parameter and its states is one loop with three results;
// constants and splats are scalars in it.
// CHECK-LABEL: func.func @adam(
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<8x4xf32>, %[[G:[a-z0-9]+]]: tensor<8x4xf32>, %[[M:[a-z0-9]+]]: tensor<8x4xf32>, %[[V:[a-z0-9]+]]: tensor<8x4xf32>, %[[SIZE:[a-z0-9]+]]: f32
// CHECK-NOT: tensor.splat
// CHECK: %[[NEW:.*]]:3 = linalg.generic {{.*}} ins(%[[W]], %[[M]], %[[G]], %[[V]] :
// CHECK: math.sqrt
// CHECK: arith.mulf %{{.*}}, %[[SIZE]] : f32
// CHECK: linalg.yield %{{.*}}, %{{.*}}, %{{.*}} : f32, f32, f32
// CHECK-NOT: linalg.generic
// CHECK: return %[[NEW]]#{{.}}, %[[NEW]]#{{.}}, %[[NEW]]#{{.}}
func.func @adam(%w: tensor<8x4xf32>, %g: tensor<8x4xf32>, %m: tensor<8x4xf32>, %v: tensor<8x4xf32>, %size: f32)
    -> (tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) {
  %beta1 = arith.constant dense<0.9> : tensor<8x4xf32>
  %rest1 = arith.constant dense<0.1> : tensor<8x4xf32>
  %beta2 = arith.constant dense<0.999> : tensor<8x4xf32>
  %rest2 = arith.constant dense<0.001> : tensor<8x4xf32>
  %epsilon = arith.constant dense<1.0e-8> : tensor<8x4xf32>
  %sizes = tensor.splat %size : tensor<8x4xf32>
  %0 = arith.mulf %m, %beta1 : tensor<8x4xf32>
  %1 = arith.mulf %g, %rest1 : tensor<8x4xf32>
  %m1 = arith.addf %0, %1 : tensor<8x4xf32>
  %2 = arith.mulf %v, %beta2 : tensor<8x4xf32>
  %3 = arith.mulf %g, %g : tensor<8x4xf32>
  %4 = arith.mulf %3, %rest2 : tensor<8x4xf32>
  %v1 = arith.addf %2, %4 : tensor<8x4xf32>
  %5 = math.sqrt %v1 : tensor<8x4xf32>
  %6 = arith.addf %5, %epsilon : tensor<8x4xf32>
  %7 = arith.mulf %m1, %sizes : tensor<8x4xf32>
  %8 = arith.divf %7, %6 : tensor<8x4xf32>
  %w1 = arith.subf %w, %8 : tensor<8x4xf32>
  return %w1, %m1, %v1 : tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>
}

// A value with an earlier user stays a loop of its own, before that user.
// CHECK-LABEL: func.func @earlier_user(
// CHECK: %[[S:.*]] = linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NEXT: linalg.yield
// CHECK: %[[P:.*]] = linalg.matmul ins(%[[S]],
// CHECK: %[[Q:.*]] = linalg.generic {{.*}} ins(%[[S]], %[[P]] :
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: linalg.yield
// CHECK: return %[[P]], %[[Q]]
func.func @earlier_user(%a: tensor<8x4xf32>, %b: tensor<8x4xf32>, %w: tensor<4x4xf32>, %init: tensor<8x4xf32>)
    -> (tensor<8x4xf32>, tensor<8x4xf32>) {
  %s = arith.addf %a, %b : tensor<8x4xf32>
  %p = linalg.matmul ins(%s, %w : tensor<8x4xf32>, tensor<4x4xf32>) outs(%init : tensor<8x4xf32>) -> tensor<8x4xf32>
  %q = arith.mulf %s, %p : tensor<8x4xf32>
  return %p, %q : tensor<8x4xf32>, tensor<8x4xf32>
}

// Which elements are positive is asked twice; no tensor of i1 is made.
// CHECK-LABEL: func.func @truth(
// CHECK-NOT: xi1
// CHECK-COUNT-2: arith.cmpf ogt
// CHECK-NOT: xi1
// CHECK: return
func.func @truth(%a: tensor<8x4xf32>, %b: tensor<8x4xf32>, %w: tensor<4x4xf32>, %init: tensor<8x4xf32>)
    -> (tensor<8x4xf32>, tensor<8x4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<8x4xf32>
  %c = arith.cmpf ogt, %a, %zero : tensor<8x4xf32>
  %x = arith.select %c, %a, %zero : tensor<8x4xi1>, tensor<8x4xf32>
  %p = linalg.matmul ins(%x, %w : tensor<8x4xf32>, tensor<4x4xf32>) outs(%init : tensor<8x4xf32>) -> tensor<8x4xf32>
  %y = arith.select %c, %p, %b : tensor<8x4xi1>, tensor<8x4xf32>
  return %p, %y : tensor<8x4xf32>, tensor<8x4xf32>
}

// Into a sum, but not into what would compute it again for each column.
// CHECK-LABEL: func.func @other_loops(
// CHECK: %[[E:.*]] = linalg.generic
// CHECK: math.exp
// CHECK: linalg.generic {indexing_maps = [#[[ROW]], #[[BOTH]]], {{.*}} ins(%[[E]] :
// CHECK-NOT: math.exp
// CHECK: linalg.generic {indexing_maps = [#[[BOTH]], #[[NONE]]], iterator_types = ["reduction", "reduction"]}
// CHECK: math.sqrt
// CHECK: arith.addf
func.func @other_loops(%a: tensor<8xf32>, %b: tensor<8x4xf32>, %init: tensor<8x4xf32>, %sum: tensor<f32>)
    -> (tensor<8x4xf32>, tensor<f32>) {
  %e = math.exp %a : tensor<8xf32>
  %rows = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>],
                          iterator_types = ["parallel", "parallel"]}
      ins(%e : tensor<8xf32>) outs(%init : tensor<8x4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<8x4xf32>
  %r = math.sqrt %b : tensor<8x4xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ()>],
                       iterator_types = ["reduction", "reduction"]}
      ins(%r : tensor<8x4xf32>) outs(%sum : tensor<f32>) {
  ^bb0(%x: f32, %y: f32):
    %z = arith.addf %y, %x : f32
    linalg.yield %z : f32
  } -> tensor<f32>
  return %rows, %s : tensor<8x4xf32>, tensor<f32>
}

// A loss's terms and its gradient are one loop, though the sum of the terms
// comes first; the labels are gathered by a loop of their own.
// CHECK-LABEL: func.func @loss(
// CHECK-SAME: %[[Y:[a-z0-9]+]]: tensor<8xf32>
// CHECK: %[[LABELS:.*]] = linalg.generic
// CHECK: tensor.extract
// CHECK-NEXT: linalg.yield
// CHECK: %[[BOTH:.*]]:2 = linalg.generic {{.*}} ins(%[[Y]], %[[LABELS]], 
// CHECK: linalg.yield %[[GRADIENT:.*]], %[[TERM:.*]] : f32, f32
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[BOTH]]#1 :
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.addf
// CHECK-NOT: linalg.generic
// CHECK: return %[[SUM]], %[[BOTH]]#0
func.func @loss(%y: tensor<8xf32>, %rows: tensor<8xi32>, %all: tensor<99xf32>, %zero: tensor<f32>, %scale: tensor<8xf32>)
    -> (tensor<f32>, tensor<8xf32>) {
  %empty = tensor.empty() : tensor<8xf32>
  %labels = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                            iterator_types = ["parallel"]}
      ins(%rows : tensor<8xi32>) outs(%empty : tensor<8xf32>) {
  ^bb0(%row: i32, %out: f32):
    %index = arith.index_cast %row : i32 to index
    %label = tensor.extract %all[%index] : tensor<99xf32>
    linalg.yield %label : f32
  } -> tensor<8xf32>
  %error = arith.subf %y, %labels : tensor<8xf32>
  %terms = arith.mulf %error, %error : tensor<8xf32>
  %sum = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>],
                         iterator_types = ["reduction"]}
      ins(%terms : tensor<8xf32>) outs(%zero : tensor<f32>) {
  ^bb0(%x: f32, %s: f32):
    %z = arith.addf %s, %x : f32
    linalg.yield %z : f32
  } -> tensor<f32>
  %gradient = arith.mulf %error, %scale : tensor<8xf32>
  return %sum, %gradient : tensor<f32>, tensor<8xf32>
}
