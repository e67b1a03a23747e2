// RUN: mlc-opt %s --mlc-graph-to-linalg | FileCheck %s

// Products: dense ones, and those of a batch of a #graph.csr data set.

// CHECK-DAG: #[[COLUMNS:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[BOTH:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[KM:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-DAG: #[[KN:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG: #[[MN:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[MK:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[NK:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>

// The product adds to its bias, once a row.
// CHECK-LABEL: func.func @dense(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x3xf32>, %[[W:[a-z0-9]+]]: tensor<3x2xf32>, %[[B:[a-z0-9]+]]: tensor<2xf32>
// CHECK: %[[N:.*]] = tensor.dim %[[X]], %{{.*}}
// CHECK: %[[EMPTY:.*]] = tensor.empty(%[[N]]) : tensor<?x2xf32>
// CHECK: %[[INIT:.*]] = linalg.generic {indexing_maps = [#[[COLUMNS]], #[[BOTH]]], iterator_types = ["parallel", "parallel"]} ins(%[[B]] : {{.*}}) outs(%[[EMPTY]] :
// CHECK-NEXT: ^bb0(%[[BIAS:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: linalg.yield %[[BIAS]]
// CHECK: %[[Y:.*]] = linalg.matmul ins(%[[X]], %[[W]] : {{.*}}) outs(%[[INIT]] :
// CHECK: return %[[Y]]
func.func @dense(%x: tensor<?x3xf32>, %w: tensor<3x2xf32>, %b: tensor<2xf32>) -> tensor<?x2xf32> {
  %y = graph.linear %x, %w, %b : tensor<?x3xf32>, tensor<3x2xf32>, tensor<2xf32>
  return %y : tensor<?x2xf32>
}

// CHECK-LABEL: func.func @dense_without_bias(
// CHECK: %[[ZERO:.*]] = arith.constant 0.0
// CHECK: %[[INIT:.*]] = linalg.fill ins(%[[ZERO]] :
// CHECK: linalg.matmul ins({{.*}}) outs(%[[INIT]] :
func.func @dense_without_bias(%x: tensor<?x3xf32>, %w: tensor<3x2xf32>) -> tensor<?x2xf32> {
  %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
  return %y : tensor<?x2xf32>
}

// CHECK-LABEL: func.func @transposed(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x3xf32>, %[[DY:[a-z0-9]+]]: tensor<?x2xf32>, %[[W:[a-z0-9]+]]: tensor<3x2xf32>
// CHECK: linalg.fill {{.*}} -> tensor<3x2xf32>
// CHECK: linalg.matmul indexing_maps = [#[[KM]], #[[KN]], #[[MN]]] ins(%[[X]], %[[DY]] : {{.*}} -> tensor<3x2xf32>
// CHECK: %[[N:.*]] = tensor.dim %[[DY]]
// CHECK: tensor.empty(%[[N]]) : tensor<?x3xf32>
// CHECK: linalg.matmul indexing_maps = [#[[MK]], #[[NK]], #[[MN]]] ins(%[[DY]], %[[W]] : {{.*}} -> tensor<?x3xf32>
// CHECK: linalg.matmul indexing_maps = [#[[KM]], #[[NK]], #[[MN]]] ins(%[[W]], %[[X]] : {{.*}} -> tensor<2x?xf32>
func.func @transposed(%x: tensor<?x3xf32>, %dy: tensor<?x2xf32>, %w: tensor<3x2xf32>)
    -> (tensor<3x2xf32>, tensor<?x3xf32>, tensor<2x?xf32>) {
  %dw = graph.matmul %x, %dy {transpose_lhs} : tensor<?x3xf32>, tensor<?x2xf32>
  %dx = graph.matmul %dy, %w {transpose_rhs} : tensor<?x2xf32>, tensor<3x2xf32>
  %both = graph.matmul %w, %x {transpose_lhs, transpose_rhs} : tensor<3x2xf32>, tensor<?x3xf32>
  return %dw, %dx, %both : tensor<3x2xf32>, tensor<?x3xf32>, tensor<2x?xf32>
}

// The data become their CSR arrays, at the end of the arguments. A batch's rows
// are not copied; its columns are ordered once, for all gradients.
// CHECK-LABEL: func.func @csr(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32> {mlc.role = "rows"}, %[[W:[a-z0-9]+]]: tensor<9x4xf32>, %[[B:[a-z0-9]+]]: tensor<4xf32>, %[[DY:[a-z0-9]+]]: tensor<?x4xf32>
// CHECK-SAME: %[[INDPTR:[a-z0-9]+]]: tensor<?xi64> {mlc.role = "indptr"}
// CHECK-SAME: %[[INDICES:[a-z0-9]+]]: tensor<?xi32> {mlc.role = "indices"}
// CHECK-SAME: %[[VALUES:[a-z0-9]+]]: tensor<?xf32> {mlc.role = "values"}
// CHECK-SAME: %[[ROOM:[a-z0-9]+]]: index {mlc.role = "nonzero_capacity"})
// CHECK-NOT: graph.
// CHECK: %[[N:.*]] = tensor.dim %[[ROWS]]
// CHECK: %[[BIAS:.*]] = linalg.generic {{.*}} ins(%[[B]] :
// CHECK: csr.matmul ins(%[[ROWS]], %[[INDPTR]], %[[INDICES]], %[[VALUES]], %[[W]]) outs(%[[BIAS]])
// CHECK: %[[EMPTY:.*]] = tensor.empty(%[[N]]) : tensor<?x4xf32>
// CHECK: %[[ZEROS:.*]] = linalg.fill {{.*}} outs(%[[EMPTY]] :
// CHECK: csr.matmul ins(%[[ROWS]], %[[INDPTR]], %[[INDICES]], %[[VALUES]], %[[W]]) outs(%[[ZEROS]])
// CHECK-DAG: %[[STARTS0:.*]] = tensor.empty() : tensor<10xi32>
// CHECK-DAG: %[[EXAMPLES0:.*]] = tensor.empty(%[[ROOM]]) : tensor<?xi32>
// CHECK-DAG: %[[ENTRIES0:.*]] = tensor.empty(%[[ROOM]]) : tensor<?xf32>
// CHECK: %[[STARTS:.*]], %[[EXAMPLES:.*]], %[[ENTRIES:.*]] = csr.group_columns ins(%[[ROWS]], %[[INDPTR]], %[[INDICES]], %[[VALUES]]) outs(%[[STARTS0]], %[[EXAMPLES0]], %[[ENTRIES0]])
// CHECK: linalg.fill {{.*}} -> tensor<9x4xf32>
// CHECK: csr.matmul_transposed ins(%[[STARTS]], %[[EXAMPLES]], %[[ENTRIES]], %[[DY]])
// CHECK-NOT: csr.group_columns
// CHECK: csr.matmul_transposed ins(%[[STARTS]], %[[EXAMPLES]], %[[ENTRIES]], %[[DY]])
func.func @csr(%rows: tensor<?xi32> {mlc.role = "rows"}, %data: tensor<?x9xf32, #graph.csr> {mlc.role = "data"},
               %w: tensor<9x4xf32>, %b: tensor<4xf32>, %dy: tensor<?x4xf32>)
    -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<9x4xf32>, tensor<9x4xf32>) {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  %y = graph.linear %x, %w, %b : tensor<?x9xf32, #graph.csr>, tensor<9x4xf32>, tensor<4xf32>
  %z = graph.linear %x, %w : tensor<?x9xf32, #graph.csr>, tensor<9x4xf32>
  %dw = graph.matmul %x, %dy {transpose_lhs} : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>
  %dv = graph.matmul %x, %dy {transpose_lhs} : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>
  return %y, %z, %dw, %dv : tensor<?x4xf32>, tensor<?x4xf32>, tensor<9x4xf32>, tensor<9x4xf32>
}
