// RUN: mlc-opt %s --split-input-file --mlc-autodiff-stage | FileCheck %s

// The learning rate is a run-time scalar, narrowed once; no optimiser op is
// left after this stage, and no number of the rule but its own settings.

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[RATE:[a-z0-9]+]]: f64 {mlc.role = #mlc.role<learning_rate>}
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = #mlc.role<parameter>}) ->
// CHECK: %[[G:.*]] = graph.matmul
// CHECK: %[[NARROW:.*]] = arith.truncf %[[RATE]] : f64 to f32
// CHECK: %[[RATES:.*]] = tensor.splat %[[NARROW]] : tensor<2x1xf32>
// CHECK: %[[CHANGE:.*]] = arith.mulf %[[G]], %[[RATES]]
// CHECK: %[[NEW:.*]] = arith.subf %[[W]], %[[CHANGE]]
// CHECK: return %{{.*}}, %[[NEW]] : tensor<f32>, tensor<2x1xf32>
graph.program @sgd {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1)
}

// -----

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[RATE:[a-z0-9]+]]: f64 {mlc.role = #mlc.role<learning_rate>}
// CHECK-SAME: %[[STEP:[a-z0-9]+]]: i64 {mlc.role = #mlc.role<step>}
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[M:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = #mlc.role<state, "exp_avg" of "w">}
// CHECK-SAME: %[[V:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = #mlc.role<state, "exp_avg_sq" of "w">}) ->
// Bias correction is by the step's number.
// CHECK: %[[T:.*]] = arith.sitofp %[[STEP]] : i64 to f64
// CHECK: %[[POWER1:.*]] = math.powf %{{.*}}, %[[T]] : f64
// CHECK: %[[CORRECTION1:.*]] = arith.subf %{{.*}}, %[[POWER1]] : f64
// CHECK: %[[POWER2:.*]] = math.powf %{{.*}}, %[[T]] : f64
// CHECK: arith.divf %[[RATE]], %[[CORRECTION1]] : f64
graph.program @adam {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.1) batch(1) epochs(1)
}

// -----

// Lazily, the rows of columns that the batch has not keep weight and states;
// epsilon stands beside the root before its bias correction. A parameter that
// meets no sparse data is changed as ever.

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<9x4xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[B:[a-z0-9]+]]: tensor<4xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[M:[a-z0-9]+]]: tensor<9x4xf32> {mlc.role = #mlc.role<state, "exp_avg" of "w">}
// CHECK-SAME: %[[V:[a-z0-9]+]]: tensor<9x4xf32> {mlc.role = #mlc.role<state, "exp_avg_sq" of "w">}
// CHECK: %[[X:.*]] = graph.gather {{.*}} #graph.csr
// CHECK: %[[ROOT:.*]] = math.sqrt %[[NEWV:.*]] : tensor<9x4xf32>
// CHECK: %[[DENOMINATOR:.*]] = arith.addf %[[ROOT]], %{{.*}} : tensor<9x4xf32>
// CHECK: arith.divf %{{.*}}, %[[DENOMINATOR]] fastmath<arcp>
// CHECK: %[[NEWW:.*]] = arith.subf %[[W]]
// CHECK: %[[TOUCHED:.*]] = graph.touched_columns %[[X]] : tensor<?x9xf32, #graph.csr> -> tensor<9x4xi1>
// CHECK-DAG: %[[RW:.*]] = arith.select %[[TOUCHED]], %[[NEWW]], %[[W]]
// CHECK-DAG: %[[RM:.*]] = arith.select %[[TOUCHED]], %{{.*}}, %[[M]]
// CHECK-DAG: %[[RV:.*]] = arith.select %[[TOUCHED]], %[[NEWV]], %[[V]]
// CHECK-NOT: arith.select
// CHECK: return %{{.*}}, %[[RW]], %{{.*}}, %[[RM]], %[[RV]]
graph.program @lazy {
  %w = graph.parameter "w" zeros : tensor<9x4xf32>
  %b = graph.parameter "b" zeros : tensor<4xf32>
  graph.predict(%x: tensor<?x9xf32, #graph.csr>) {
    %y = graph.linear %x, %w, %b : tensor<?x9xf32, #graph.csr>, tensor<9x4xf32>, tensor<4xf32>
    graph.yield %y : tensor<?x4xf32>
  }
  graph.loss(%y: tensor<?x4xf32>, %t: tensor<?x4xf32>) {
    %l = graph.mse %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(lazy, learning_rate = 0.1) batch(7) epochs(3)
}

// -----

// Descent without momentum and decay changes no other rows anyway: it says so
// where there are many.

// CHECK-LABEL: func.func private @train_step(
// CHECK: %[[TOUCHED:.*]] = graph.touched_columns
// CHECK: arith.select %[[TOUCHED]]
graph.program @sgd_wide {
  %w = graph.parameter "w" zeros : tensor<70000x4xf32>
  graph.predict(%x: tensor<?x70000xf32, #graph.csr>) {
    %y = graph.linear %x, %w : tensor<?x70000xf32, #graph.csr>, tensor<70000x4xf32>
    graph.yield %y : tensor<?x4xf32>
  }
  graph.loss(%y: tensor<?x4xf32>, %t: tensor<?x4xf32>) {
    %l = graph.mse %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(7) epochs(3)
}

// -----

// CHECK-LABEL: func.func private @train_step(
// CHECK-NOT: graph.touched_columns
graph.program @sgd_narrow {
  %w = graph.parameter "w" zeros : tensor<9000x4xf32>
  graph.predict(%x: tensor<?x9000xf32, #graph.csr>) {
    %y = graph.linear %x, %w : tensor<?x9000xf32, #graph.csr>, tensor<9000x4xf32>
    graph.yield %y : tensor<?x4xf32>
  }
  graph.loss(%y: tensor<?x4xf32>, %t: tensor<?x4xf32>) {
    %l = graph.mse %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(7) epochs(3)
}

// -----

// What is 0 of a pruned weight stays so, whatever the optimiser; the bias may
// become 0 and leave it again.

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[B:[a-z0-9]+]]: tensor<1xf32> {mlc.role = #mlc.role<parameter>}
// CHECK: %[[NEW:.*]] = arith.subf %[[W]],
// CHECK: %[[IS_ZERO:.*]] = arith.cmpf oeq, %[[W]], %[[ZERO:.*]] : tensor<2x1xf32>
// CHECK: %[[KEPT:.*]] = arith.select %[[IS_ZERO]], %[[ZERO]], %[[NEW]]
// CHECK: %[[NEW_B:.*]] = arith.subf %[[B]],
// CHECK: return %{{.*}}, %[[KEPT]], %[[NEW_B]]
graph.program @pruned {
  %w = graph.parameter "w" uniform_fan_in keep_zeros : tensor<2x1xf32>
  %b = graph.parameter "b" zeros : tensor<1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w, %b : tensor<?x2xf32>, tensor<2x1xf32>, tensor<1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1)
}

// -----

// A frozen parameter comes back as it is; the other has a rate and a decay of
// its own.

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[RATE:[a-z0-9]+]]: f64 {mlc.role = #mlc.role<learning_rate>}
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[B:[a-z0-9]+]]: tensor<1xf32> {mlc.role = #mlc.role<parameter>}) ->
// CHECK: %[[DECAYS:.*]] = arith.constant dense<2.500000e-01> : tensor<1xf32>
// CHECK: %[[HALF:.*]] = arith.constant 5.000000e-01 : f64
// CHECK-NOT: graph.matmul
// CHECK: %[[DB:.*]] = graph.sum_batch
// CHECK: %[[OWN:.*]] = arith.mulf %[[RATE]], %[[HALF]] : f64
// CHECK: arith.mulf %[[B]], %[[DECAYS]]
// CHECK: arith.truncf %[[OWN]] : f64 to f32
// CHECK: return %{{.*}}, %[[W]], %{{.*}} : tensor<f32>, tensor<2x1xf32>, tensor<1xf32>
graph.program @own {
  %w = graph.parameter "w" zeros frozen : tensor<2x1xf32>
  %b = graph.parameter "b" zeros rate(0.5) weight_decay(0.25) : tensor<1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w, %b : tensor<?x2xf32>, tensor<2x1xf32>, tensor<1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1, weight_decay = 0.125) batch(1) epochs(1)
}

// -----

// Behind the update stand the proximal step of l1, with the rate of the step, and
// the average, which is the parameter itself after the first update.

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[RATE:[a-z0-9]+]]: f64 {mlc.role = #mlc.role<learning_rate>}
// CHECK-SAME: %[[STEP:[a-z0-9]+]]: i64 {mlc.role = #mlc.role<step>}
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[MEAN:[a-z0-9]+]]: tensor<2x1xf32> {mlc.role = #mlc.role<state, "ema" of "w">}) ->
// CHECK: %[[UPDATED:.*]] = arith.subf %[[W]],
// CHECK: %[[L1:.*]] = arith.mulf %[[RATE]], %{{.*}} : f64
// CHECK: %[[BOUND:.*]] = tensor.splat
// CHECK: %[[ABOVE:.*]] = arith.maximumf %[[UPDATED]],
// CHECK: %[[PART:.*]] = arith.minimumf %[[ABOVE]], %[[BOUND]]
// CHECK: %[[NEW:.*]] = arith.subf %[[UPDATED]], %[[PART]]
// CHECK: %[[IS_FIRST:.*]] = arith.cmpi eq, %[[STEP]], %{{.*}} : i64
// CHECK: arith.select %[[IS_FIRST]], %{{.*}}, %{{.*}} : f32
// CHECK: %[[DIFFERENCE:.*]] = arith.subf %[[NEW]], %[[MEAN]]
// CHECK: %[[SHARE:.*]] = arith.mulf %[[DIFFERENCE]],
// CHECK: %[[NEW_MEAN:.*]] = arith.addf %[[MEAN]], %[[SHARE]]
// CHECK: return %{{.*}}, %[[NEW]], %[[NEW_MEAN]]
graph.program @shrunk {
  %w = graph.parameter "w" uniform_fan_in : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1) l1(0.5) ema(0.9)
}

// -----

// What has no gradient stays with ftrl: of many rows, those alone that the batch
// touches are looked at.

// CHECK-LABEL: func.func private @train_step(
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<65536x1xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[Z:[a-z0-9]+]]: tensor<65536x1xf32> {mlc.role = #mlc.role<state, "linear" of "w">}
// CHECK-SAME: %[[N:[a-z0-9]+]]: tensor<65536x1xf32> {mlc.role = #mlc.role<state, "accumulator" of "w">}) ->
// CHECK: %[[TOUCHED:.*]] = graph.touched_columns
// CHECK-DAG: arith.select %[[TOUCHED]], %{{.*}}, %[[W]]
// CHECK-DAG: arith.select %[[TOUCHED]], %{{.*}}, %[[Z]]
// CHECK-DAG: arith.select %[[TOUCHED]], %{{.*}}, %[[N]]
graph.program @ftrl {
  %w = graph.parameter "w" zeros : tensor<65536x1xf32>
  graph.predict(%x: tensor<?x65536xf32, #graph.csr>) {
    %y = graph.linear %x, %w : tensor<?x65536xf32, #graph.csr>, tensor<65536x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train ftrl(alpha = 0.1, l1 = 0.01) batch(1) epochs(1)
}

// -----

// A penalty changes every row, also of plain sgd.

// CHECK-LABEL: func.func private @train_step(
// CHECK-NOT: graph.touched_columns
graph.program @penalty_of_all_rows {
  %w = graph.parameter "w" zeros : tensor<65536x1xf32>
  graph.predict(%x: tensor<?x65536xf32, #graph.csr>) {
    %y = graph.linear %x, %w : tensor<?x65536xf32, #graph.csr>, tensor<65536x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1) l1(0.01)
}
