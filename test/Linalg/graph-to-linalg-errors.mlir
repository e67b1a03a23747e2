// RUN: mlc-opt %s --mlc-graph-to-linalg --split-input-file --verify-diagnostics

func.func @returned(%data: tensor<?x3xf32, #graph.csr>) -> tensor<?x3xf32, #graph.csr> {
  // expected-error@+1 {{expected #graph.csr data to be gathered first}}
  return %data : tensor<?x3xf32, #graph.csr>
}

// -----

func.func @not_gathered(%data: tensor<?x3xf32, #graph.csr>, %w: tensor<3x2xf32>) -> tensor<?x2xf32> {
  // expected-error@+1 {{expected #graph.csr data to be gathered first}}
  %y = graph.linear %data, %w : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

func.func @not_transposed(%data: tensor<?x3xf32, #graph.csr>, %rows: tensor<?xi32>, %w: tensor<3x2xf32>) -> tensor<?x2xf32> {
  %x = graph.gather %data, %rows : tensor<?x3xf32, #graph.csr>, tensor<?xi32>
  // expected-error@+1 {{expected a #graph.csr operand only in graph.linear and its gradient}}
  %y = graph.matmul %x, %w : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

func.func @batch_returned(%data: tensor<?x3xf32, #graph.csr>, %rows: tensor<?xi32>) -> tensor<?x3xf32, #graph.csr> {
  %x = graph.gather %data, %rows : tensor<?x3xf32, #graph.csr>, tensor<?xi32>
  // expected-error@+1 {{expected a #graph.csr operand only in graph.linear and its gradient}}
  return %x : tensor<?x3xf32, #graph.csr>
}

// -----

func.func @touched(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<data>}) -> tensor<9x4xi1> {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  %t = graph.touched_columns %x : tensor<?x9xf32, #graph.csr> -> tensor<9x4xi1>
  // expected-error@+1 {{expected touched columns only to choose which rows change}}
  return %t : tensor<9x4xi1>
}
