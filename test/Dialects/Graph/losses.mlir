// RUN: mlc-opt %s | mlc-opt | FileCheck %s
// RUN: mlc-opt %s --mlir-print-op-generic | mlc-opt | FileCheck %s

// CHECK-LABEL: func.func @losses
// CHECK-SAME: %[[Y:[a-z0-9]+]]: tensor<?x4xf32>, %[[T:[a-z0-9]+]]: tensor<?x4xf32>, %[[C:[a-z0-9]+]]: tensor<?xi32>
func.func @losses(%y: tensor<?x4xf32>, %t: tensor<?x4xf32>, %c: tensor<?xi32>) -> tensor<f32> {
  // CHECK: %[[A:.*]] = graph.bce_with_logits %[[Y]], %[[T]] : tensor<?x4xf32>, tensor<?x4xf32>
  %0 = graph.bce_with_logits %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: %[[B:.*]] = graph.mse %[[Y]], %[[T]] : tensor<?x4xf32>, tensor<?x4xf32>
  %1 = graph.mse %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: %[[D:.*]] = graph.cross_entropy %[[Y]], %[[C]] : tensor<?x4xf32>, tensor<?xi32>
  %2 = graph.cross_entropy %y, %c : tensor<?x4xf32>, tensor<?xi32>
  // CHECK: graph.cross_entropy %[[Y]], %[[C]] smoothing(1.000000e-01) : tensor<?x4xf32>, tensor<?xi32>
  %smoothed = graph.cross_entropy %y, %c smoothing(0.1) : tensor<?x4xf32>, tensor<?xi32>
  // CHECK: graph.bce_with_logits %[[Y]], %[[T]] smoothing(2.000000e-01) : tensor<?x4xf32>, tensor<?x4xf32>
  %binary = graph.bce_with_logits %y, %t smoothing(0.2) : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: graph.huber %[[Y]], %[[T]], 5.000000e-01 : tensor<?x4xf32>, tensor<?x4xf32>
  %huber = graph.huber %y, %t, 0.5 : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: graph.mae %[[Y]], %[[T]] : tensor<?x4xf32>, tensor<?x4xf32>
  %mae = graph.mae %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: graph.quantile %[[Y]], %[[T]], 9.000000e-01 : tensor<?x4xf32>, tensor<?x4xf32>
  %quantile = graph.quantile %y, %t, 0.9 : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: graph.poisson %[[Y]], %[[T]] : tensor<?x4xf32>, tensor<?x4xf32>
  %poisson = graph.poisson %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: graph.hinge %[[Y]], %[[T]] : tensor<?x4xf32>, tensor<?x4xf32>
  %hinge = graph.hinge %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: graph.focal_with_logits %[[Y]], %[[T]] alpha(2.500000e-01) gamma(2.000000e+00) : tensor<?x4xf32>, tensor<?x4xf32>
  %focal = graph.focal_with_logits %y, %t alpha(0.25) gamma(2.0) : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: graph.distill_bce %[[Y]], %[[T]], %[[Y]] alpha(5.000000e-01) temperature(2.000000e+00) : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
  %taught = graph.distill_bce %y, %t, %y alpha(0.5) temperature(2.0) : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: graph.distill_cross_entropy %[[Y]], %[[C]], %[[T]] alpha(1.000000e+00) temperature(5.000000e-01) : tensor<?x4xf32>, tensor<?xi32>, tensor<?x4xf32>
  %classes = graph.distill_cross_entropy %y, %c, %t alpha(1.0) temperature(0.5) : tensor<?x4xf32>, tensor<?xi32>, tensor<?x4xf32>
  // CHECK: graph.add %[[A]], %[[B]] : tensor<f32>, tensor<f32>
  %3 = graph.add %0, %1 : tensor<f32>, tensor<f32>
  %4 = graph.add %3, %2 : tensor<f32>, tensor<f32>
  return %4 : tensor<f32>
}

// CHECK-LABEL: func.func @weighted
// CHECK-SAME: %[[Y:[a-z0-9]+]]: tensor<?x4xf32>, %[[T:[a-z0-9]+]]: tensor<?x4xf32>, %[[C:[a-z0-9]+]]: tensor<?xi32>, %[[W:[a-z0-9]+]]: tensor<?xf32>
func.func @weighted(%y: tensor<?x4xf32>, %t: tensor<?x4xf32>, %c: tensor<?xi32>, %w: tensor<?xf32>) {
  // CHECK: graph.mse %[[Y]], %[[T]] weight(%[[W]]) : tensor<?x4xf32>, tensor<?x4xf32>
  %0 = graph.mse %y, %t weight(%w) : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: graph.cross_entropy %[[Y]], %[[C]] smoothing(1.000000e-01) weight(%[[W]]) : tensor<?x4xf32>, tensor<?xi32>
  %1 = graph.cross_entropy %y, %c smoothing(0.1) weight(%w) : tensor<?x4xf32>, tensor<?xi32>
  // CHECK: graph.huber %[[Y]], %[[T]], 5.000000e-01 weight(%[[W]]) : tensor<?x4xf32>, tensor<?x4xf32>
  %2 = graph.huber %y, %t, 0.5 weight(%w) : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: graph.quantile %[[Y]], %[[T]], 9.000000e-01 weight(%[[W]]) : tensor<?x4xf32>, tensor<?x4xf32>
  %3 = graph.quantile %y, %t, 0.9 weight(%w) : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: graph.focal_with_logits %[[Y]], %[[T]] alpha(2.500000e-01) gamma(2.000000e+00) weight(%[[W]]) : tensor<?x4xf32>, tensor<?x4xf32>
  %4 = graph.focal_with_logits %y, %t alpha(0.25) gamma(2.0) weight(%w) : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: graph.distill_bce %[[Y]], %[[T]], %[[Y]] alpha(5.000000e-01) temperature(2.000000e+00) weight(%[[W]]) : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
  %5 = graph.distill_bce %y, %t, %y alpha(0.5) temperature(2.0) weight(%w) : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
  return
}
