// RUN: mlc-opt %s --split-input-file --mlc-graph-to-linalg | FileCheck %s

// The gradient with respect to CSR data is a list as long as the data's values.

// CHECK-LABEL: func.func @dx(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32> {mlc.role = #mlc.role<rows>}
// CHECK-SAME: %[[DY:[a-z0-9]+]]: tensor<?x4xf32>, %[[W:[a-z0-9]+]]: tensor<9x4xf32>
// CHECK-SAME: %[[INDPTR:[a-z0-9]+]]: tensor<?xi64> {mlc.role = #mlc.role<indptr>}
// CHECK-SAME: %[[INDICES:[a-z0-9]+]]: tensor<?xi16> {mlc.role = #mlc.role<indices>}
// CHECK-SAME: %[[CAPACITY:[a-z0-9]+]]: index {mlc.role = #mlc.role<nonzero_capacity>}
// CHECK-SAME: -> (tensor<?xf32> {mlc.role = #mlc.role<prediction>})
// CHECK: %[[UNSET:.*]] = tensor.empty(%[[CAPACITY]]) : tensor<?xf32>
// CHECK: %[[DX:.*]] = csr.sampled_matmul ins(%[[ROWS]], %[[INDPTR]], %[[INDICES]], %[[DY]], %[[W]]) outs(%[[UNSET]])
// CHECK-NOT: accumulate
// CHECK: return %[[DX]] : tensor<?xf32>
func.func @dx(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<data>},
              %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>)
    -> (tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<prediction>}) attributes {mlc.batch = 5 : i64} {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  %dx = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>, tensor<9x4xf32>
  return %dx : tensor<?x9xf32, #graph.csr>
}

// -----

// What is added to it is accumulated in the same list.

// CHECK-LABEL: func.func @three_uses(
// CHECK: %[[FIRST:.*]] = csr.sampled_matmul {{.*}} outs(%{{[a-z0-9]+}}) :
// CHECK: %[[SECOND:.*]] = csr.sampled_matmul {{.*}} outs(%[[FIRST]]) {accumulate} :
// CHECK: %[[THIRD:.*]] = csr.sampled_matmul {{.*}} outs(%[[SECOND]]) {accumulate} :
// CHECK-NOT: arith.addf
// CHECK: return %[[THIRD]] : tensor<?xf32>
func.func @three_uses(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<data>},
                      %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>)
    -> (tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<prediction>}) attributes {mlc.batch = 5 : i64} {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  %a = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>, tensor<9x4xf32>
  %b = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>, tensor<9x4xf32>
  %ab = arith.addf %a, %b : tensor<?x9xf32, #graph.csr>
  %c = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>, tensor<9x4xf32>
  %abc = arith.addf %ab, %c : tensor<?x9xf32, #graph.csr>
  return %abc : tensor<?x9xf32, #graph.csr>
}

// -----

// Equal terms may have become one value, and sums of them too.

// CHECK-LABEL: func.func @equal_terms(
// CHECK: %[[FIRST:.*]] = csr.sampled_matmul {{.*}} outs(%{{[a-z0-9]+}}) :
// CHECK: %[[SECOND:.*]] = csr.sampled_matmul {{.*}} outs(%[[FIRST]]) {accumulate} :
// CHECK: %[[THIRD:.*]] = csr.sampled_matmul {{.*}} outs(%[[SECOND]]) {accumulate} :
// CHECK: %[[FOURTH:.*]] = csr.sampled_matmul {{.*}} outs(%[[THIRD]]) {accumulate} :
// CHECK-NOT: csr.sampled_matmul
// CHECK-NOT: arith.addf
// CHECK: return %[[FOURTH]] : tensor<?xf32>
func.func @equal_terms(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<data>},
                       %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>)
    -> (tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<prediction>}) attributes {mlc.batch = 5 : i64} {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  %a = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>, tensor<9x4xf32>
  %twice = arith.addf %a, %a : tensor<?x9xf32, #graph.csr>
  %all = arith.addf %twice, %twice : tensor<?x9xf32, #graph.csr>
  return %all : tensor<?x9xf32, #graph.csr>
}
