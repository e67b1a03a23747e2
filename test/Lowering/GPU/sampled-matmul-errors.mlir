// RUN: mlc-opt %s --mlc-csr-as-loops --verify-diagnostics

func.func @sampled(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %dy: tensor<?x4xf32>,
                   %w: tensor<9x4xf32>, %out: tensor<?xf32>) -> tensor<?xf32> attributes {mlc.batch = 5 : i64} {
  // expected-error@+1 {{a gradient with respect to #graph.csr data is computed by CPUs only; compile with --target cpu}}
  %y = csr.sampled_matmul ins(%rows, %indptr, %indices, %dy, %w) outs(%out)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x4xf32>, tensor<9x4xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}
