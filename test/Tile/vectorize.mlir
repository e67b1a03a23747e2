// RUN: mlc-opt %s --mlc-vectorize=lanes=8 --canonicalize --split-input-file --verify-diagnostics | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>

// A whole tile has no mask; the attribute is spent.
// CHECK-LABEL: func.func @whole(
// CHECK: %[[A:.*]] = vector.transfer_read %{{.*}} {in_bounds = [true, true]} : tensor<1x32xf32>, vector<1x32xf32>
// CHECK: arith.addf {{.*}} : vector<1x32xf32>
// CHECK: vector.transfer_write {{.*}} {in_bounds = [true, true]} : vector<1x32xf32>, tensor<1x32xf32>
// CHECK-NOT: mlc.tile
func.func @whole(%x: tensor<1x32xf32>, %init: tensor<1x32xf32>) -> tensor<1x32xf32> {
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<1x32xf32>) outs(%init : tensor<1x32xf32>) attrs = {mlc.tile = #mlc.tile<1x32>} {
  ^bb0(%a: f32, %b: f32):
    %sum = arith.addf %a, %b : f32
    linalg.yield %sum : f32
  } -> tensor<1x32xf32>
  return %y : tensor<1x32xf32>
}

// -----

// A csr product needs a tile of one row.
func.func @csr(%ones: i1, %starts: tensor<10xi32>, %examples: tensor<?xi32>, %entries: tensor<?xf32>,
               %masks: tensor<9x0xi64>, %dy: tensor<?x4xf32>, %init: tensor<9x4xf32>) -> tensor<9x4xf32> {
  // expected-error@+1 {{expected a csr op where a forall or a function has its ops}}
  %dw = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %masks, %dy) outs(%init)
    : (i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x0xi64>, tensor<?x4xf32>, tensor<9x4xf32>)
      -> tensor<9x4xf32>
  return %dw : tensor<9x4xf32>
}
