// RUN: mlc-opt %s --mlc-entry-points | FileCheck %s

// A profiled training step becomes an entry point beside the others, to which the
// descriptor points; its regions become a table. It gets MlcCall's field 22.

graph.program @small {
  %w = graph.parameter "w" zeros : tensor<4x1xf32>
  graph.predict(%x: tensor<?x4xf32>) {
    %y = graph.linear %x, %w : tensor<?x4xf32>, tensor<4x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.01) batch(5) epochs(7)
}

// CHECK: func.func private @profiled_train_step({{.*}} attributes {llvm.linkage = #llvm.linkage<internal>
func.func private @train_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @profiled_train_step(%profile: !llvm.ptr {mlc.role = #mlc.role<profile>})
    attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>,
                mlc.work = [{name = "%y", work = array<f64: 1.0, 2.0, 3.0, 4.0, 5.0, 6.0>}]} { return }
func.func private @evaluate_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @predict_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }

// CHECK: llvm.func internal @mlc_small_train_profiled(%[[CALL:.*]]: !llvm.ptr)
// CHECK: %[[FIELD:.*]] = llvm.getelementptr %[[CALL]][21]
// CHECK: %[[PROFILE:.*]] = llvm.load %[[FIELD]]
// CHECK: call @profiled_train_step(%[[PROFILE]])
// CHECK: constant @{{.*MlcEntryPoint.*}}() {{.*}} : !llvm.array<3 x
// CHECK: llvm.mlir.addressof @mlc_small_train :
// CHECK-NEXT: llvm.mlir.addressof @mlc_small_train_profiled :
// CHECK: llvm.mlir.global internal constant @[[NAME:.*]]("%y\00")
// CHECK: constant @[[REGIONS:.*MlcRegion.*]]() {{.*}} : !llvm.struct<(ptr, f64, f64, f64, f64, f64, f64)>
// CHECK: llvm.mlir.addressof @[[NAME]] :
// CHECK-NEXT: llvm.mlir.constant(1.000000e+00 : f64)
// CHECK-NEXT: llvm.mlir.constant(2.000000e+00 : f64)
// CHECK: llvm.mlir.constant(6.000000e+00 : f64)
// CHECK: llvm.mlir.global external constant @mlc_program_small()
// CHECK: llvm.mlir.addressof @[[REGIONS]]
