// RUN: mlc-opt %s --mlc-set-costs=costs=equal-ops=3 --mlc-kernels=gpu-steps=kernel --canonicalize --cse | FileCheck %s
// RUN: mlc-opt %s --mlc-set-costs=costs=equal-ops=4 --mlc-kernels=gpu-steps=kernel | FileCheck %s --check-prefix=FEW
// RUN: mlc-opt %s --mlc-set-costs=costs=equal-ops=3 --mlc-kernels=gpu-steps=kernel --mlc-emulate-kernels | FileCheck %s --check-prefix=EMULATED

// FEW-NOT: equal_work

graph.program @line {
  %w = graph.parameter "w" uniform_fan_in : tensor<64x4xf32>
  graph.predict(%x: tensor<?x64xf32>) {
    %y = graph.matmul %x, %w : tensor<?x64xf32>, tensor<64x4xf32>
    graph.yield %y : tensor<?x4xf32>
  }
  graph.loss(%y: tensor<?x4xf32>, %t: tensor<?x4xf32>) {
    %l = graph.mse %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1, momentum = 0.9, weight_decay = 0) batch(64) epochs(1)
}

// Three sums do the same with buffers and numbers of their own: a function,
// which gets addresses of global memory, the rows where they vary, numbers, a block and
// a thread. The fourth one multiplies and the fifth has
// fewer terms: they stay where they are done.
// CHECK-LABEL: llvm.func internal @equal_work_0(
// CHECK-SAME: %{{.*}}: !llvm.ptr<1>, %{{.*}}: !llvm.ptr<1>, %{{.*}}: i64, %{{.*}}: f32, %{{.*}}: i64, %{{.*}}: i64)
// CHECK-SAME: no_inline
// CHECK: gpu.shuffle
// CHECK: memref.store
// CHECK: llvm.return
// CHECK-NOT: @equal_work_1

// CHECK-LABEL: gpu.func @train_step_0(
// CHECK: llvm.call @equal_work_0(
// CHECK: llvm.call @equal_work_0(
// CHECK-NOT: llvm.call
// CHECK-LABEL: gpu.func @train_step_1(
// CHECK-NOT: gpu.shuffle
// CHECK: llvm.call @equal_work_0(
// CHECK: arith.mulf
// CHECK-LABEL: gpu.func @train_step_2(
// CHECK-NOT: llvm.call
// CHECK-LABEL: gpu.func @train_steps(
// CHECK-COUNT-3: llvm.call @equal_work_0(
// CHECK-NOT: llvm.call @equal_work_0(

// A kernel waits where its functions do.
// EMULATED-DAG: llvm.func internal @equal_work_0(
// EMULATED-DAG: call @mlc_emulated_shuffle(
// EMULATED-DAG: func.func @train_step_0(
// EMULATED-NOT: gpu.
#element = affine_map<(d0) -> (d0)>
func.func private @train_step(%rows: memref<?xi32> {mlc.role = #mlc.role<rows>}, %rate: f64 {mlc.role = #mlc.role<learning_rate>},
                              %a: memref<4xf32> {mlc.role = #mlc.role<parameter>}, %b: memref<4xf32> {mlc.role = #mlc.role<parameter>},
                              %x: memref<?x4xf32> {mlc.role = #mlc.role<prediction>}, %y: memref<?x4xf32> {mlc.role = #mlc.role<prediction>},
                              %bytes: memref<?xi8> {mlc.role = #mlc.role<workspace>})
    attributes {mlc.batch = 64 : i64, mlc.workspace = array<i64: 128, 0, 0>} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %c64 = arith.constant 64 : index
  %begin = arith.truncf %rate : f64 to f32
  %negative = arith.negf %begin : f32
  linalg.generic {indexing_maps = [#element], iterator_types = ["parallel"]}
      outs(%a : memref<4xf32>) attrs = {mlc.level = 0 : i64} {
  ^bb0(%out: f32):
    %j = linalg.index 0 : index
    %sum = scf.for %i = %c0 to %c64 step %c1 iter_args(%part = %begin) -> f32 {
      %term = memref.load %x[%i, %j] : memref<?x4xf32>
      %next = arith.addf %part, %term : f32
      scf.yield %next : f32
    } {mlc.combiners = ["arith.addf"]}
    linalg.yield %sum : f32
  }
  linalg.generic {indexing_maps = [#element], iterator_types = ["parallel"]}
      outs(%b : memref<4xf32>) attrs = {mlc.level = 0 : i64} {
  ^bb0(%out: f32):
    %j = linalg.index 0 : index
    %sum = scf.for %i = %c0 to %c64 step %c1 iter_args(%part = %begin) -> f32 {
      %term = memref.load %y[%i, %j] : memref<?x4xf32>
      %next = arith.addf %part, %term : f32
      scf.yield %next : f32
    } {mlc.combiners = ["arith.addf"]}
    linalg.yield %sum : f32
  }
  linalg.generic {indexing_maps = [#element], iterator_types = ["parallel"]}
      outs(%b : memref<4xf32>) attrs = {mlc.level = 1 : i64} {
  ^bb0(%out: f32):
    %j = linalg.index 0 : index
    %sum = scf.for %i = %c0 to %c64 step %c1 iter_args(%part = %negative) -> f32 {
      %term = memref.load %x[%i, %j] : memref<?x4xf32>
      %next = arith.addf %part, %term : f32
      scf.yield %next : f32
    } {mlc.combiners = ["arith.addf"]}
    linalg.yield %sum : f32
  }
  linalg.generic {indexing_maps = [#element], iterator_types = ["parallel"]}
      outs(%a : memref<4xf32>) attrs = {mlc.level = 1 : i64} {
  ^bb0(%out: f32):
    %j = linalg.index 0 : index
    %sum = scf.for %i = %c0 to %c64 step %c1 iter_args(%part = %negative) -> f32 {
      %term = memref.load %x[%i, %j] : memref<?x4xf32>
      %next = arith.mulf %part, %term : f32
      scf.yield %next : f32
    } {mlc.combiners = ["arith.mulf"]}
    linalg.yield %sum : f32
  }
  linalg.generic {indexing_maps = [#element], iterator_types = ["parallel"]}
      outs(%a : memref<4xf32>) attrs = {mlc.level = 2 : i64} {
  ^bb0(%out: f32):
    %j = linalg.index 0 : index
    %sum = scf.for %i = %c0 to %c32 step %c1 iter_args(%part = %begin) -> f32 {
      %term = memref.load %x[%i, %j] : memref<?x4xf32>
      %next = arith.addf %part, %term : f32
      scf.yield %next : f32
    } {mlc.combiners = ["arith.addf"]}
    linalg.yield %sum : f32
  }
  return
}
