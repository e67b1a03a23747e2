// RUN: mlc-opt %s | mlc-opt | FileCheck %s
// RUN: mlc-opt %s --mlir-print-op-generic | mlc-opt | FileCheck %s

// CHECK-LABEL: func.func @matmul
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32>, %[[INDPTR:[a-z0-9]+]]: tensor<?xi64>, %[[INDICES:[a-z0-9]+]]: tensor<?xi32>, %[[VALUES:[a-z0-9]+]]: tensor<?xf32>, %[[W:[a-z0-9]+]]: tensor<9x4xf32>, %[[INIT:[a-z0-9]+]]: tensor<?x4xf32>
func.func @matmul(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>,
                  %values: tensor<?xf32>, %w: tensor<9x4xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // CHECK: csr.matmul ins(%[[ROWS]], %[[INDPTR]], %[[INDICES]], %[[VALUES]], %[[W]]) outs(%[[INIT]])
  // CHECK-SAME: : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, tensor<9x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %y = csr.matmul ins(%rows, %indptr, %indices, %values, %w) outs(%init)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, tensor<9x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @transposed
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32>, %[[INDPTR:[a-z0-9]+]]: tensor<?xi64>, %[[INDICES:[a-z0-9]+]]: tensor<?xi32>, %[[VALUES:[a-z0-9]+]]: tensor<?xf32>,
// CHECK-SAME: %[[S:[a-z0-9]+]]: tensor<10xi32>, %[[E:[a-z0-9]+]]: tensor<?xi32>, %[[V:[a-z0-9]+]]: tensor<?xf32>, %[[DY:[a-z0-9]+]]: tensor<?x4xf32>, %[[INIT:[a-z0-9]+]]: tensor<9x4xf32>
func.func @transposed(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>, %values: tensor<?xf32>,
                      %s: tensor<10xi32>, %e: tensor<?xi32>, %v: tensor<?xf32>, %dy: tensor<?x4xf32>,
                      %init: tensor<9x4xf32>) -> tensor<9x4xf32> {
  // CHECK: %[[STARTS:.*]], %[[EXAMPLES:.*]], %[[ENTRIES:.*]] = csr.group_columns ins(%[[ROWS]], %[[INDPTR]], %[[INDICES]], %[[VALUES]]) outs(%[[S]], %[[E]], %[[V]])
  %starts, %examples, %entries = csr.group_columns ins(%rows, %indptr, %indices, %values) outs(%s, %e, %v)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>)
      -> (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>)
  // CHECK: csr.matmul_transposed ins(%[[STARTS]], %[[EXAMPLES]], %[[ENTRIES]], %[[DY]]) outs(%[[INIT]])
  %dw = csr.matmul_transposed ins(%starts, %examples, %entries, %dy) outs(%init)
    : (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<?x4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return %dw : tensor<9x4xf32>
}
