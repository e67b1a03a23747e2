// RUN: mlc-opt %s --mlc-spmd-workers --split-input-file --verify-diagnostics

// expected-error@+1 {{expected arguments with the roles worker and workers}}
func.func @no_workers(%m: memref<4xf32> {mlc.role = #mlc.role<data>}, %worker: index {mlc.role = #mlc.role<worker>}) {
  return
}

// -----

// expected-error@+1 {{expected arguments with the roles worker and workers}}
func.func @no_worker(%m: memref<4xf32> {mlc.role = #mlc.role<data>}, %workers: index {mlc.role = #mlc.role<workers>}) {
  return
}

// -----

func.func @two_dimensions(%m: memref<4x4xf32>, %x: f32, %worker: index {mlc.role = #mlc.role<worker>},
                          %workers: index {mlc.role = #mlc.role<workers>}) {
  // expected-error@+1 {{expected one dimension and no results}}
  scf.forall (%i, %j) in (4, 4) {
    memref.store %x, %m[%i, %j] : memref<4x4xf32>
  }
  return
}

// -----

func.func @results(%m: memref<4xf32>, %t: tensor<4xf32>, %worker: index {mlc.role = #mlc.role<worker>},
                   %workers: index {mlc.role = #mlc.role<workers>}) -> tensor<4xf32> {
  // expected-error@+1 {{expected one dimension and no results}}
  %r = scf.forall (%i) in (4) shared_outs(%o = %t) -> tensor<4xf32> {
    %x = memref.load %m[%i] : memref<4xf32>
    %s = tensor.from_elements %x : tensor<1xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i] [1] [1] : tensor<1xf32> into tensor<4xf32>
    }
  }
  return %r : tensor<4xf32>
}

// -----

// Nothing to do.
func.func private @declared(memref<4xf32> {mlc.role = #mlc.role<data>})

// -----

// expected-error@+1 {{expected arguments with the roles rank and ranks, or none of them}}
func.func @no_rank(%m: memref<4xf32> {mlc.role = #mlc.role<data>}, %worker: index {mlc.role = #mlc.role<worker>},
                   %workers: index {mlc.role = #mlc.role<workers>}, %ranks: index {mlc.role = #mlc.role<ranks>}) {
  return
}
