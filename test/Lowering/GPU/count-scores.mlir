// Evaluation counts what is right, by the kind of label.
// DEFINE: %{counted} = mlc-opt --pass-pipeline='builtin.module(mlc-autodiff-stage,func.func(mlc-graph-to-linalg),mlc-count-scores,func.func(convert-elementwise-to-linalg,canonicalize,cse,mlc-fuse-elementwise,canonicalize,cse))'
// RUN: %{counted} %s | FileCheck %s --check-prefix=BINARY
// RUN: sed 's/bce_with_logits/mse/' %s | %{counted} | FileCheck %s --check-prefix=REAL
// RUN: sed -e 's/bce_with_logits/cross_entropy/' -e 's/tensor<?x4xf32>) {  \/\/ label/tensor<?xi32>) {/' -e 's/%%t : tensor<?x4xf32>, tensor<?x4xf32>/%%t : tensor<?x4xf32>, tensor<?xi32>/' %s > %t.mlir
// RUN: %{counted} %t.mlir | FileCheck %s --check-prefix=CLASS
// What a CPU runs counts nothing.
// RUN: mlc compile %s --emit linalg | FileCheck %s --check-prefix=CPU
// CPU-NOT: mlc.role = #mlc.role<score>

// BINARY-LABEL: @evaluate_step(
// BINARY-SAME: (tensor<?x4xf32> {mlc.role = #mlc.role<prediction>}, tensor<f32> {mlc.role = #mlc.role<loss>}, tensor<i32> {mlc.role = #mlc.role<score>})
// BINARY: iterator_types = ["reduction", "reduction"]
// BINARY: %[[Y:.*]] = arith.cmpf ogt
// BINARY: %[[T:.*]] = arith.cmpf oge
// BINARY: %[[RIGHT:.*]] = arith.cmpi eq, %[[Y]], %[[T]]
// BINARY: %[[ONE:.*]] = arith.extui %[[RIGHT]]
// BINARY: arith.addi %{{.*}}, %[[ONE]]

// REAL-LABEL: @evaluate_step(
// REAL-SAME: tensor<f32> {mlc.role = #mlc.role<score>}
// REAL: ins(%{{.*}}, %arg0 : tensor<?x4xf32>, tensor<?xi32>) outs(%{{.*}} : tensor<f32>)
// REAL: %[[E:.*]] = arith.subf
// REAL: %[[S:.*]] = arith.mulf %[[E]], %[[E]]
// REAL: arith.addf %{{.*}}, %[[S]]

// The first of the largest.
// CLASS-LABEL: @evaluate_step(
// CLASS-SAME: tensor<i32> {mlc.role = #mlc.role<score>}
// CLASS: scf.for
// CLASS: %[[LARGER:.*]] = arith.cmpf ogt
// CLASS: arith.select %[[LARGER]]
// CLASS: arith.select %[[LARGER]]
// CLASS: arith.cmpi eq
// CLASS: arith.addi

graph.program @four {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x4xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x4xf32>
    graph.yield %y : tensor<?x4xf32>
  }
  graph.loss(%y: tensor<?x4xf32>, %t: tensor<?x4xf32>) {  // label
    %l = graph.bce_with_logits %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(8) epochs(1)
}
