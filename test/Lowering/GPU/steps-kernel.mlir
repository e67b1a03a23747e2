// RUN: mlc-opt %s --mlc-kernels=gpu-steps=kernel --canonicalize --cse | FileCheck %s
// RUN: mlc-opt %s --mlc-kernels --canonicalize --cse | FileCheck %s
// RUN: mlc-opt %s --mlc-kernels=gpu-steps=launches | FileCheck %s --check-prefix=LAUNCHES

// All levels of many steps as one kernel, chosen for so small a model.
// LAUNCHES-NOT: @train_steps
// LAUNCHES-NOT: mlc_grid_barrier

graph.program @line {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.matmul %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1, momentum = 0.9, weight_decay = 0) batch(64) epochs(1)
}

// CHECK: func.func private @mlc_grid_barrier(!llvm.ptr, i64)
// The level with most blocks has two. How many there are is known at launch.
// CHECK-LABEL: gpu.func @train_steps(
// CHECK-SAME: %[[SLOTS:.*]]: !llvm.ptr, %[[STEPS:.*]]: i64) kernel
// CHECK-NOT: known_grid_size
// CHECK-SAME: mlc.most_blocks = 2 : i64
// CHECK-SAME: nvvm.minctasm = 1 : i32
// CHECK: %[[BLOCK:.*]] = gpu.block_id x
// CHECK: %[[BLOCKS:.*]] = gpu.grid_dim x
// CHECK: %[[COUNT:.*]] = arith.index_cast %[[STEPS]]
// Slots are read once, before all steps: the row count, the outputs, the
// parameter.
// CHECK-COUNT-4: llvm.load
// CHECK: scf.for %[[STEP:.*]] = %c0 to %[[COUNT]] step %c1 {
// CHECK-NOT: llvm.load
// CHECK: %[[BEFORE:.*]] = arith.muli %[[STEP]], %c2
// A block takes every so-manieth of the level's blocks, then waits until all
// have come to this barrier: level + 1 + 2 a step.
// CHECK: scf.for %[[OWN:.*]] = %[[BLOCK]] to %c2 step %[[BLOCKS]] {
// CHECK: memref.store
// CHECK: memref.store
// CHECK: %[[COUNTER:.*]] = llvm.getelementptr %[[SLOTS]][29]
// CHECK: %[[FIRST:.*]] = arith.addi %[[BEFORE]], %c1
// CHECK: %[[GOAL:.*]] = arith.muli %[[FIRST]], %[[BLOCKS]]
// CHECK: %[[COUNT1:.*]] = arith.index_cast %[[GOAL]]
// CHECK: call @mlc_grid_barrier(%[[COUNTER]], %[[COUNT1]])
// CHECK: scf.for %{{.*}} = %[[BLOCK]] to %c1 step %[[BLOCKS]] {
// CHECK: memref.store
// CHECK: %[[SECOND:.*]] = arith.addi %[[BEFORE]], %c2
// CHECK: arith.muli %[[SECOND]], %[[BLOCKS]]
// CHECK: call @mlc_grid_barrier(
// CHECK-NOT: call @mlc_grid_barrier(
func.func private @train_step(%rows: memref<?xi32> {mlc.role = #mlc.role<rows>}, %w: memref<3x2xf32> {mlc.role = #mlc.role<parameter>},
                              %y: memref<?x2xf32> {mlc.role = #mlc.role<prediction>}, %bytes: memref<?xi8> {mlc.role = #mlc.role<workspace>})
    attributes {mlc.batch = 64 : i64, mlc.workspace = array<i64: 128, 0, 0>} {
  %zero = arith.constant 0.0 : f32
  linalg.fill {mlc.level = 0 : i64} ins(%zero : f32) outs(%y : memref<?x2xf32>)
  linalg.fill {mlc.level = 0 : i64} ins(%zero : f32) outs(%w : memref<3x2xf32>)
  linalg.fill {mlc.level = 1 : i64} ins(%zero : f32) outs(%w : memref<3x2xf32>)
  return
}

// Steps that do not train are launched one by one.
// CHECK-NOT: gpu.func @predict_steps
func.func private @predict_step(%y: memref<?x2xf32> {mlc.role = #mlc.role<prediction>})
    attributes {mlc.batch = 64 : i64, mlc.workspace = array<i64: 0, 0, 0>} {
  %zero = arith.constant 0.0 : f32
  linalg.fill {mlc.level = 0 : i64} ins(%zero : f32) outs(%y : memref<?x2xf32>)
  return
}
