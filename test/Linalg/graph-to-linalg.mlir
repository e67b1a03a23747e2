// RUN: mlc-opt %s --mlc-graph-to-linalg | FileCheck %s

// Products: dense ones, and those of a batch of a #graph.csr data set.

// CHECK-DAG: #[[COLUMNS:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[BOTH:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[KM:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-DAG: #[[KN:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG: #[[MN:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[MK:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[NK:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[ROW0:.*]] = affine_map<(d0, d1) -> (d0, 0)>
// CHECK-DAG: #[[COLUMN0:.*]] = affine_map<(d0, d1) -> (d1, 0)>

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

// One column: a loop of its own, whose unit dimensions are dropped later.
// CHECK-LABEL: func.func @column(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x3xf32>, %[[W:[a-z0-9]+]]: tensor<3x1xf32>
// CHECK-NOT: linalg.matmul
// CHECK: %[[INIT:.*]] = linalg.fill {{.*}} -> tensor<?x1xf32>
// CHECK: %[[Y:.*]] = linalg.generic {indexing_maps = [#[[MK]], #[[KN]], #[[MN]]], iterator_types = ["parallel", "parallel", "reduction"]} ins(%[[X]], %[[W]] : {{.*}}) outs(%[[INIT]] :
// CHECK-NEXT: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32, %[[SUM:.*]]: f32):
// CHECK-NEXT: %[[AB:.*]] = arith.mulf %[[A]], %[[B]]
// CHECK-NEXT: %[[NEXT:.*]] = arith.addf %[[SUM]], %[[AB]]
// CHECK-NEXT: linalg.yield %[[NEXT]]
// CHECK: return %[[Y]]
func.func @column(%x: tensor<?x3xf32>, %w: tensor<3x1xf32>) -> tensor<?x1xf32> {
  %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
  return %y : tensor<?x1xf32>
}

// CHECK-LABEL: func.func @gradient_of_column(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x3xf32>, %[[DY:[a-z0-9]+]]: tensor<?x1xf32>
// CHECK-NOT: linalg.matmul
// CHECK: linalg.generic {indexing_maps = [#[[KM]], #[[KN]], #[[MN]]], {{.*}}} ins(%[[X]], %[[DY]] : {{.*}} outs(%{{.*}} : tensor<3x1xf32>)
func.func @gradient_of_column(%x: tensor<?x3xf32>, %dy: tensor<?x1xf32>) -> tensor<3x1xf32> {
  %dw = graph.matmul %x, %dy {transpose_lhs} : tensor<?x3xf32>, tensor<?x1xf32>
  return %dw : tensor<3x1xf32>
}

// One term: an outer product starts from nothing and adds nothing.
// CHECK-LABEL: func.func @outer(
// CHECK-SAME: %[[DY:[a-z0-9]+]]: tensor<?x1xf32>, %[[W:[a-z0-9]+]]: tensor<3x1xf32>
// CHECK-NOT: linalg.fill
// CHECK: %[[N:.*]] = tensor.dim %[[DY]]
// CHECK: %[[EMPTY:.*]] = tensor.empty(%[[N]]) : tensor<?x3xf32>
// CHECK: linalg.generic {indexing_maps = [#[[ROW0]], #[[COLUMN0]], #[[BOTH]]], iterator_types = ["parallel", "parallel"]} ins(%[[DY]], %[[W]] : {{.*}}) outs(%[[EMPTY]] :
// CHECK-NEXT: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: %[[AB:.*]] = arith.mulf %[[A]], %[[B]]
// CHECK-NEXT: linalg.yield %[[AB]]
func.func @outer(%dy: tensor<?x1xf32>, %w: tensor<3x1xf32>) -> tensor<?x3xf32> {
  %dx = graph.matmul %dy, %w {transpose_rhs} : tensor<?x1xf32>, tensor<3x1xf32>
  return %dx : tensor<?x3xf32>
}

// The data become their CSR arrays, at the end of the arguments. A batch's rows
// are not copied; its columns are ordered once, for all gradients.
// CHECK-LABEL: func.func @csr(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %[[W:[a-z0-9]+]]: tensor<9x4xf32>, %[[B:[a-z0-9]+]]: tensor<4xf32>, %[[DY:[a-z0-9]+]]: tensor<?x4xf32>
// CHECK-SAME: %[[INDPTR:[a-z0-9]+]]: tensor<?xi64> {mlc.role = #mlc.role<indptr>}
// CHECK-SAME: %[[INDICES:[a-z0-9]+]]: tensor<?xi16> {mlc.role = #mlc.role<indices>}
// CHECK-SAME: %[[VALUES:[a-z0-9]+]]: tensor<?xf32> {mlc.role = #mlc.role<values>}
// CHECK-SAME: %[[ONES:[a-z0-9]+]]: i1 {mlc.role = #mlc.role<ones>}
// CHECK-SAME: %[[ROOM:[a-z0-9]+]]: index {mlc.role = #mlc.role<nonzero_capacity>})
// CHECK-NOT: graph.
// CHECK: %[[N:.*]] = tensor.dim %[[ROWS]]
// CHECK: %[[BIAS:.*]] = linalg.generic {{.*}} ins(%[[B]] :
// CHECK: csr.matmul ins(%[[ROWS]], %[[INDPTR]], %[[INDICES]], %[[VALUES]], %[[ONES]], %[[W]]) outs(%[[BIAS]])
// CHECK: %[[EMPTY:.*]] = tensor.empty(%[[N]]) : tensor<?x4xf32>
// CHECK: %[[ZEROS:.*]] = linalg.fill {{.*}} outs(%[[EMPTY]] :
// CHECK: csr.matmul ins(%[[ROWS]], %[[INDPTR]], %[[INDICES]], %[[VALUES]], %[[ONES]], %[[W]]) outs(%[[ZEROS]])
// CHECK-DAG: %[[STARTS0:.*]] = tensor.empty() : tensor<10xi32>
// CHECK-DAG: %[[EXAMPLES0:.*]] = tensor.empty(%[[ROOM]]) : tensor<?xi32>
// CHECK-DAG: %[[ENTRIES0:.*]] = tensor.empty(%[[ROOM]]) : tensor<?xf32>
// Two words of 64 examples for each column.
// CHECK-DAG: %[[MASKS0:.*]] = tensor.empty() : tensor<9x2xi64>
// CHECK: %[[STARTS:.*]], %[[EXAMPLES:.*]], %[[ENTRIES:.*]], %[[MASKS:.*]] = csr.group_columns ins(%[[ROWS]], %[[INDPTR]], %[[INDICES]], %[[VALUES]], %[[ONES]]) outs(%[[STARTS0]], %[[EXAMPLES0]], %[[ENTRIES0]], %[[MASKS0]])
// CHECK: linalg.fill {{.*}} -> tensor<9x4xf32>
// CHECK: csr.matmul_transposed ins(%[[ONES]], %[[STARTS]], %[[EXAMPLES]], %[[ENTRIES]], %[[MASKS]], %[[DY]])
// CHECK-NOT: csr.group_columns
// CHECK: csr.matmul_transposed ins(%[[ONES]], %[[STARTS]], %[[EXAMPLES]], %[[ENTRIES]], %[[MASKS]], %[[DY]])
func.func @csr(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<data>},
               %w: tensor<9x4xf32>, %b: tensor<4xf32>, %dy: tensor<?x4xf32>)
    -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<9x4xf32>, tensor<9x4xf32>) attributes {mlc.batch = 70 : i64} {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  %y = graph.linear %x, %w, %b : tensor<?x9xf32, #graph.csr>, tensor<9x4xf32>, tensor<4xf32>
  %z = graph.linear %x, %w : tensor<?x9xf32, #graph.csr>, tensor<9x4xf32>
  %dw = graph.matmul %x, %dy {transpose_lhs} : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>
  %dv = graph.matmul %x, %dy {transpose_lhs} : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>
  return %y, %z, %dw, %dv : tensor<?x4xf32>, tensor<?x4xf32>, tensor<9x4xf32>, tensor<9x4xf32>
}

// More columns than u16 counts, and masks that would be longer than lists.
// CHECK-LABEL: func.func @wide(
// CHECK-SAME: tensor<?xi32> {mlc.role = #mlc.role<indices>}
// CHECK: %[[NONE:.*]] = tensor.empty() : tensor<70000x0xi64>
// CHECK: csr.group_columns {{.*}}, %[[NONE]])
// CHECK-SAME: -> (tensor<70001xi32>, tensor<?xi32>, tensor<?xf32>, tensor<70000x0xi64>)
func.func @wide(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x70000xf32, #graph.csr> {mlc.role = #mlc.role<data>},
                %dy: tensor<?x4xf32>) -> tensor<70000x4xf32> attributes {mlc.batch = 70 : i64} {
  %x = graph.gather %data, %rows : tensor<?x70000xf32, #graph.csr>, tensor<?xi32>
  %dw = graph.matmul %x, %dy {transpose_lhs} : tensor<?x70000xf32, #graph.csr>, tensor<?x4xf32>
  return %dw : tensor<70000x4xf32>
}

// -----

// A lazy update, its gradient and what it is computed from are one op. What
// else needs the gradient has it of its own.

// CHECK-LABEL: func.func @touched(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32> {{{[^}]*}}}, %[[DY:[a-z0-9]+]]: tensor<?x4xf32>, %[[W:[a-z0-9]+]]: tensor<9x4xf32>, %[[M:[a-z0-9]+]]: tensor<9x4xf32>, %[[C:[a-z0-9]+]]: tensor<9x4xf32>, %[[RATE:[a-z0-9]+]]: f32,
// CHECK-SAME: %[[CAPACITY:[a-z0-9]+]]: index {mlc.role = #mlc.role<nonzero_capacity>}
// CHECK: %[[NEW:.*]]:2 = csr.update_rows batch(%[[ROWS]], {{.*}}, %[[CAPACITY]]) rows(%c0{{.*}}, %c9{{.*}}) products(%[[DY]]) ins(%[[C]]) outs(%[[W]], %[[M]]) {
// CHECK: ^bb0(%[[G:.*]]: f32, %[[X:.*]]: f32, %[[OLD:.*]]: f32, %[[STATE:.*]]: f32):
// CHECK-DAG: %[[SUM:.*]] = arith.addf %[[STATE]], %[[G]] : f32
// CHECK-DAG: %[[SIZE:.*]] = arith.mulf %[[SUM]], %[[RATE]] : f32
// CHECK-DAG: %[[MORE:.*]] = arith.mulf %[[SIZE]], %[[X]] : f32
// CHECK-DAG: %[[CHANGED:.*]] = arith.subf %[[OLD]], %[[MORE]] : f32
// CHECK: csr.yield %[[CHANGED]], %[[SUM]] : f32, f32
// CHECK-NOT: csr.matmul_transposed
// CHECK: return %[[NEW]]#0, %[[NEW]]#1
func.func @touched(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<data>},
                   %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>, %m: tensor<9x4xf32>, %c: tensor<9x4xf32>, %rate: f32)
    -> (tensor<9x4xf32>, tensor<9x4xf32>) attributes {mlc.batch = 5} {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  %dw = graph.matmul %x, %dy {transpose_lhs} : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>
  %sum = arith.addf %m, %dw : tensor<9x4xf32>
  %all = tensor.splat %rate : tensor<9x4xf32>
  %size = arith.mulf %sum, %all : tensor<9x4xf32>
  %more = arith.mulf %size, %c : tensor<9x4xf32>
  %new = arith.subf %w, %more : tensor<9x4xf32>
  %t = graph.touched_columns %x : tensor<?x9xf32, #graph.csr> -> tensor<9x4xi1>
  %w1 = arith.select %t, %new, %w : tensor<9x4xi1>, tensor<9x4xf32>
  %m1 = arith.select %t, %sum, %m : tensor<9x4xi1>, tensor<9x4xf32>
  return %w1, %m1 : tensor<9x4xf32>, tensor<9x4xf32>
}

