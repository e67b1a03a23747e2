// RUN: mlc-opt %s | mlc-opt | FileCheck %s

// CHECK-LABEL: func.func @words(
// CHECK: spmd.publish %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : memref<64x128xi64>
// CHECK: %{{.*}} = spmd.await %{{.*}}[%{{.*}}] : memref<64xi64>
func.func @words(%value: f32, %sums: memref<64x128xi64>, %errors: memref<64xi64>, %row: index, %unit: index) -> f32 {
  spmd.publish %value, %sums[%row, %unit] : memref<64x128xi64>
  %error = spmd.await %errors[%row] : memref<64xi64>
  return %error : f32
}
