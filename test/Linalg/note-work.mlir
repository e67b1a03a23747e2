// RUN: mlc-opt %s --mlc-note-work --mlir-print-debuginfo | FileCheck %s

// A product with 2 * 6 * 4 operations a row of the batch; it reads 6 numbers of
// each row and the matrix, and reads and writes 4 numbers of each row. The sum
// after it stands for two values of the model. What has no work has no number.
// CHECK: mlc.work = [
// CHECK-SAME: {names = ["%h"], work = array<f64: 0.000000e+00, 4.800000e+01, 0.000000e+00, 9.600000e+01, 5.600000e+01, 0.000000e+00>},
// CHECK-SAME: {names = ["update(%w)", "grad(%a)"], work = array<f64: 1.200000e+01, 0.000000e+00, 0.000000e+00, 4.800000e+01, 0.000000e+00, 0.000000e+00>},
// CHECK-SAME: {names = ["%s"], work = array<f64: 0.000000e+00, 0.000000e+00, 8.000000e+00, 0.000000e+00, 3.200000e+01, 1.800000e+01>}]
// CHECK: linalg.matmul {{.*}} loc(#[[PRODUCT:loc[0-9]*]])
// CHECK: csr.matmul {{.*}} loc(#[[SPARSE:loc[0-9]*]])
// CHECK-DAG: #[[PRODUCT]] = loc(fused<0 : i64>[
// CHECK-DAG: #[[SPARSE]] = loc(fused<2 : i64>[
#id = affine_map<(i) -> (i)>
func.func @train_step(%x: tensor<?x6xf32>, %w: tensor<6x4xf32>, %y: tensor<?x4xf32>, %b: tensor<6xf32>,
                      %rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                      %ones: i1) -> (tensor<?x4xf32>, tensor<6xf32>, tensor<?x4xf32>) {
  %p = linalg.matmul ins(%x, %w : tensor<?x6xf32>, tensor<6x4xf32>) outs(%y : tensor<?x4xf32>) -> tensor<?x4xf32> loc("%h")
  %u = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%b : tensor<6xf32>) {
  ^bb0(%v: f32):
    %d = arith.mulf %v, %v : f32 loc("grad(%a)")
    %e = arith.subf %v, %d : f32 loc("update(%w)")
    linalg.yield %e : f32 loc("update(%w)")
  } -> tensor<6xf32> loc("update(%w)")
  %s = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %w) outs(%y)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<6x4xf32>, tensor<?x4xf32>)
      -> tensor<?x4xf32> loc("%s")
  return %p, %u, %s : tensor<?x4xf32>, tensor<6xf32>, tensor<?x4xf32>
}
