// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// graph.bce_with_logits (C1)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x2xf32>) {
  // expected-error@+1 {{expected predictions and labels to be dense tensor<?xCxf32> of the same shape (C1), but got 'tensor<?x3xf32>' and 'tensor<?x2xf32>'}}
  %l = graph.bce_with_logits %y, %t : tensor<?x3xf32>, tensor<?x2xf32>
  return
}

// -----

// graph.bce_with_logits (C1)
func.func @f(%y: tensor<?x1xf32>, %t: tensor<?xi32>) {
  // expected-error@+1 {{of the same shape (C1), but got 'tensor<?x1xf32>' and 'tensor<?xi32>'}}
  %l = graph.bce_with_logits %y, %t : tensor<?x1xf32>, tensor<?xi32>
  return
}

// -----

// graph.mse (C1)
func.func @f(%y: tensor<5x1xf32>) {
  // expected-error@+1 {{expected predictions and labels to be dense tensor<?xCxf32> of the same shape (C1)}}
  %l = graph.mse %y, %y : tensor<5x1xf32>, tensor<5x1xf32>
  return
}

// -----

// graph.mse (C1)
func.func @f(%y: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{expected predictions and labels to be dense tensor<?xCxf32> of the same shape (C1)}}
  %l = graph.mse %y, %y : tensor<?x3xf32, #graph.csr>, tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.cross_entropy (C1)
func.func @f(%y: tensor<?x1xf32>, %t: tensor<?xi32>) {
  // expected-error@+1 {{expected the logits to be a dense tensor<?xCxf32> with C of at least 2 (C1), but got 'tensor<?x1xf32>'}}
  %l = graph.cross_entropy %y, %t : tensor<?x1xf32>, tensor<?xi32>
  return
}

// -----

// graph.cross_entropy (C2)
func.func @f(%y: tensor<?x4xf32>, %t: tensor<?xi64>) {
  // expected-error@+1 {{expected the labels to be 'tensor<?xi32>', a class for each row of logits (C2), but got 'tensor<?xi64>'}}
  %l = graph.cross_entropy %y, %t : tensor<?x4xf32>, tensor<?xi64>
  return
}

// -----

// graph.cross_entropy (C2)
func.func @f(%y: tensor<?x4xf32>, %t: tensor<?x1xi32>) {
  // expected-error@+1 {{expected the labels to be 'tensor<?xi32>', a class for each row of logits (C2), but got 'tensor<?x1xi32>'}}
  %l = graph.cross_entropy %y, %t : tensor<?x4xf32>, tensor<?x1xi32>
  return
}

// -----

// graph.cross_entropy (C2)
func.func @f(%y: tensor<?x3x4xf32>, %t: tensor<?x4xi32>) {
  // expected-error@+1 {{expected the labels to be 'tensor<?x3xi32>', a class for each row of logits (C2), but got 'tensor<?x4xi32>'}}
  %l = graph.cross_entropy %y, %t : tensor<?x3x4xf32>, tensor<?x4xi32>
  return
}

// -----

// graph.mae (C1)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?xi32>) {
  // expected-error@+1 {{expected predictions and labels to be dense tensor<?xCxf32> of the same shape (C1)}}
  %l = graph.mae %y, %t : tensor<?x3xf32>, tensor<?xi32>
  return
}

// -----

// graph.huber (C1)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x2xf32>) {
  // expected-error@+1 {{expected predictions and labels to be dense tensor<?xCxf32> of the same shape (C1)}}
  %l = graph.huber %y, %t, 1.0 : tensor<?x3xf32>, tensor<?x2xf32>
  return
}

// -----

// graph.huber (C2)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
  // expected-error@+1 {{'graph.huber' op attribute 'delta' failed to satisfy constraint: 64-bit float attribute whose value is finite and above 0 (C2)}}
  %l = graph.huber %y, %t, 0.0 : tensor<?x3xf32>, tensor<?x3xf32>
  return
}

// -----

// graph.quantile (C1)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x2xf32>) {
  // expected-error@+1 {{expected predictions and labels to be dense tensor<?xCxf32> of the same shape (C1)}}
  %l = graph.quantile %y, %t, 0.9 : tensor<?x3xf32>, tensor<?x2xf32>
  return
}

// -----

// graph.quantile (C2)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
  // expected-error@+1 {{'graph.quantile' op attribute 'q' failed to satisfy constraint: 64-bit float attribute whose value is above 0 and below 1 (C2)}}
  %l = graph.quantile %y, %t, 1.0 : tensor<?x3xf32>, tensor<?x3xf32>
  return
}

// -----

// graph.poisson (C1)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x2xf32>) {
  // expected-error@+1 {{expected predictions and labels to be dense tensor<?xCxf32> of the same shape (C1)}}
  %l = graph.poisson %y, %t : tensor<?x3xf32>, tensor<?x2xf32>
  return
}

// -----

// graph.hinge (C1)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x2xf32>) {
  // expected-error@+1 {{expected predictions and labels to be dense tensor<?xCxf32> of the same shape (C1)}}
  %l = graph.hinge %y, %t : tensor<?x3xf32>, tensor<?x2xf32>
  return
}

// -----

// graph.focal_with_logits (C1)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x2xf32>) {
  // expected-error@+1 {{expected predictions and labels to be dense tensor<?xCxf32> of the same shape (C1)}}
  %l = graph.focal_with_logits %y, %t alpha(0.25) gamma(2.0) : tensor<?x3xf32>, tensor<?x2xf32>
  return
}

// -----

// graph.focal_with_logits (C2)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
  // expected-error@+1 {{'graph.focal_with_logits' op attribute 'alpha' failed to satisfy constraint: 64-bit float attribute whose value is in [0, 1] (C2)}}
  %l = graph.focal_with_logits %y, %t alpha(1.5) gamma(2.0) : tensor<?x3xf32>, tensor<?x3xf32>
  return
}

// -----

// graph.focal_with_logits (C3)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
  // expected-error@+1 {{'graph.focal_with_logits' op attribute 'gamma' failed to satisfy constraint: 64-bit float attribute whose value is finite and not negative (C3)}}
  %l = graph.focal_with_logits %y, %t alpha(0.25) gamma(-1.0) : tensor<?x3xf32>, tensor<?x3xf32>
  return
}

// -----

// graph.cross_entropy (C3)
func.func @f(%y: tensor<?x4xf32>, %t: tensor<?xi32>) {
  // expected-error@+1 {{'graph.cross_entropy' op attribute 'smoothing' failed to satisfy constraint: 64-bit float attribute whose value is in [0, 1) (C3)}}
  %l = graph.cross_entropy %y, %t smoothing(1.0) : tensor<?x4xf32>, tensor<?xi32>
  return
}

// -----

// graph.bce_with_logits (C2)
func.func @f(%y: tensor<?x4xf32>, %t: tensor<?x4xf32>) {
  // expected-error@+1 {{'graph.bce_with_logits' op attribute 'smoothing' failed to satisfy constraint: 64-bit float attribute whose value is in [0, 1) (C2)}}
  %l = graph.bce_with_logits %y, %t smoothing(-0.1) : tensor<?x4xf32>, tensor<?x4xf32>
  return
}

// -----

// graph.distill_bce (C1)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x2xf32>) {
  // expected-error@+1 {{of the same shape (C1), but got 'tensor<?x3xf32>' and 'tensor<?x2xf32>'}}
  %l = graph.distill_bce %y, %t, %y alpha(0.5) temperature(1.0) : tensor<?x3xf32>, tensor<?x2xf32>, tensor<?x3xf32>
  return
}

// -----

// graph.distill_bce (C2)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>, %s: tensor<?x1xf32>) {
  // expected-error@+1 {{expected the teacher's logits to be 'tensor<?x3xf32>' as the predicted ones (C2), but got 'tensor<?x1xf32>'}}
  %l = graph.distill_bce %y, %t, %s alpha(0.5) temperature(1.0) : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x1xf32>
  return
}

// -----

// graph.distill_bce (C3)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>, %s: tensor<?x3xf32>) {
  // expected-error@+1 {{whose value is in [0, 1] (C3)}}
  %l = graph.distill_bce %y, %t, %s alpha(1.5) temperature(1.0) : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
  return
}

// -----

// graph.distill_bce (C3)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>, %s: tensor<?x3xf32>) {
  // expected-error@+1 {{whose value is in [0, 1] (C3)}}
  %l = graph.distill_bce %y, %t, %s alpha(0x7FF8000000000000) temperature(1.0) : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
  return
}

// -----

// graph.distill_bce (C4)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>, %s: tensor<?x3xf32>) {
  // expected-error@+1 {{whose value is finite and above 0 (C4)}}
  %l = graph.distill_bce %y, %t, %s alpha(0.5) temperature(0.0) : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
  return
}

// -----

// graph.distill_cross_entropy (C1)
func.func @f(%y: tensor<?x1xf32>, %t: tensor<?xi32>) {
  // expected-error@+1 {{expected the logits to be a dense tensor<?xCxf32> with C of at least 2 (C1), but got 'tensor<?x1xf32>'}}
  %l = graph.distill_cross_entropy %y, %t, %y alpha(0.5) temperature(1.0) : tensor<?x1xf32>, tensor<?xi32>, tensor<?x1xf32>
  return
}

// -----

// graph.distill_cross_entropy (C2)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?xi32>, %s: tensor<?x1xf32>) {
  // expected-error@+1 {{expected the teacher's logits to be 'tensor<?x3xf32>' as the predicted ones (C2), but got 'tensor<?x1xf32>'}}
  %l = graph.distill_cross_entropy %y, %t, %s alpha(0.5) temperature(1.0) : tensor<?x3xf32>, tensor<?xi32>, tensor<?x1xf32>
  return
}

// -----

// graph.distill_cross_entropy (C3)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?xi32>, %s: tensor<?x3xf32>) {
  // expected-error@+1 {{whose value is in [0, 1] (C3)}}
  %l = graph.distill_cross_entropy %y, %t, %s alpha(1.5) temperature(1.0) : tensor<?x3xf32>, tensor<?xi32>, tensor<?x3xf32>
  return
}

// -----

// graph.distill_cross_entropy (C3)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?xi32>, %s: tensor<?x3xf32>) {
  // expected-error@+1 {{whose value is in [0, 1] (C3)}}
  %l = graph.distill_cross_entropy %y, %t, %s alpha(0x7FF8000000000000) temperature(1.0) : tensor<?x3xf32>, tensor<?xi32>, tensor<?x3xf32>
  return
}

// -----

// graph.distill_cross_entropy (C4)
func.func @f(%y: tensor<?x3xf32>, %t: tensor<?xi32>, %s: tensor<?x3xf32>) {
  // expected-error@+1 {{whose value is finite and above 0 (C4)}}
  %l = graph.distill_cross_entropy %y, %t, %s alpha(0.5) temperature(0.0) : tensor<?x3xf32>, tensor<?xi32>, tensor<?x3xf32>
  return
}
