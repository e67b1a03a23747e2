// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// spmd.exchange (C1)
func.func @twice(%a: memref<4xf32>) {
  // expected-error@+1 {{expected each buffer to be named once (C1)}}
  spmd.exchange gather %a : memref<4xf32>, order %a : memref<4xf32>
  return
}

// -----

// spmd.exchange (C2)
func.func @kinds(%a: memref<4xf32>) {
  // expected-error@+1 {{expected a kind for each buffer (C2), but got 0 for 1}}
  "spmd.exchange"(%a) {crossings = array<i64>} : (memref<4xf32>) -> ()
  return
}
