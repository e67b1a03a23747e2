// RUN: mlc-opt %s --mlc-update-in-place --split-input-file --verify-diagnostics

// expected-error@+1 {{expected a role for result 0}}
func.func @no_role(%a: tensor<4xf32>) -> tensor<4xf32> {
  return %a : tensor<4xf32>
}

// -----

// expected-error@+1 {{expected a role for result 1}}
func.func @one_role(%a: tensor<4xf32> {mlc.role = #mlc.role<data>}) -> (tensor<4xf32> {mlc.role = #mlc.role<prediction>}, tensor<4xf32>) {
  return %a, %a : tensor<4xf32>, tensor<4xf32>
}

// -----

// Nothing to do.
func.func @empty() {
  return
}
