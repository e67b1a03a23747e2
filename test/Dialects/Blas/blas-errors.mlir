// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// blas.gemm (C1)
func.func @f(%x: tensor<?x8xf32>, %w: tensor<9x4xf32>, %y: tensor<?x4xf32>) {
  // expected-error@+1 {{'blas.gemm' op expected sizes that fit one another (C1), but got 'tensor<?x8xf32>', 'tensor<9x4xf32>', 'tensor<?x4xf32>'}}
  %r = blas.gemm ins(%x, %w) outs(%y) : (tensor<?x8xf32>, tensor<9x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// blas.gemm (C1)
func.func @f(%x: tensor<8xf32>, %w: tensor<8x4xf32>, %y: tensor<?x4xf32>) {
  // expected-error@+1 {{'blas.gemm' op expected f32 matrices (C1), but got 'tensor<8xf32>'}}
  %r = blas.gemm ins(%x, %w) outs(%y) : (tensor<8xf32>, tensor<8x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// blas.gemm (C2)
func.func @f(%x: tensor<?x8xf32>, %w: tensor<8x4xf32>, %b: tensor<5xf32>, %y: tensor<?x4xf32>) {
  // expected-error@+1 {{'blas.gemm' op expected an element for each column (C2), but got 'tensor<5xf32>'}}
  %r = blas.gemm ins(%x, %w bias %b) outs(%y) : (tensor<?x8xf32>, tensor<8x4xf32>, tensor<5xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// blas.gemm (C3)
func.func @f(%x: tensor<?x8xf32>, %w: tensor<8x129xf32>, %y: tensor<?x129xf32>, %m: tensor<?x17xi8>) {
  // expected-error@+1 {{'blas.gemm' op expected a bit for each element, rows filled up to 128 (C3), but got 'tensor<?x17xi8>'}}
  %r:2 = blas.gemm ins(%x, %w) outs(%y, %m) {relu} : (tensor<?x8xf32>, tensor<8x129xf32>, tensor<?x129xf32>, tensor<?x17xi8>) -> (tensor<?x129xf32>, tensor<?x17xi8>)
  return
}

// -----

// blas.gemm (C4)
func.func @f(%x: tensor<?x8xf32>, %w: tensor<8x4xf32>, %m: tensor<?x16xi8>, %y: tensor<?x4xf32>) {
  // expected-error@+1 {{'blas.gemm' op expected operands of one epilogue (C4)}}
  %r = blas.gemm ins(%x, %w mask %m) outs(%y) {relu} : (tensor<?x8xf32>, tensor<8x4xf32>, tensor<?x16xi8>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// blas.gemm (C4)
func.func @f(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %s: tensor<4xf32>, %y: tensor<?x4xf32>) {
  // expected-error@+1 {{'blas.gemm' op expected operands of one epilogue (C4)}}
  %r:2 = blas.gemm ins(%x, %w) outs(%y, %s) {transpose_right} : (tensor<?x8xf32>, tensor<4x8xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return
}
