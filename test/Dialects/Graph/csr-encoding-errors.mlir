// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// #graph.csr (C1)
// expected-error@+1 {{expected a #graph.csr tensor to have two dimensions and f32 elements (C1)}}
func.func private @f(tensor<3xf32, #graph.csr>)

// -----

// #graph.csr (C1)
// expected-error@+1 {{expected a #graph.csr tensor to have two dimensions and f32 elements (C1)}}
func.func private @f(tensor<?x3xi32, #graph.csr>)

// -----

// A type whose elements are missing is refused before its encoding.
// expected-error@+1 {{expected non-function type}}
func.func private @f(tensor<3x2x, #graph.csr>)
