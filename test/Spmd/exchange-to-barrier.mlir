// RUN: mlc-opt %s --mlc-exchange-to-barrier | FileCheck %s

// What crosses is in memory that all workers share, so they only wait.
// CHECK-LABEL: func.func @step(
// CHECK-SAME: %[[WORKER:[a-z0-9]+]]: index {mlc.role = #mlc.role<worker>}, %[[BARRIER:[a-z0-9]+]]: !llvm.ptr {mlc.role = #mlc.role<barrier>})
// CHECK: %[[NUMBER:.*]] = arith.index_cast %[[WORKER]] : index to i64
// CHECK-NEXT: call @mlc_barrier(%[[BARRIER]], %[[NUMBER]])
// CHECK-NOT: spmd.exchange
func.func @step(%x: memref<4xf32>, %worker: index {mlc.role = #mlc.role<worker>}) {
  spmd.exchange gather %x : memref<4xf32>
  return
}

// The barrier counts the workers of all ranks.
// CHECK-LABEL: func.func @ranks(
// CHECK-SAME: %[[WORKERS:[a-z0-9]+]]: index {mlc.role = #mlc.role<workers>}, %[[WORKER:[a-z0-9]+]]: index {mlc.role = #mlc.role<worker>}, %[[RANK:[a-z0-9]+]]: index
// CHECK: %[[BEFORE:.*]] = arith.muli %[[RANK]], %[[WORKERS]]
// CHECK: %[[SUM:.*]] = arith.addi %[[BEFORE]], %[[WORKER]]
// CHECK: %[[NUMBER:.*]] = arith.index_cast %[[SUM]] : index to i64
// CHECK: call @mlc_barrier(%{{.*}}, %[[NUMBER]])
func.func @ranks(%x: memref<4xf32>, %workers: index {mlc.role = #mlc.role<workers>}, %worker: index {mlc.role = #mlc.role<worker>},
                 %rank: index {mlc.role = #mlc.role<rank>}) {
  spmd.exchange gather %x : memref<4xf32>
  return
}

// A step without one has no use for the argument.
// CHECK-LABEL: func.func @alone(%{{[a-z0-9]+}}: index {mlc.role = #mlc.role<worker>}) {
// CHECK: func.func private @mlc_barrier(!llvm.ptr, i64)
func.func @alone(%worker: index {mlc.role = #mlc.role<worker>}) {
  return
}
