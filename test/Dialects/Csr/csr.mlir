// RUN: mlc-opt %s | mlc-opt | FileCheck %s
// RUN: mlc-opt %s --mlir-print-op-generic | mlc-opt | FileCheck %s

// CHECK-LABEL: func.func @matmul
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32>, %[[INDPTR:[a-z0-9]+]]: tensor<?xi64>, %[[INDICES:[a-z0-9]+]]: tensor<?xi16>, %[[VALUES:[a-z0-9]+]]: tensor<?xf32>, %[[ONES:[a-z0-9]+]]: i1, %[[W:[a-z0-9]+]]: tensor<9x4xf32>, %[[INIT:[a-z0-9]+]]: tensor<?x4xf32>
func.func @matmul(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                  %ones: i1, %w: tensor<9x4xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // CHECK: csr.matmul ins(%[[ROWS]], %[[INDPTR]], %[[INDICES]], %[[VALUES]], %[[ONES]], %[[W]]) outs(%[[INIT]])
  // CHECK-SAME: : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<9x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %y = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %w) outs(%init)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<9x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// Wide data has i32 indices.
// CHECK-LABEL: func.func @wide
// CHECK: csr.matmul {{.*}} : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, i1, tensor<70000x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
func.func @wide(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>, %values: tensor<?xf32>,
                %ones: i1, %w: tensor<70000x4xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %w) outs(%init)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, i1, tensor<70000x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @transposed
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32>, %[[INDPTR:[a-z0-9]+]]: tensor<?xi64>, %[[INDICES:[a-z0-9]+]]: tensor<?xi16>, %[[VALUES:[a-z0-9]+]]: tensor<?xf32>, %[[ONES:[a-z0-9]+]]: i1,
// CHECK-SAME: %[[S:[a-z0-9]+]]: tensor<10xi32>, %[[E:[a-z0-9]+]]: tensor<?xi32>, %[[V:[a-z0-9]+]]: tensor<?xf32>, %[[M:[a-z0-9]+]]: tensor<9x1xi64>, %[[DY:[a-z0-9]+]]: tensor<?x4xf32>, %[[INIT:[a-z0-9]+]]: tensor<9x4xf32>
func.func @transposed(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                      %ones: i1, %s: tensor<10xi32>, %e: tensor<?xi32>, %v: tensor<?xf32>, %m: tensor<9x1xi64>,
                      %dy: tensor<?x4xf32>, %init: tensor<9x4xf32>) -> tensor<9x4xf32> {
  // CHECK: %[[STARTS:.*]], %[[EXAMPLES:.*]], %[[ENTRIES:.*]], %[[MASKS:.*]] = csr.group_columns ins(%[[ROWS]], %[[INDPTR]], %[[INDICES]], %[[VALUES]], %[[ONES]]) outs(%[[S]], %[[E]], %[[V]], %[[M]])
  %starts, %examples, %entries, %masks = csr.group_columns ins(%rows, %indptr, %indices, %values, %ones) outs(%s, %e, %v, %m)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x1xi64>)
      -> (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x1xi64>)
  // CHECK: csr.matmul_transposed ins(%[[ONES]], %[[STARTS]], %[[EXAMPLES]], %[[ENTRIES]], %[[MASKS]], %[[DY]]) outs(%[[INIT]])
  %dw = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %masks, %dy) outs(%init)
    : (i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x1xi64>, tensor<?x4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return %dw : tensor<9x4xf32>
}

// CHECK-LABEL: func.func @update
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32>, %[[INDPTR:[a-z0-9]+]]: tensor<?xi64>, %[[INDICES:[a-z0-9]+]]: tensor<?xi16>, %[[VALUES:[a-z0-9]+]]: tensor<?xf32>, %[[ONES:[a-z0-9]+]]: i1, %[[CAPACITY:[a-z0-9]+]]: index, %[[FIRST:[a-z0-9]+]]: index, %[[COUNT:[a-z0-9]+]]: index,
func.func @update(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                  %ones: i1, %capacity: index, %first: index, %count: index, %dy: tensor<?x4xf32>,
                  %c: tensor<9x4xf32>, %w: tensor<9x4xf32>, %m: tensor<9x4xf32>) -> (tensor<9x4xf32>, tensor<9x4xf32>) {
  // CHECK: csr.update_rows batch(%[[ROWS]], %[[INDPTR]], %[[INDICES]], %[[VALUES]], %[[ONES]], %[[CAPACITY]]) rows(%[[FIRST]], %[[COUNT]]) products(%{{.*}}) ins(%{{.*}}) outs(%{{.*}}, %{{.*}}) {
  // CHECK-NEXT: ^bb0(%{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32):
  // CHECK: csr.yield %{{.*}}, %{{.*}} : f32, f32
  // CHECK: } {columns = 9 : i64} : (tensor<?xi32>
  %r:2 = csr.update_rows batch(%rows, %indptr, %indices, %values, %ones, %capacity) rows(%first, %count)
      products(%dy) ins(%c) outs(%w, %m) {
  ^bb0(%g: f32, %x: f32, %old: f32, %state: f32):
    %next = arith.addf %g, %state : f32
    %size = arith.mulf %next, %x : f32
    %new = arith.subf %old, %size : f32
    csr.yield %new, %next : f32, f32
  } {columns = 9} : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, index, index, index, tensor<?x4xf32>, tensor<9x4xf32>, tensor<9x4xf32>, tensor<9x4xf32>) -> (tensor<9x4xf32>, tensor<9x4xf32>)
  return %r#0, %r#1 : tensor<9x4xf32>, tensor<9x4xf32>
}

// CHECK-LABEL: func.func @quantized
// CHECK: csr.quantized_matmul ins({{.*}}) outs({{.*}}) {bits = 4 : i64, record = 8 : i64} : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<136xi8>, index, tensor<?x4xf32>) -> tensor<?x4xf32>
// CHECK: csr.quantized_sampled_matmul ins({{.*}}) outs({{.*}}) {accumulate, bits = 8 : i64, record = 8 : i64} : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x4xf32>, tensor<136xi8>, tensor<?xf32>) -> tensor<?xf32>
func.func @quantized(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
                     %records: tensor<136xi8>, %first: index, %init: tensor<?x4xf32>) -> tensor<?xf32> {
  %y = csr.quantized_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first) outs(%init) {bits = 4, record = 8}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<136xi8>, index, tensor<?x4xf32>) -> tensor<?x4xf32>
  %dx = csr.quantized_sampled_matmul ins(%rows, %indptr, %indices, %y, %records) outs(%values) {accumulate, bits = 8, record = 8}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x4xf32>, tensor<136xi8>, tensor<?xf32>) -> tensor<?xf32>
  return %dx : tensor<?xf32>
}

// CHECK-LABEL: func.func @integers
// CHECK: csr.integer_matmul ins({{.*}}) outs({{.*}}) {record = 4 : i64} : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<100xi8>, index, tensor<1x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
// CHECK: csr.quantized_sampled_matmul {{.*}} {bits = 8 : i64, record = 4 : i64, unscaled}
func.func @integers(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
                    %records: tensor<100xi8>, %first: index, %scales: tensor<1x4xf32>, %init: tensor<?x4xf32>, %out: tensor<?xf32>)
    -> (tensor<?x4xf32>, tensor<?xf32>) {
  %y = csr.integer_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first, %scales) outs(%init) {record = 4}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<100xi8>, index, tensor<1x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %dx = csr.quantized_sampled_matmul ins(%rows, %indptr, %indices, %init, %records) outs(%out) {bits = 8, record = 4, unscaled}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x4xf32>, tensor<100xi8>, tensor<?xf32>) -> tensor<?xf32>
  return %y, %dx : tensor<?x4xf32>, tensor<?xf32>
}
