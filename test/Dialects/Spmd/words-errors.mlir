// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// spmd.publish (C1)
func.func @narrow(%value: f32, %words: memref<4xf32>, %row: index) {
  // expected-error@+1 {{expected words of 64 bits and an index for each dimension (C1), but got 1 for 'memref<4xf32>'}}
  spmd.publish %value, %words[%row] : memref<4xf32>
  return
}

// -----

// spmd.await (C1)
func.func @missing(%words: memref<4x8xi64>, %row: index) -> f32 {
  // expected-error@+1 {{expected words of 64 bits and an index for each dimension (C1), but got 1 for 'memref<4x8xi64>'}}
  %value = spmd.await %words[%row] : memref<4x8xi64>
  return %value : f32
}
