// RUN: mlc-opt %s --mlc-outline-loops | FileCheck %s
// RUN: mlc-opt %s --mlc-outline-loops --duplicate-function-elimination | FileCheck %s --check-prefix=EQUAL

!bytes = memref<?xi8>
!row = memref<8xf32>

// A loop becomes a function with constants of its own; workers meet in the step.
// CHECK-LABEL: func.func private @step_0(
// CHECK-SAME: %{{.*}}: memref<8xf32>, %{{.*}}: memref<8xf32>)
// CHECK-SAME: llvm.linkage = #llvm.linkage<internal>, passthrough = ["noinline"]
// CHECK: %[[C8:.*]] = arith.constant 8 : index
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[C8]]
// CHECK: return
// CHECK-LABEL: func.func private @step_1(
// CHECK-LABEL: func.func @step(
// CHECK-SAME: %[[A:.*]]: memref<8xf32>, %[[W:.*]]: memref<?xi8>
// CHECK: %[[X:.*]] = memref.view
// CHECK: %[[Y:.*]] = memref.view
// CHECK-NOT: scf.for
// CHECK: call @step_0(%[[A]], %[[X]])
// CHECK-NEXT: call @mlc_barrier
// CHECK-NEXT: call @step_1(%[[X]], %[[Y]])

// Equal loops are one function.
// EQUAL: func.func private @[[LOOP:step_[0-9]]](
// EQUAL-NOT: func.func private @step_
// EQUAL-LABEL: func.func @step(
// EQUAL: call @[[LOOP]](
// EQUAL: call @[[LOOP]](
func.func @step(%a: !row, %workspace: !bytes, %barrier: !llvm.ptr) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c64 = arith.constant 64 : index
  %worker = arith.constant 0 : i64
  %x = memref.view %workspace[%c0][] : !bytes to !row
  %y = memref.view %workspace[%c64][] : !bytes to !row
  scf.for %i = %c0 to %c8 step %c1 {
    %e = memref.load %a[%i] : !row
    memref.store %e, %x[%i] : !row
  }
  func.call @mlc_barrier(%barrier, %worker) : (!llvm.ptr, i64) -> ()
  scf.for %i = %c0 to %c8 step %c1 {
    %e = memref.load %x[%i] : !row
    memref.store %e, %y[%i] : !row
  }
  return
}
func.func private @mlc_barrier(!llvm.ptr, i64)

// A branch becomes a function too.
// CHECK-LABEL: func.func private @branch_0(
// CHECK: scf.if
// CHECK-LABEL: func.func @branch(
// CHECK-NOT: scf.if
// CHECK: call @branch_0(
func.func @branch(%a: !row, %condition: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.if %condition {
    %e = memref.load %a[%c0] : !row
    memref.store %e, %a[%c1] : !row
  }
  return
}

// A vector is not passed; numbers are, and returned.
// CHECK-LABEL: func.func private @sums_0(
// CHECK-SAME: -> f32
// CHECK-LABEL: func.func @sums(
// CHECK: scf.for {{.*}} -> (vector<8xf32>)
// CHECK: %[[SUM:.*]] = call @sums_0
// CHECK: return %[[SUM]]
func.func @sums(%a: !row) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %zeros = arith.constant dense<0.0> : vector<8xf32>
  %v = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %zeros) -> (vector<8xf32>) {
    %e = vector.load %a[%c0] : !row, vector<8xf32>
    %t = arith.addf %s, %e : vector<8xf32>
    scf.yield %t : vector<8xf32>
  }
  vector.store %v, %a[%c0] : !row, vector<8xf32>
  %f = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %zero) -> (f32) {
    %e = memref.load %a[%i] : !row
    %t = arith.addf %s, %e : f32
    scf.yield %t : f32
  }
  return %f : f32
}
