// RUN: mlc-opt %s --mlc-tile-shards --split-input-file --verify-diagnostics

func.func @all_units(%x: tensor<128xf32>, %c: f32) -> tensor<128xf32> {
  // expected-error@+1 {{expected #mlc.split<units 0, <4 x 16>> to have shards of all units of a known number}}
  %y = linalg.fill {mlc.split = #mlc.split<units 0, <4 x 16>>} ins(%c : f32) outs(%x : tensor<128xf32>) -> tensor<128xf32>
  return %y : tensor<128xf32>
}

// -----

func.func @known_number(%x: tensor<?xf32>, %c: f32) -> tensor<?xf32> {
  // expected-error@+1 {{expected #mlc.split<units 0, <4 x 16>> to have shards of all units of a known number}}
  %y = linalg.fill {mlc.split = #mlc.split<units 0, <4 x 16>>} ins(%c : f32) outs(%x : tensor<?xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}
