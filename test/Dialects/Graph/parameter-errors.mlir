// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// graph.parameter (C1)
graph.program @m {
  // expected-error@+1 {{'graph.parameter' op expected one to four dimensions, each known and above 0, and no encoding (C1), but got 'tensor<f32>'}}
  %w = graph.parameter "w" zeros : tensor<f32>
}

// -----

// graph.parameter (C1)
graph.program @m {
  // expected-error@+1 {{'graph.parameter' op expected one to four dimensions, each known and above 0, and no encoding (C1), but got 'tensor<2x3x4x5x6xf32>'}}
  %w = graph.parameter "w" zeros : tensor<2x3x4x5x6xf32>
}

// -----

// graph.parameter (C1)
graph.program @m {
  // expected-error@+1 {{'graph.parameter' op expected one to four dimensions, each known and above 0, and no encoding (C1), but got 'tensor<?xf32>'}}
  %w = graph.parameter "w" zeros : tensor<?xf32>
}

// -----

// graph.parameter (C1)
graph.program @m {
  // expected-error@+1 {{'graph.parameter' op expected one to four dimensions, each known and above 0, and no encoding (C1), but got 'tensor<3x0xf32>'}}
  %w = graph.parameter "w" zeros : tensor<3x0xf32>
}

// -----

// graph.parameter (C1)
graph.program @m {
  // expected-error@+1 {{'graph.parameter' op expected one to four dimensions, each known and above 0, and no encoding (C1), but got 'tensor<3x2xf32, #graph.csr>'}}
  %w = graph.parameter "w" zeros : tensor<3x2xf32, #graph.csr>
}

// -----

// graph.parameter (C1)
graph.program @m {
  // expected-error@+1 {{must be ranked tensor of 32-bit float or 16-bit float or 8-bit signless integer or 4-bit signless integer values, but got 'tensor<3xf64>'}}
  %w = graph.parameter "w" zeros : tensor<3xf64>
}

// -----

// graph.parameter (C2)
graph.program @m {
  // expected-error@+1 {{'graph.parameter' op expected fewer than 2^31 elements (C2), but got 'tensor<2147483648xf32>'}}
  %w = graph.parameter "w" zeros : tensor<2147483648xf32>
}

// -----

// graph.parameter (C2)
graph.program @m {
  // expected-error@+1 {{'graph.parameter' op expected fewer than 2^31 elements (C2), but got 'tensor<46341x46341xf32>'}}
  %w = graph.parameter "w" zeros : tensor<46341x46341xf32>
}

// -----

// graph.parameter (C2)
graph.program @m {
  // expected-error@+1 {{'graph.parameter' op expected fewer than 2^31 elements (C2), but got 'tensor<9223372036854775807x9223372036854775807xf32>'}}
  %w = graph.parameter "w" zeros : tensor<9223372036854775807x9223372036854775807xf32>
}

// -----

// graph.parameter (C3)
graph.program @m {
  // expected-error@+1 {{'graph.parameter' op expected a name of printable ASCII characters (C3)}}
  %w = graph.parameter "" zeros : tensor<3xf32>
}

// -----

// graph.parameter (C3)
graph.program @m {
  // expected-error@+1 {{expected a name of printable ASCII characters (C3)}}
  %w = graph.parameter "two\nlines" zeros : tensor<3xf32>
}

// -----

// graph.parameter (C3)
graph.program @m {
  // expected-error@+1 {{expected a name of printable ASCII characters (C3)}}
  %w = graph.parameter "Größe" zeros : tensor<3xf32>
}

// -----

// graph.parameter (C3)
graph.program @m {
  // expected-error@+1 {{expected another name than "__metadata__" (C3), which weights files keep for themselves}}
  %w = graph.parameter "__metadata__" zeros : tensor<3xf32>
}

// -----

// graph.parameter (C4)
graph.program @m {
  // expected-error@+1 {{expected a finite number for the initialiser (C4)}}
  %w = graph.parameter "w" constant(1.0e999) : tensor<3xf32>
}

// -----

// graph.parameter (C4)
graph.program @m {
  // expected-error@+1 {{expected a number of 0 or more for the initialiser (C4), but got -1.000000e-01}}
  %w = graph.parameter "w" uniform(-0.1) : tensor<3xf32>
}

// -----

// graph.parameter (C4)
graph.program @m {
  // expected-error@+1 {{expected a number of 0 or more for the initialiser (C4), but got -2}}
  %w = graph.parameter "w" normal(-2) : tensor<3xf32>
}

// -----

graph.program @m {
  // expected-error@+1 {{expected the parameter's name in quotes}}
  %w = graph.parameter w zeros : tensor<3xf32>
}

// -----

graph.program @m {
  // expected-error@+1 {{expected how the parameter starts: zeros, constant(c), uniform(b), uniform_fan_in, normal(s) or stored}}
  %w = graph.parameter "w" : tensor<3xf32>
}

// -----

graph.program @m {
  // expected-error@+1 {{unknown initialiser 'xavier'; expected zeros, constant(c), uniform(b), uniform_fan_in, normal(s) or stored}}
  %w = graph.parameter "w" xavier : tensor<3xf32>
}

// -----

graph.program @m {
  // expected-error@+1 {{expected uniform(number)}}
  %w = graph.parameter "w" uniform : tensor<3xf32>
}

// -----

graph.program @m {
  // expected-error@+1 {{expected a number}}
  %w = graph.parameter "w" uniform(nan) : tensor<3xf32>
}

// -----

graph.program @m {
  // expected-error@+1 {{expected a number}}
  %w = graph.parameter "w" uniform(true) : tensor<3xf32>
}

// -----

graph.program @m {
  // expected-error@+1 {{invalid kind of type specified: expected builtin.tensor, but found 'f32'}}
  %w = graph.parameter "w" zeros : f32
}

// -----

graph.program @m {
  // expected-error@+1 {{invalid kind of type specified: expected builtin.tensor, but found 'tensor<*xf32>'}}
  %w = graph.parameter "w" zeros : tensor<*xf32>
}

// -----

graph.program @m {
  // expected-error@+1 {{invalid dimension}}
  %w = graph.parameter "w" zeros : tensor<99999999999999999999xf32>
}

// -----

graph.program @m {
  // expected-error@+1 {{requires attribute 'initializer'}}
  %w = "graph.parameter"() : () -> tensor<3xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected a finite number for the initialiser (C4)}}
  // graph.parameter (C4)
  %w = "graph.parameter"() <{name = "w", initializer = #graph.initializer<uniform, 0x7FF8000000000000>}> : () -> tensor<3xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected the initialiser 'stored' of elements that are not f32 (C5), but got 'tensor<3x2xi8>'}}
  // graph.parameter (C5)
  %w = graph.parameter "w" zeros : tensor<3x2xi8>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected the initialiser 'stored' of i8, i4 or f16 elements only (C5), but got 'tensor<3x2xf32>'}}
  // graph.parameter (C5)
  %w = graph.parameter "w" stored : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected 'keep_zeros' of f32 elements only (C6), but got 'tensor<3x2xi8>'}}
  // graph.parameter (C6)
  %w = graph.parameter "w" stored keep_zeros : tensor<3x2xi8>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected an initialiser that gives other numbers than 0 with 'keep_zeros' (C6), since none of its elements would ever change}}
  // graph.parameter (C6)
  %w = graph.parameter "w" zeros keep_zeros : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected an initialiser that gives other numbers than 0 with 'keep_zeros' (C6)}}
  // graph.parameter (C6)
  %w = graph.parameter "w" uniform(0.0) keep_zeros : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected 'frozen', 'running', 'rate', 'weight_decay' and 'l1' of f32 elements only (C7), but got 'tensor<3x2xi8>'}}
  // graph.parameter (C7)
  %w = graph.parameter "w" stored frozen : tensor<3x2xi8>
}

// -----

// What f32 does not hold is 0, too.
graph.program @m {
  // expected-error@+2 {{expected an initialiser that gives other numbers than 0 with 'keep_zeros' (C6)}}
  // graph.parameter (C6)
  %w = graph.parameter "w" constant(1.0e-60) keep_zeros : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected 'frozen', 'running', 'rate', 'weight_decay' and 'l1' of f32 elements only (C7), but got 'tensor<3x2xi8>'}}
  // graph.parameter (C7)
  %w = graph.parameter "w" stored rate(0.5) : tensor<3x2xi8>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected 'frozen' without 'keep_zeros', 'rate', 'weight_decay' and 'l1' (C7), since no gradient changes it}}
  // graph.parameter (C7)
  %w = graph.parameter "w" zeros frozen rate(0.5) : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected 'frozen' without 'keep_zeros', 'rate', 'weight_decay' and 'l1' (C7), since no gradient changes it}}
  // graph.parameter (C7)
  %w = graph.parameter "w" zeros weight_decay(0) frozen : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected 'frozen' without 'keep_zeros', 'rate', 'weight_decay' and 'l1' (C7), since no gradient changes it}}
  // graph.parameter (C7)
  %w = graph.parameter "w" normal(1.0) keep_zeros frozen : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected 'frozen', 'running', 'rate', 'weight_decay' and 'l1' of f32 elements only (C7), but got 'tensor<3x2xi8>'}}
  // graph.parameter (C7)
  %w = graph.parameter "w" stored running : tensor<3x2xi8>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected 'frozen' or 'running', but not both (C7)}}
  // graph.parameter (C7)
  %w = graph.parameter "w" zeros running frozen : tensor<3xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected 'running' without 'keep_zeros', 'rate', 'weight_decay' and 'l1' (C7), since no gradient changes it}}
  // graph.parameter (C7)
  %w = graph.parameter "w" zeros running weight_decay(0) : tensor<3xf32>
}

// -----

graph.program @m {
  // expected-error@+1 {{'running' is given twice}}
  %w = graph.parameter "w" zeros running running : tensor<3xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected a finite rate above 0 (C8), but got 0.000000e+00; 'frozen' says that a parameter stays}}
  // graph.parameter (C8)
  %w = graph.parameter "w" zeros rate(0) : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected a finite rate above 0 (C8), but got INF}}
  // graph.parameter (C8)
  %w = graph.parameter "w" zeros rate(1.0e999) : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected a finite weight_decay of 0 or more (C9), but got -1.000000e+00}}
  // graph.parameter (C9)
  %w = graph.parameter "w" zeros weight_decay(-1) : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+1 {{expected keep_zeros, frozen, running, rate(r), weight_decay(d), l1(x) or ':' and a type, but got 'frosen'}}
  %w = graph.parameter "w" zeros frosen : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+1 {{expected rate(number)}}
  %w = graph.parameter "w" zeros rate : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+1 {{'rate' is given twice}}
  %w = graph.parameter "w" zeros rate(0.5) rate(0.5) : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected 'frozen' without 'keep_zeros', 'rate', 'weight_decay' and 'l1' (C7), since no gradient changes it}}
  // graph.parameter (C7)
  %w = graph.parameter "w" zeros l1(0) frozen : tensor<3x2xf32>
}

// -----

graph.program @m {
  // expected-error@+2 {{expected a finite l1 of 0 or more (C9), but got -1.000000e+00}}
  // graph.parameter (C9)
  %w = graph.parameter "w" zeros l1(-1) : tensor<3x2xf32>
}
