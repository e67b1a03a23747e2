// RUN: mlc-opt %s --split-input-file --mlc-gradients --mlc-private | FileCheck %s
// RUN: mlc-opt %s --split-input-file --mlc-autodiff-stage | FileCheck %s --check-prefix=STEP

// Each row's gradient is multiplied by its own factor where it is summed up:
// that of the weight in dy, that of the bias in dy; the loss is not told.

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<3x2xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[SCALE:[a-z0-9]+]]: tensor<?xf32> {mlc.role = #mlc.role<row_scale>}
// CHECK-SAME: %[[LAST:[a-z0-9]+]]: i1 {mlc.role = #mlc.role<call_ends>}
// CHECK-SAME: %[[SUMW:[a-z0-9]+]]: tensor<3x2xf32> {mlc.role = #mlc.role<state, "private_sum" of "w">}
// CHECK-SAME: %[[SUMB:[a-z0-9]+]]: tensor<2xf32> {mlc.role = #mlc.role<state, "private_sum" of "b">}
// CHECK: %[[X:.*]] = graph.gather
// CHECK: %[[ONE:.*]] = arith.constant 1 : i64
// CHECK: arith.sitofp %[[ONE]]
// CHECK: %[[DY:.*]] = arith.mulf {{.*}} : tensor<?x2xf32>
// CHECK: %[[XX:.*]] = arith.mulf %[[X]], %[[X]] : tensor<?x3xf32>
// CHECK: graph.matmul %[[XX]], {{.*}} : tensor<?x3xf32>, tensor<3x1xf32>
// CHECK: %[[DD:.*]] = arith.mulf %[[DY]], %[[DY]] : tensor<?x2xf32>
// CHECK: graph.matmul %[[DD]], {{.*}} : tensor<?x2xf32>, tensor<2x1xf32>
// CHECK: graph.reshape %[[SCALE]] : tensor<?xf32> -> tensor<?x1xf32>
// CHECK: %[[NORM:.*]] = math.sqrt
// CHECK: %[[MOST:.*]] = arith.divf {{.*}}, %[[NORM]] : tensor<?x1xf32>
// CHECK: arith.minimumf %[[MOST]]
// CHECK: %[[F:.*]] = graph.repeat_column
// CHECK: %[[SCALED:.*]] = arith.mulf %[[DY]], %[[F]]
// CHECK: %[[CLIPPED:.*]] = arith.select {{.*}}, %[[SCALED]]
// CHECK: %[[DW:.*]] = graph.matmul %[[X]], %[[CLIPPED]] {transpose_lhs}
// CHECK: %[[DB:.*]] = graph.sum_batch
// CHECK: %[[NEWW:.*]] = arith.addf %[[SUMW]], %[[DW]]
// CHECK: %[[KEPTW:.*]] = arith.select {{.*}}, %{{.*}}, %[[NEWW]]
// CHECK: %[[GW:.*]] = arith.mulf %[[NEWW]]
// CHECK: %[[NEWB:.*]] = arith.addf %[[SUMB]], %[[DB]]
// CHECK: return %{{.*}}, %[[GW]], %{{.*}}, %[[KEPTW]], %{{.*}} : tensor<f32>

// Parameters change in the last batch of a call alone, and nothing computes the
// loss.
// STEP-LABEL: func.func private @train_step(
// STEP-NOT: graph.mse
// STEP: return
graph.program @dense {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  %b = graph.parameter "b" zeros : tensor<2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w, %b : tensor<?x3xf32>, tensor<3x2xf32>, tensor<2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(8) epochs(1) private(clip = 0.5)
}

// -----

// The caller has the squares of sparse rows; a frozen parameter takes no part.
// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[SQUARES:[a-z0-9]+]]: tensor<?xf32> {mlc.role = #mlc.role<row_squares>}
// CHECK-NOT: "private_sum" of "b"
// CHECK: graph.reshape %[[SQUARES]] : tensor<?xf32> -> tensor<?x1xf32>
graph.program @sparse {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  %b = graph.parameter "b" zeros frozen : tensor<2xf32>
  graph.predict(%x: tensor<?x3xf32, #graph.csr>) {
    %y = graph.linear %x, %w, %b : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>, tensor<2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(8) epochs(1) private(clip = 0.5)
}

// -----

// Also rows of one place have what squares of tiny numbers may be too small by.
// CHECK-LABEL: func.func private @train_step(
// CHECK-COUNT-2: graph.dot_places
// CHECK: arith.constant 3.52648305E-38
// CHECK: arith.constant 2.3509887E-38
graph.program @one_place {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  graph.predict(%x: tensor<?x1x3xf32>) {
    %h = graph.linear %x, %w : tensor<?x1x3xf32>, tensor<3x2xf32>
    graph.yield %h : tensor<?x1x2xf32>
  }
  graph.loss(%y: tensor<?x1x2xf32>, %t: tensor<?x1x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x1x2xf32>, tensor<?x1x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(8) epochs(1) private(clip = 0.5)
}
