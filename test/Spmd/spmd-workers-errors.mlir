// RUN: mlc-opt %s --mlc-spmd-workers --split-input-file --verify-diagnostics

// expected-error@+1 {{expected an argument with the role workers}}
func.func @no_workers(%m: memref<4xf32> {mlc.role = "data"}) {
  return
}

// -----

func.func @two_dimensions(%m: memref<4x4xf32>, %x: f32, %workers: index {mlc.role = "workers"}) {
  // expected-error@+1 {{expected one dimension and no results}}
  scf.forall (%i, %j) in (4, 4) {
    memref.store %x, %m[%i, %j] : memref<4x4xf32>
  }
  return
}

// -----

func.func @on_tensors(%t: tensor<4xf32>, %workers: index {mlc.role = "workers"}) -> tensor<4xf32> {
  // expected-error@+1 {{expected one dimension and no results}}
  %r = scf.forall (%i) in (4) shared_outs(%o = %t) -> tensor<4xf32> {
    %s = tensor.extract_slice %t[%i] [1] [1] : tensor<4xf32> to tensor<1xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i] [1] [1] : tensor<1xf32> into tensor<4xf32>
    }
  }
  return %r : tensor<4xf32>
}

// -----

// Other workers would not have it.
func.func @value_leaves(%m: memref<4xf32>, %n: index, %x: f32, %workers: index {mlc.role = "workers"}) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{expected no value to leave an op that only one worker runs}}
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %x) -> f32 {
    %t = arith.addf %s, %x : f32
    memref.store %t, %m[%i] : memref<4xf32>
    scf.yield %t : f32
  }
  return %sum : f32
}

// -----

// Nothing to do.
func.func private @declared(memref<4xf32> {mlc.role = "data"})
