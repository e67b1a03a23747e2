// RUN: mlc-opt %s --mlc-sampled-products | FileCheck %s

// The entries of each row of the batch, where they stand in the data.

// CHECK-LABEL: func.func @sampled(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32>, %[[INDPTR:[a-z0-9]+]]: tensor<?xi64>, %[[INDICES:[a-z0-9]+]]: tensor<?xi16>, %[[DY:[a-z0-9]+]]: tensor<?x4xf32>, %[[W:[a-z0-9]+]]: tensor<9x4xf32>, %[[OUT:[a-z0-9]+]]: tensor<?xf32>
// CHECK: %[[ALL:.*]] = scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[LIST:.*]] = %[[OUT]])
// CHECK: tensor.extract %[[ROWS]][%[[I]]]
// CHECK: tensor.extract %[[INDPTR]]
// CHECK: tensor.extract %[[INDPTR]]
// CHECK: %[[DYROW:.*]] = tensor.extract_slice %[[DY]][%[[I]], 0] [1, 4] [1, 1]
// CHECK: %[[FILLED:.*]] = scf.for %[[P:.*]] = %{{.*}} iter_args(%[[INNER:.*]] = %[[LIST]])
// CHECK: tensor.extract %[[INDICES]][%[[P]]]
// CHECK: %[[WROW:.*]] = tensor.extract_slice %[[W]][%{{.*}}, 0] [1, 4] [1, 1]
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[DYROW]], %[[WROW]]
// CHECK: %[[VALUE:.*]] = tensor.extract
// CHECK: %[[OLD:.*]] = tensor.extract %[[INNER]][%[[P]]]
// CHECK: %[[SUM:.*]] = arith.addf %[[OLD]], %[[VALUE]]
// CHECK: %[[NEXT:.*]] = tensor.insert %[[SUM]] into %[[INNER]][%[[P]]]
// CHECK: scf.yield %[[NEXT]]
// CHECK: scf.yield %[[FILLED]]
// CHECK: return %[[ALL]]
func.func @sampled(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %dy: tensor<?x4xf32>,
                   %w: tensor<9x4xf32>, %out: tensor<?xf32>) -> tensor<?xf32> {
  %y = csr.sampled_matmul ins(%rows, %indptr, %indices, %dy, %w) outs(%out) {accumulate}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x4xf32>, tensor<9x4xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}
