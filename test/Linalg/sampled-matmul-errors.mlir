// RUN: mlc-opt %s --split-input-file --mlc-graph-to-linalg --verify-diagnostics

func.func @used_twice(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<data>},
                      %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>)
    -> (tensor<?x9xf32, #graph.csr>, tensor<?x9xf32, #graph.csr>) attributes {mlc.batch = 5 : i64} {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  // expected-error@+1 {{expected a matrix with the data's entries to be added to another or returned, and nothing else}}
  %dx = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>, tensor<9x4xf32>
  return %dx, %dx : tensor<?x9xf32, #graph.csr>, tensor<?x9xf32, #graph.csr>
}
