// RUN: mlc-opt %s --mlc-vector-code --split-input-file --verify-diagnostics

func.func private @g(f32) -> f32

func.func @unknown(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %r = scf.forall (%i) = (0) to (64) step (16) shared_outs(%o = %x) -> tensor<64x64xf32> {
    %s = tensor.extract_slice %o[%i, 0] [16, 64] [1, 1] : tensor<64x64xf32> to tensor<16x64xf32>
    // expected-error@below {{cannot be vectorised}}
    %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
        outs(%s : tensor<16x64xf32>) {
    ^bb0(%a: f32):
      %b = func.call @g(%a) : (f32) -> f32
      linalg.yield %b : f32
    } -> tensor<16x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xf32> into tensor<64x64xf32>
    }
  }
  return %r : tensor<64x64xf32>
}

// -----

// Nothing to do.
func.func private @declared(tensor<4xf32>)
func.func @empty() {
  return
}
