// RUN: split-file %s %t
// RUN: mlc-opt %t/errors.mlir --mlc-entry-points --split-input-file --verify-diagnostics
// RUN: not mlc-opt %t/no-program.mlir --mlc-entry-points 2>&1 | FileCheck %s --check-prefix=PROGRAM
// RUN: not mlc-opt %t/two-programs.mlir --mlc-entry-points 2>&1 | FileCheck %s --check-prefix=PROGRAM
// RUN: not mlc-opt %t/no-steps.mlir --mlc-entry-points 2>&1 | FileCheck %s --check-prefix=STEP
// RUN: mlc-opt %t/no-training.mlir --mlc-entry-points 2>&1 | FileCheck %s --check-prefix=ALONE

// These are errors of the module, which has no line to expect them on.
// PROGRAM: error: expected one graph.program
// STEP: error: expected a step

// A program that can only predict.
// ALONE-NOT: train
// ALONE: llvm.func internal @mlc_line_predict(
// ALONE: constant @{{.*MlcEntryPoint.*}}() {{.*}} : !llvm.struct<(ptr, ptr,
// ALONE: llvm.mlir.global external constant @mlc_program_line()

//--- no-program.mlir
func.func private @train_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @evaluate_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @predict_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }

//--- two-programs.mlir
graph.program @line {
  %w = graph.parameter "w" zeros : tensor<3x1xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(7)
}
graph.program @other {
  %w = graph.parameter "w" zeros : tensor<3x1xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(7)
}
func.func private @train_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @evaluate_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @predict_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }

//--- no-steps.mlir
graph.program @line {
  %w = graph.parameter "w" zeros : tensor<3x1xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(7)
}

//--- no-training.mlir
graph.program @line {
  %w = graph.parameter "w" zeros : tensor<3x1xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(7)
}
func.func private @predict_step() attributes {mlc.independent, mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }

//--- errors.mlir
graph.program @line {
  %w = graph.parameter "w" zeros : tensor<3x1xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(7)
}
// expected-error@+1 {{expected the attribute mlc.workspace of three numbers}}
func.func private @train_step() attributes {mlc.batch = 5 : i64} { return }

// -----

graph.program @line {
  %w = graph.parameter "w" zeros : tensor<3x1xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(7)
}
func.func private @train_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
// expected-error@+1 {{expected the attribute mlc.workspace of three numbers}}
func.func private @predict_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0>} { return }

// -----

graph.program @line {
  %w = graph.parameter "w" zeros : tensor<3x1xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(7)
}
// expected-error@+1 {{expected the attribute mlc.batch}}
func.func private @train_step() attributes {mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @evaluate_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @predict_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }

// -----

graph.program @line {
  %w = graph.parameter "w" zeros : tensor<3x1xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(7)
}
// expected-error@+1 {{expected a role that the runtime knows for argument 1}}
func.func private @train_step(%a: memref<?xi32> {mlc.role = #mlc.role<rows>}, %b: memref<4xf32>) attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @evaluate_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @predict_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }

// -----

graph.program @line {
  %w = graph.parameter "w" zeros : tensor<3x1xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(7)
}
func.func private @train_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @evaluate_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
// expected-error@+1 {{expected a role that the runtime knows for argument 0}}
func.func private @predict_step(%a: memref<4xf32> {mlc.role = #mlc.role<gradient>}) attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }

// -----

graph.program @line {
  %w = graph.parameter "w" zeros : tensor<3x1xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(7)
}
// expected-error@+1 {{expected the names of argument 0, which is a state, in its mlc.role}}
func.func private @train_step(%a: memref<3x1xf32> {mlc.role = #mlc.role<state>}) attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @evaluate_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @predict_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
