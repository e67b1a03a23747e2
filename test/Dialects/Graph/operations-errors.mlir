// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// graph.linear (C1)
func.func @f(%x: tensor<3xf32>, %w: tensor<3x2xf32>) {
  // expected-error@+1 {{expected an input of two to four dimensions and a weight of two (C1), but got 'tensor<3xf32>' and 'tensor<3x2xf32>'}}
  %y = graph.linear %x, %w : tensor<3xf32>, tensor<3x2xf32>
  return
}

// -----

// graph.linear (C1)
func.func @linear(%x: tensor<?x4x3xf32>, %w: tensor<3x2x1xf32>) {
  // expected-error@+1 {{expected an input of two to four dimensions and a weight of two (C1)}}
  %y = graph.linear %x, %w : tensor<?x4x3xf32>, tensor<3x2x1xf32>
  return
}

// -----

// graph.linear (C1)
func.func @linear(%x: tensor<?x2x2x2x3xf32>, %w: tensor<3x2xf32>) {
  // expected-error@+1 {{expected an input of two to four dimensions and a weight of two (C1)}}
  %y = graph.linear %x, %w : tensor<?x2x2x2x3xf32>, tensor<3x2xf32>
  return
}

// -----

// graph.linear (C2)
func.func @linear(%x: tensor<?x3x4xf32>, %w: tensor<3x2xf32>) {
  // expected-error@+1 {{expected the weight's first dimension to be 4, the input's last (C2), but got 3}}
  %y = graph.linear %x, %w : tensor<?x3x4xf32>, tensor<3x2xf32>
  return
}

// -----

// graph.linear (C1)
func.func @f(%x: tensor<?x3xf32>, %w: tensor<3x2xf32>, %b: tensor<1x2xf32>) {
  // expected-error@+1 {{expected the bias to have one dimension (C1), but got 'tensor<1x2xf32>'}}
  %y = graph.linear %x, %w, %b : tensor<?x3xf32>, tensor<3x2xf32>, tensor<1x2xf32>
  return
}

// -----

// graph.linear (C2)
func.func @f(%x: tensor<?x3xf32>, %w: tensor<2x3xf32>) {
  // expected-error@+1 {{expected the weight's first dimension to be 3, the input's last (C2), but got 2}}
  %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<2x3xf32>
  return
}

// -----

// graph.linear (C3)
func.func @f(%x: tensor<?x3xf32>, %w: tensor<3x2xf32>, %b: tensor<3xf32>) {
  // expected-error@+1 {{expected the bias to have 2 elements, the weight's second dimension (C3), but got 3}}
  %y = graph.linear %x, %w, %b : tensor<?x3xf32>, tensor<3x2xf32>, tensor<3xf32>
  return
}

// -----

// graph.linear (C4)
func.func @f(%x: tensor<?x3xf32>, %w: tensor<3x2xf32, #graph.csr>) {
  // expected-error@+1 {{expected a dense weight (C4)}}
  %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32, #graph.csr>
  return
}

// -----

// graph.relu (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.relu' op operand #0 must be a dense tensor of 32-bit float values (C1; only graph.linear takes #graph.csr), but got 'tensor<?x3xf32, #graph.csr>'}}
  %y = graph.relu %x : tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.sigmoid (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.sigmoid' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.sigmoid %x : tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.tanh (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.tanh' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.tanh %x : tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.gelu (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.gelu' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.gelu %x : tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.silu (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.silu' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.silu %x : tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.mish (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.mish' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.mish %x : tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.selu (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.selu' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.selu %x : tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.leaky_relu (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.leaky_relu' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.leaky_relu %x, 0.1 : tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.leaky_relu (C2)
func.func @f(%x: tensor<?x3xf32>) {
  // expected-error@+1 {{'graph.leaky_relu' op attribute 'slope' failed to satisfy constraint: 64-bit float attribute whose value is finite (C2)}}
  %y = graph.leaky_relu %x, 0x7FF8000000000000 : tensor<?x3xf32>
  return
}

// -----

// graph.scale (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.scale' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.scale %x, 0.1 : tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.scale (C2)
func.func @f(%x: tensor<?x3xf32>) {
  // expected-error@+1 {{'graph.scale' op attribute 'factor' failed to satisfy constraint: 64-bit float attribute whose value is finite (C2)}}
  %y = graph.scale %x, 1.0e999 : tensor<?x3xf32>
  return
}

// -----

func.func @f(%x: tensor<?x3xf32>) {
  // expected-error@+2 {{unexpected decimal integer literal for a floating point value}}
  // expected-note@+1 {{add a trailing dot to make the literal a float}}
  %y = graph.scale %x, 2 : tensor<?x3xf32>
  return
}

// -----

// graph.add (C1)
func.func @f(%x: tensor<?x3xf32>, %y: tensor<?x2xf32>) {
  // expected-error@+1 {{expected both operands to have one shape (C1), but got 'tensor<?x3xf32>' and 'tensor<?x2xf32>'}}
  %z = graph.add %x, %y : tensor<?x3xf32>, tensor<?x2xf32>
  return
}

// -----

// graph.add (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.add' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %z = graph.add %x, %x : tensor<?x3xf32, #graph.csr>, tensor<?x3xf32, #graph.csr>
  return
}

// -----

func.func @f(%x: tensor<?x3xf32>) {
  // expected-error@+1 {{expected the types of both operands}}
  %z = graph.add %x, %x : tensor<?x3xf32>
  return
}

// -----

// graph.sub (C1)
func.func @f(%x: tensor<?x3xf32>, %y: tensor<3xf32>) {
  // expected-error@+1 {{expected both operands to have one shape (C1)}}
  %z = graph.sub %x, %y : tensor<?x3xf32>, tensor<3xf32>
  return
}

// -----

// graph.mul (C1)
func.func @f(%x: tensor<?x3xf32>, %y: tensor<f32>) {
  // expected-error@+1 {{expected both operands to have one shape (C1)}}
  %z = graph.mul %x, %y : tensor<?x3xf32>, tensor<f32>
  return
}

// -----

// graph.softmax (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.softmax' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.softmax %x : tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.softmax (C2)
func.func @f(%x: tensor<?xf32>) {
  // expected-error@+1 {{'graph.softmax' op expected two dimensions or more (C2), but got 'tensor<?xf32>'}}
  %y = graph.softmax %x : tensor<?xf32>
  return
}

// -----

// graph.reshape (C1)
func.func @f(%x: tensor<?x6xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.reshape' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.reshape %x : tensor<?x6xf32, #graph.csr> -> tensor<?x2x3xf32>
  return
}

// -----

// graph.reshape (C2)
func.func @f(%x: tensor<?x16xf32>) {
  // expected-error@+1 {{'graph.reshape' op expected one to 4 dimensions (C2), but got 'tensor<?x2x2x2x2xf32>'}}
  %y = graph.reshape %x : tensor<?x16xf32> -> tensor<?x2x2x2x2xf32>
  return
}

// -----

// graph.reshape (C2)
func.func @f(%x: tensor<f32>) {
  // expected-error@+1 {{'graph.reshape' op expected one to 4 dimensions (C2), but got 'tensor<f32>'}}
  %y = graph.reshape %x : tensor<f32> -> tensor<1xf32>
  return
}

// -----

// graph.reshape (C3)
func.func @f(%x: tensor<?x6xf32>) {
  // expected-error@+1 {{'graph.reshape' op expected shapes of as many elements (C3), but got 'tensor<?x6xf32>' and 'tensor<?x2x4xf32>'}}
  %y = graph.reshape %x : tensor<?x6xf32> -> tensor<?x2x4xf32>
  return
}

// -----

// graph.reshape (C3)
func.func @f(%x: tensor<?x6xf32>) {
  // expected-error@+1 {{expected shapes of as many elements (C3), but got 'tensor<?x6xf32>' and 'tensor<6xf32>'}}
  %y = graph.reshape %x : tensor<?x6xf32> -> tensor<6xf32>
  return
}

// -----

// graph.reshape (C3)
func.func @f(%x: tensor<?x6xf32>) {
  // expected-error@+1 {{expected shapes of as many elements (C3), but got 'tensor<?x6xf32>' and 'tensor<6x?xf32>'}}
  %y = graph.reshape %x : tensor<?x6xf32> -> tensor<6x?xf32>
  return
}

// -----

// graph.dropout (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.dropout' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.dropout %x, 0.5 : tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.dropout (C1)
func.func @f(%x: tensor<?xf32>) {
  // expected-error@+1 {{'graph.dropout' op expected two dimensions or more (C1), but got 'tensor<?xf32>'}}
  %y = graph.dropout %x, 0.5 : tensor<?xf32>
  return
}

// -----

// graph.dropout (C2)
func.func @f(%x: tensor<?x3xf32>) {
  // expected-error@+1 {{'graph.dropout' op expected a probability in [0, 1) (C2), but got 1.000000e+00}}
  %y = graph.dropout %x, 1.0 : tensor<?x3xf32>
  return
}

// -----

// graph.dropout (C2)
func.func @f(%x: tensor<?x3xf32>) {
  // expected-error@+1 {{'graph.dropout' op expected a probability in [0, 1) (C2), but got -5.000000e-01}}
  %y = graph.dropout %x, -0.5 : tensor<?x3xf32>
  return
}

// -----

// graph.dropout (C3)
func.func @f(%x: tensor<?x3xf32>, %n: i64) {
  // expected-error@+1 {{'graph.dropout' op expected a seed, a position and a site from 0, or none of them (C3)}}
  %y = graph.dropout %x, 0.5 key(%n, %n) : tensor<?x3xf32>
  return
}

// -----

// graph.dropout (C3)
func.func @f(%x: tensor<?x3xf32>, %n: i64) {
  // expected-error@+1 {{expected a seed, a position and a site from 0, or none of them (C3)}}
  %y = graph.dropout %x, 0.5 key(%n, %n) {site = -1 : i64} : tensor<?x3xf32>
  return
}

// -----

// graph.dropout (C3)
func.func @f(%x: tensor<?x3xf32>) {
  // expected-error@+1 {{expected a seed, a position and a site from 0, or none of them (C3)}}
  %y = graph.dropout %x, 0.5 {site = 0 : i64} : tensor<?x3xf32>
  return
}

// -----

func.func @f(%x: tensor<?x3xf64>) {
  // expected-error@+1 {{'graph.relu' op operand #0 must be a dense tensor of 32-bit float values (C1; only graph.linear takes #graph.csr), but got 'tensor<?x3xf64>'}}
  %y = graph.relu %x : tensor<?x3xf64>
  return
}

// -----

func.func @f(%x: tensor<*xf32>) {
  // expected-error@+1 {{invalid kind of type specified: expected builtin.tensor, but found 'tensor<*xf32>'}}
  %y = graph.relu %x : tensor<*xf32>
  return
}

// -----

// graph.scale_columns (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'graph.scale_columns' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.scale_columns %x, %s : tensor<?x3xf32, #graph.csr>, tensor<3xf32>
  return
}

// -----

// graph.scale_columns (C2)
func.func @f(%x: tensor<3xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'graph.scale_columns' op expected two dimensions or more (C2), but got 'tensor<3xf32>'}}
  %y = graph.scale_columns %x, %s : tensor<3xf32>, tensor<3xf32>
  return
}

// -----

// graph.scale_columns (C2)
func.func @f(%x: tensor<?x4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'graph.scale_columns' op expected a number for each of 4 columns (C2), but got 'tensor<3xf32>'}}
  %y = graph.scale_columns %x, %s : tensor<?x4xf32>, tensor<3xf32>
  return
}

// -----

// graph.layer_norm (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'graph.layer_norm' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.layer_norm %x, %s, %s : tensor<?x3xf32, #graph.csr>, tensor<3xf32>, tensor<3xf32>
  return
}

// -----

// graph.layer_norm (C2)
func.func @f(%x: tensor<3xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'graph.layer_norm' op expected two dimensions or more (C2), but got 'tensor<3xf32>'}}
  %y = graph.layer_norm %x, %s, %s : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  return
}

// -----

// graph.layer_norm (C2)
func.func @f(%x: tensor<?x4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'graph.layer_norm' op expected a number for each of 4 columns (C2), but got 'tensor<3xf32>'}}
  %y = graph.layer_norm %x, %s, %s : tensor<?x4xf32>, tensor<3xf32>, tensor<3xf32>
  return
}

// -----

// graph.layer_norm (C3)
func.func @f(%x: tensor<?x3xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'graph.layer_norm' op attribute 'epsilon' failed to satisfy constraint: 64-bit float attribute whose value is finite and above 0 (C3)}}
  %y = graph.layer_norm %x, %s, %s epsilon(0.0) : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>
  return
}

// -----

// graph.batch_norm (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'graph.batch_norm' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = graph.batch_norm %x, %s, %s, %s, %s : tensor<?x3xf32, #graph.csr>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  return
}

// -----

// graph.batch_norm (C2)
func.func @f(%x: tensor<?x4x3xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'graph.batch_norm' op expected two dimensions (C2), but got 'tensor<?x4x3xf32>'}}
  %y = graph.batch_norm %x, %s, %s, %s, %s : tensor<?x4x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  return
}

// -----

// graph.batch_norm (C2)
func.func @f(%x: tensor<?x3xf32>, %s: tensor<3xf32>, %v: tensor<4xf32>) {
  // expected-error@+1 {{'graph.batch_norm' op expected a number for each of 3 columns (C2), but got 'tensor<4xf32>'}}
  %y = graph.batch_norm %x, %s, %s, %s, %v : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<4xf32>
  return
}

// -----

// graph.batch_norm (C3)
func.func @f(%x: tensor<?x3xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'graph.batch_norm' op attribute 'epsilon' failed to satisfy constraint: 64-bit float attribute whose value is finite and above 0 (C3)}}
  %y = graph.batch_norm %x, %s, %s, %s, %s epsilon(0.0) : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  return
}

// -----

// graph.batch_norm (C4)
func.func @f(%x: tensor<?x3xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'graph.batch_norm' op attribute 'momentum' failed to satisfy constraint: 64-bit float attribute whose value is above 0 and at most 1 (C4)}}
  %y = graph.batch_norm %x, %s, %s, %s, %s momentum(1.5) : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  return
}

// -----

// graph.average (C1)
func.func @average(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{'graph.average' op operand #0 must be a dense tensor of 32-bit float values (C1;}}
  %y = "graph.average"(%x) : (tensor<?x3xf32, #graph.csr>) -> tensor<?xf32>
  return
}

// -----

// graph.average (C2)
func.func @average(%x: tensor<?x3xf32>) {
  // expected-error@+1 {{expected three or four dimensions (C2), but got 'tensor<?x3xf32>'}}
  %y = graph.average %x : tensor<?x3xf32>
  return
}

// -----

// graph.dequantize (C1)
func.func @f(%q: tensor<?x2xi8>, %s: tensor<3xf16>) {
  // expected-error@+1 {{expected numbers of two known dimensions and scales of one or two (C1), but got 'tensor<?x2xi8>' and 'tensor<3xf16>'}}
  %w = graph.dequantize %q, %s : tensor<?x2xi8>, tensor<3xf16>
  return
}

// -----

// graph.dequantize (C1)
func.func @f(%q: tensor<3x2xi4>, %s: tensor<3x1x1xf16>) {
  // expected-error@+1 {{expected numbers of two known dimensions and scales of one or two (C1), but got 'tensor<3x2xi4>' and 'tensor<3x1x1xf16>'}}
  %w = graph.dequantize %q, %s : tensor<3x2xi4>, tensor<3x1x1xf16>
  return
}

// -----

// graph.dequantize (C2)
func.func @f(%q: tensor<3x2xi4>, %s: tensor<2xf16>) {
  // expected-error@+1 {{expected a scale for each of the 3 rows of numbers (C2), but got 2}}
  %w = graph.dequantize %q, %s : tensor<3x2xi4>, tensor<2xf16>
  return
}

// -----

// graph.dequantize (C2)
func.func @f(%q: tensor<3x2xi8>, %s: tensor<1x3xf16>) {
  // expected-error@+1 {{expected a scale for each of the 2 columns of numbers, in one row (C2), but got 'tensor<1x3xf16>'}}
  %w = graph.dequantize %q, %s : tensor<3x2xi8>, tensor<1x3xf16>
  return
}

// -----

// graph.dequantize (C2)
func.func @f(%q: tensor<3x2xi8>, %s: tensor<2x1xf16>) {
  // expected-error@+1 {{expected a scale for each of the 2 columns of numbers, in one row (C2), but got 'tensor<2x1xf16>'}}
  %w = graph.dequantize %q, %s : tensor<3x2xi8>, tensor<2x1xf16>
  return
}

// -----

// graph.dequantize (C3)
func.func @f(%q: tensor<3x2xi4>, %s: tensor<1x2xf16>) {
  // expected-error@+1 {{expected numbers of i8 where there is a scale for each column (C3), but got 'tensor<3x2xi4>'}}
  %w = graph.dequantize %q, %s : tensor<3x2xi4>, tensor<1x2xf16>
  return
}

// -----

func.func @f(%q: tensor<3x2xf32>, %s: tensor<3xf16>) {
  // expected-error@+1 {{'graph.dequantize' op operand #0 must be ranked tensor of 8-bit signless integer or 4-bit signless integer values, but got 'tensor<3x2xf32>'}}
  %w = graph.dequantize %q, %s : tensor<3x2xf32>, tensor<3xf16>
  return
}
