// RUN: mlc-opt %s --split-input-file --mlc-graph-to-linalg --verify-diagnostics

func.func @multiplied(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<data>},
                      %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>)
    -> tensor<?x9xf32, #graph.csr> attributes {mlc.batch = 5 : i64} {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  // expected-error@+1 {{expected a matrix with the data's entries to be a result of the step, or added to others into one, and nothing else}}
  %dx = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>, tensor<9x4xf32>
  %square = arith.mulf %dx, %dx : tensor<?x9xf32, #graph.csr>
  return %square : tensor<?x9xf32, #graph.csr>
}
