// RUN: mlc-opt %s --mlc-profile-step | FileCheck %s

// The step itself stays; its copy tells the end of each of its regions. Two
// loops of the same names are one region; a computation that two regions hold
// counts once; waiting is a region of its own.
// CHECK-LABEL: func.func private @train_step(
// CHECK-NOT: mlc.work
// CHECK-NOT: @mlc_profile
// CHECK-LABEL: func.func private @profiled_train_step(
// CHECK-SAME: %[[WORKER:[a-z0-9]+]]: index {mlc.role = #mlc.role<worker>}, %{{.*}}: !llvm.ptr {mlc.role = #mlc.role<barrier>}, %[[PROFILE:[a-z0-9]+]]: !llvm.ptr {mlc.role = #mlc.role<profile>})
// CHECK-SAME: mlc.work = [
// CHECK-SAME: {name = "%h", work = array<f64: 1.000000e+01, 0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00>},
// CHECK-SAME: {name = "waiting for other workers", work = array<f64: 0.000000e+00,
// CHECK-SAME: {name = "grad(%h) update(%w)", work = array<f64: 5.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 2.000000e+00>},
// CHECK-SAME: {name = "rows of the batch, layout of parameters", work = array<f64: 0.000000e+00,
// CHECK: scf.for
// CHECK: scf.for
// CHECK: %[[NUMBER:.*]] = arith.index_cast %[[WORKER]] : index to i64
// CHECK-NEXT: %[[HERE:.*]] = arith.constant 0 : i64
// CHECK-NEXT: call @mlc_profile(%[[PROFILE]], %[[NUMBER]], %[[HERE]])
// CHECK: call @mlc_barrier(
// CHECK: %[[HERE:.*]] = arith.constant 1 : i64
// CHECK-NEXT: call @mlc_profile(%{{.*}}, %{{.*}}, %[[HERE]])
// CHECK-NEXT: scf.for
// CHECK: %[[HERE:.*]] = arith.constant 2 : i64
// CHECK-NEXT: call @mlc_profile(%{{.*}}, %{{.*}}, %[[HERE]])
// CHECK-NEXT: scf.for
// CHECK: %[[HERE:.*]] = arith.constant 3 : i64
// CHECK-NEXT: call @mlc_profile(%{{.*}}, %{{.*}}, %[[HERE]])
// CHECK-NEXT: return
// CHECK: func.func private @mlc_profile(!llvm.ptr, i64, i64)
func.func private @mlc_barrier(!llvm.ptr, i64)
func.func private @train_step(%m: memref<4xf32>, %n: index, %worker: index {mlc.role = #mlc.role<worker>},
                              %barrier: !llvm.ptr {mlc.role = #mlc.role<barrier>})
    attributes {mlc.work = [{names = ["%h"], work = array<f64: 10.0, 0.0, 0.0, 0.0, 0.0, 0.0>},
                            {names = ["grad(%h)"], work = array<f64: 4.0, 0.0, 0.0, 0.0, 0.0, 0.0>},
                            {names = ["update(%w)"], work = array<f64: 1.0, 0.0, 0.0, 0.0, 0.0, 2.0>}]} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c0_i64 = arith.constant 0 : i64
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %m[%i] : memref<4xf32> loc(fused<0>["%h"])
    memref.store %x, %m[%c0] : memref<4xf32> loc(fused<0>["%h"])
  }
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %m[%i] : memref<4xf32> loc(fused<0>["%h"])
    memref.store %x, %m[%c1] : memref<4xf32> loc(fused<0>["%h"])
  }
  func.call @mlc_barrier(%barrier, %c0_i64) : (!llvm.ptr, i64) -> ()
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %m[%i] : memref<4xf32> loc(fused<1>["grad(%h)"])
    memref.store %x, %m[%c0] : memref<4xf32> loc(fused[fused<2>["update(%w)"], fused<1>["x"]])
  }
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %m[%i] : memref<4xf32>
    memref.store %x, %m[%c0] : memref<4xf32>
  }
  return
}
