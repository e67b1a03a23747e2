// RUN: mlc-opt %s --mlc-kernels=gpu-steps=launches --canonicalize --cse | FileCheck %s

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

// CHECK: gpu.module @mlc_kernels attributes {mlc.workspace = 128 : i64}

// Two fills of one level: 64 x 2 elements are a block, 3 x 2 another. Elements
// of a smaller batch's missing rows are left out.
// CHECK-LABEL: gpu.func @train_step_0(
// CHECK-SAME: %[[SLOTS:.*]]: !llvm.ptr, %[[OFFSET:.*]]: i64) kernel
// CHECK-SAME: known_block_size = array<i32: 256, 1, 1>
// CHECK-SAME: known_grid_size = array<i32: 2, 1, 1>
// CHECK-SAME: mlc.step = "train_step"
// The number of the batch: slot 28 and the offset; its rows: slot 1, less those
// before, at most 64.
// CHECK-DAG: %[[DONE:.*]] = llvm.getelementptr %[[SLOTS]][28]
// CHECK-DAG: %[[COUNT:.*]] = llvm.load %[[DONE]]
// CHECK-DAG: arith.addi %[[COUNT]], %[[OFFSET]]
// CHECK-DAG: llvm.getelementptr %[[SLOTS]][1]
// CHECK-DAG: %[[ROWS:.*]] = arith.minui
// The output is slot 36, the parameter slot 37.
// CHECK-DAG: llvm.getelementptr %[[SLOTS]][36]
// CHECK: scf.if
// CHECK: %[[SIZE:.*]] = memref.dim
// CHECK: %[[ELEMENTS:.*]] = arith.muli %[[SIZE]], %c2
// CHECK: %[[INSIDE:.*]] = arith.cmpi ult, %{{.*}}, %[[ELEMENTS]]
// CHECK: scf.if %[[INSIDE]]
// CHECK: memref.store
// CHECK: llvm.getelementptr %[[SLOTS]][37]
// CHECK: scf.if
// CHECK: memref.store

// A sum of 64 terms for each of 6 elements: a warp each. Each thread takes every
// 32nd term, two of them; then five exchanges, and one thread writes.
// CHECK-LABEL: gpu.func @train_step_1(
// CHECK-SAME: known_grid_size = array<i32: 1, 1, 1>
// CHECK: %[[LANE:.*]] = arith.remui %{{.*}}, %c32
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[LANE]], %c0
// CHECK: %[[SUM:.*]] = scf.for %[[NUMBER:.*]] = %c0 to %c2 step %c1
// CHECK: %[[BEFORE:.*]] = arith.muli %[[NUMBER]], %c32
// CHECK: %[[TERM:.*]] = arith.addi %[[LANE]], %[[BEFORE]]
// CHECK: memref.load %{{.*}}[%[[TERM]]
// CHECK: gpu.shuffle xor %[[SUM]], %c16
// CHECK: gpu.shuffle xor %{{.*}}, %c8
// CHECK: gpu.shuffle xor %{{.*}}, %c4
// CHECK: gpu.shuffle xor %{{.*}}, %c2
// CHECK: gpu.shuffle xor %{{.*}}, %c1
// CHECK-NOT: gpu.shuffle
// CHECK: %[[WRITES:.*]] = arith.andi %{{.*}}, %[[FIRST]]
// CHECK: scf.if %[[WRITES]]
// CHECK: memref.store
// CHECK-NOT: func.func
func.func private @train_step(%rows: memref<?xi32> {mlc.role = #mlc.role<rows>}, %w: memref<3x2xf32> {mlc.role = #mlc.role<parameter>},
                              %y: memref<?x2xf32> {mlc.role = #mlc.role<prediction>}, %bytes: memref<?xi8> {mlc.role = #mlc.role<workspace>})
    attributes {mlc.batch = 64 : i64, mlc.workspace = array<i64: 128, 0, 0>} {
  %zero = arith.constant 0.0 : f32
  linalg.fill {mlc.level = 0 : i64} ins(%zero : f32) outs(%y : memref<?x2xf32>)
  linalg.fill {mlc.level = 0 : i64} ins(%zero : f32) outs(%w : memref<3x2xf32>)
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      outs(%w : memref<3x2xf32>) attrs = {mlc.level = 1 : i64} {
  ^bb0(%out: f32):
    %j = linalg.index 1 : index
    %sum = scf.for %i = %c0 to %c64 step %c1 iter_args(%part = %out) -> f32 {
      %term = memref.load %y[%i, %j] : memref<?x2xf32>
      %next = arith.addf %part, %term : f32
      scf.yield %next : f32
    } {mlc.combiners = ["arith.addf"]}
    linalg.yield %sum : f32
  }
  return
}
