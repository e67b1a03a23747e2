// RUN: mlc-opt %s --mlc-graph-to-linalg | FileCheck %s

// Each loss is the mean of its terms: a sum of terms, each times 1 / count.

// CHECK-DAG: #[[BOTH:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[NONE:.*]] = affine_map<(d0, d1) -> ()>
// CHECK-DAG: #[[ONE:.*]] = affine_map<(d0) -> (d0)>
// CHECK-DAG: #[[ONENONE:.*]] = affine_map<(d0) -> ()>

// max(y, 0) - y t + log1p(exp(-|y|)), over n * 3 elements.
// CHECK-LABEL: func.func @bce(
// CHECK-SAME: %[[Y:[a-z0-9]+]]: tensor<?x3xf32>, %[[T:[a-z0-9]+]]: tensor<?x3xf32>
// CHECK: %[[N:.*]] = arith.sitofp %{{.*}} : i64 to f32
// CHECK: %[[COUNT:.*]] = arith.mulf %[[N]], %[[C:.*]] : f32
// CHECK: %[[SCALE:.*]] = arith.divf %{{.*}}, %[[COUNT]] : f32
// CHECK: %[[ABS:.*]] = math.absf %[[Y]]
// CHECK: %[[MINUS:.*]] = arith.mulf %[[ABS]], %{{.*}}
// CHECK: %[[EXP:.*]] = math.exp %[[MINUS]]
// CHECK: %[[LOG:.*]] = math.log1p %[[EXP]]
// CHECK: %[[YT:.*]] = arith.mulf %[[Y]], %[[T]]
// CHECK: %[[MAX:.*]] = arith.maximumf %[[Y]], %{{.*}}
// CHECK: %[[LINEAR:.*]] = arith.subf %[[MAX]], %[[YT]]
// CHECK: %[[TERMS:.*]] = arith.addf %[[LINEAR]], %[[LOG]]
// CHECK: %[[SCALES:.*]] = tensor.splat %[[SCALE]]
// CHECK: %[[SCALED:.*]] = arith.mulf %[[TERMS]], %[[SCALES]]
// CHECK: linalg.fill {{.*}} -> tensor<f32>
// CHECK: %[[L:.*]] = linalg.generic {indexing_maps = [#[[BOTH]], #[[NONE]]], iterator_types = ["reduction", "reduction"]} ins(%[[SCALED]] :
// CHECK: return %[[L]] : tensor<f32>
func.func @bce(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) -> tensor<f32> {
  %l = graph.bce_with_logits %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
  return %l : tensor<f32>
}

// CHECK-LABEL: func.func @mse(
// CHECK-SAME: %[[Y:[a-z0-9]+]]: tensor<?x3xf32>, %[[T:[a-z0-9]+]]: tensor<?x3xf32>
// CHECK: %[[THREE:.*]] = arith.constant 3.0
// CHECK: %[[COUNT:.*]] = arith.mulf %{{.*}}, %[[THREE]] : f32
// CHECK: %[[SCALE:.*]] = arith.divf %{{.*}}, %[[COUNT]] : f32
// CHECK: %[[E:.*]] = arith.subf %[[Y]], %[[T]]
// CHECK: %[[SQUARES:.*]] = arith.mulf %[[E]], %[[E]]
// CHECK: %[[SCALES:.*]] = tensor.splat %[[SCALE]]
// CHECK: arith.mulf %[[SQUARES]], %[[SCALES]]
// CHECK: linalg.generic {indexing_maps = [#[[BOTH]], #[[NONE]]], iterator_types = ["reduction", "reduction"]}
func.func @mse(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) -> tensor<f32> {
  %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
  return %l : tensor<f32>
}

// max + log(sum exp(y - max)) - y[t], over n rows.
// CHECK-LABEL: func.func @cross_entropy(
// CHECK-SAME: %[[Y:[a-z0-9]+]]: tensor<?x4xf32>, %[[T:[a-z0-9]+]]: tensor<?xi32>
// CHECK: %[[MAX:.*]] = linalg.generic {{.*}} ins(%[[Y]] :
// CHECK: arith.maximumf
// CHECK: %[[MAXES:.*]] = linalg.generic {{.*}} ins(%[[MAX]] :
// CHECK: %[[SHIFTED:.*]] = arith.subf %[[Y]], %[[MAXES]]
// CHECK: %[[EXP:.*]] = math.exp %[[SHIFTED]]
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[EXP]] :
// CHECK: %[[LOG:.*]] = math.log %[[SUM]]
// CHECK: %[[LOGSUM:.*]] = arith.addf %[[LOG]], %[[MAX]]
// CHECK: %[[LABELLED:.*]] = linalg.generic {indexing_maps = [#[[ONE]], #[[ONE]]], iterator_types = ["parallel"]} ins(%[[T]] :
// CHECK-NEXT: ^bb0(%[[LABEL:.*]]: i32, %{{.*}}: f32):
// CHECK: %[[I:.*]] = linalg.index 0
// CHECK: %[[J:.*]] = arith.index_cast %[[LABEL]]
// CHECK: tensor.extract %[[Y]][%[[I]], %[[J]]]
// CHECK: %[[TERMS:.*]] = arith.subf %[[LOGSUM]], %[[LABELLED]]
// CHECK: arith.mulf %[[TERMS]], %{{.*}}
// CHECK: linalg.generic {indexing_maps = [#[[ONE]], #[[ONENONE]]], iterator_types = ["reduction"]}
func.func @cross_entropy(%y: tensor<?x4xf32>, %t: tensor<?xi32>) -> tensor<f32> {
  %l = graph.cross_entropy %y, %t : tensor<?x4xf32>, tensor<?xi32>
  return %l : tensor<f32>
}
