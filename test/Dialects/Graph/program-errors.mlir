// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// graph.program (C1)
// expected-error@+1 {{'graph.program' op expected one graph.predict (C1), but found none}}
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C1)
// expected-error@+1 {{'graph.program' op expected one graph.loss (C1), but found none}}
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C1)
// expected-error@+1 {{'graph.program' op expected one graph.train (C1), but found none}}
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.program (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-note@+1 {{the first is here}}
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{'graph.predict' op expected one in a program (C1), but this is the second}}
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-note@+1 {{the first is here}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  // expected-error@+1 {{'graph.loss' op expected one in a program (C1), but this is the second}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  // expected-note@+1 {{the first is here}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
  // expected-error@+1 {{'graph.train' op expected one in a program (C1), but this is the second}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C2)
// expected-error@+1 {{'graph.program' op expected at least one graph.parameter (C2)}}
graph.program @m {
  graph.predict(%x: tensor<?x3xf32>) {
    graph.yield %x : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C2)
graph.program @m {
  // expected-note@+1 {{by this parameter}}
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{'graph.parameter' op expected its own name (C2), but "w" is taken}}
  %v = graph.parameter "w" zeros : tensor<2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w, %v : tensor<?x3xf32>, tensor<3x2xf32>, tensor<2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C3)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    // expected-note@+1 {{yielded here}}
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{'graph.loss' op expected its first argument to be 'tensor<?x2xf32>', which graph.predict yields (C3), but got 'tensor<?x4xf32>'}}
  graph.loss(%y: tensor<?x4xf32>, %t: tensor<?x4xf32>) {
    %l = graph.mse %y, %t : tensor<?x4xf32>, tensor<?x4xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C4)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{'graph.parameter' op expected the loss to depend on "forgotten" (C4), but it does not; use it or remove it}}
  %b = graph.parameter "forgotten" zeros : tensor<2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// A use that leads nowhere is none.
// graph.program (C4)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{expected the loss to depend on "b" (C4)}}
  %b = graph.parameter "b" zeros : tensor<2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %u = graph.linear %x, %w, %b : tensor<?x3xf32>, tensor<3x2xf32>, tensor<2xf32>
    %v = graph.relu %u : tensor<?x2xf32>
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C5)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{'arith.constant' op expected only graph.parameter, graph.predict, graph.loss and graph.train in a program (C5)}}
  %c = arith.constant dense<1.0> : tensor<2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  // expected-error@+1 {{'graph.program' op expects parent op 'builtin.module'}}
  graph.program @inner {
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// expected-error@+1 {{'graph.parameter' op expects parent op 'graph.program'}}
%w = graph.parameter "w" zeros : tensor<3x2xf32>

// -----

func.func @f(%x: tensor<?x3xf32>) {
  // expected-error@+1 {{'graph.yield' op expects parent op to be one of 'graph.predict, graph.loss'}}
  graph.yield %x : tensor<?x3xf32>
}

// -----

// expected-error@+1 {{'graph.program' op requires one region}}
"graph.program"() <{sym_name = "m"}> : () -> ()

// -----

// expected-error@+1 {{'graph.program' op region #0 ('body') failed to verify constraint: region with 1 blocks}}
"graph.program"() <{sym_name = "m"}> ({}) : () -> ()

// -----

// expected-error@+1 {{'graph.program' op region should have no arguments}}
"graph.program"() <{sym_name = "m"}> ({^entry(%x: i32):}) : () -> ()

// -----

// expected-error@+1 {{invalid properties}}
"graph.program"() <{sym_name = 1}> ({^entry:}) : () -> ()

// -----

// What a quantised weight is used for: graph.program (C6)
graph.program @m {
  %b = graph.parameter "b" zeros : tensor<2xf32>
  // expected-error@+1 {{'graph.parameter' op expected a scale for each column, [1, out], where graph.linear multiplies dense rows by what its graph.dequantize gives; a scale for each row is for #graph.csr examples (C6)}}
  %q = graph.parameter "w" stored : tensor<3x2xi8>
  %s = graph.parameter "w.scale" stored : tensor<3xf16>
  graph.predict(%x: tensor<?x3xf32>) {
    %w = graph.dequantize %q, %s : tensor<3x2xi8>, tensor<3xf16>
    %y = graph.linear %x, %w, %b : tensor<?x3xf32>, tensor<3x2xf32>, tensor<2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C6)
graph.program @m {
  %b = graph.parameter "b" zeros : tensor<2xf32>
  // expected-error@+1 {{expected one graph.dequantize alone to use it (C6)}}
  %q = graph.parameter "w" stored : tensor<3x2xi4>
  %s = graph.parameter "w.scale" stored : tensor<3xf16>
  %r = graph.parameter "r.scale" stored : tensor<3xf16>
  graph.predict(%x: tensor<?x3xf32, #graph.csr>) {
    %w = graph.dequantize %q, %s : tensor<3x2xi4>, tensor<3xf16>
    %v = graph.dequantize %q, %r : tensor<3x2xi4>, tensor<3xf16>
    %h = graph.linear %x, %w, %b : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>, tensor<2xf32>
    %k = graph.linear %x, %v : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>
    %y = graph.add %h, %k : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C6)
graph.program @m {
  %b = graph.parameter "b" zeros : tensor<2xf32>
  // expected-error@+1 {{to be the weight of one graph.linear, and nothing else}}
  %q = graph.parameter "w" stored : tensor<3x2xi4>
  %s = graph.parameter "w.scale" stored : tensor<3xf16>
  graph.predict(%x: tensor<?x3xf32, #graph.csr>) {
    %w = graph.dequantize %q, %s : tensor<3x2xi4>, tensor<3xf16>
    %h = graph.linear %x, %w, %b : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>, tensor<2xf32>
    %k = graph.linear %x, %w : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>
    %y = graph.add %h, %k : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C6)
graph.program @m {
  // expected-error@+1 {{expected the scales of graph.dequantize to be called as its numbers, with ".scale" behind, as weights files have them (C6)}}
  %q = graph.parameter "w" stored : tensor<3x2xi8>
  %s = graph.parameter "scale" stored : tensor<3xf16>
  graph.predict(%x: tensor<?x3xf32, #graph.csr>) {
    %w = graph.dequantize %q, %s : tensor<3x2xi8>, tensor<3xf16>
    %y = graph.linear %x, %w : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C7)
graph.program @m {
  // expected-error@+1 {{expected a parameter that is neither frozen nor running (C7); there is nothing to train}}
  %w = graph.parameter "w" zeros frozen : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C8)
graph.program @m {
  // expected-error@+1 {{expected no weight_decay of "w" with adam(lazy) (C8), since it would change every row; leave out one of the two}}
  %w = graph.parameter "w" zeros weight_decay(0.1) : tensor<3x2xf32>
  %b = graph.parameter "b" zeros weight_decay(0.1) : tensor<2xf32>
  graph.predict(%x: tensor<?x3xf32, #graph.csr>) {
    %y = graph.linear %x, %w, %b : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>, tensor<2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(lazy, learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C9)
graph.program @m {
  %s = graph.parameter "s" constant(1.0) : tensor<3xf32>
  %m = graph.parameter "m" zeros running : tensor<3xf32>
  %v = graph.parameter "v" constant(1.0) frozen : tensor<3xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    // expected-error@+1 {{expected the mean and the variance to be parameters that are 'running', or both 'frozen' (C9)}}
    %y = graph.batch_norm %x, %s, %s, %m, %v : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C8)
graph.program @m {
  // expected-error@+1 {{expected no l1 of "w" with adam(lazy) (C8), since it would change every row; leave out one of the two, or take ftrl(l1 = ...)}}
  %w = graph.parameter "w" zeros l1(0.1) : tensor<3x2xf32>
  %b = graph.parameter "b" zeros l1(0.1) : tensor<2xf32>
  graph.predict(%x: tensor<?x3xf32, #graph.csr>) {
    %y = graph.linear %x, %w, %b : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>, tensor<2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(lazy, learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C8)
graph.program @m {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  %b = graph.parameter "b" zeros : tensor<2xf32>
  graph.predict(%x: tensor<?x3xf32, #graph.csr>) {
    %y = graph.linear %x, %w, %b : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>, tensor<2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  // expected-error@+1 {{expected no l1 with adam(lazy) (C8), since it would change every row of "w"; leave out one of the two, take ftrl(l1 = ...), which changes the rows alone that a batch touches, or say l1(0) behind that parameter}}
  graph.train adam(lazy, learning_rate = 0.1) batch(5) epochs(1) l1(0.1)
}

// -----

// graph.program (C9)
graph.program @m {
  %s = graph.parameter "s" constant(1.0) : tensor<3xf32>
  %m = graph.parameter "m" zeros running : tensor<3xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    // expected-error@+1 {{expected the mean and the variance to be parameters that are 'running', or both 'frozen' (C9)}}
    %y = graph.batch_norm %x, %s, %s, %m, %s : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C9)
graph.program @m {
  %s = graph.parameter "s" constant(1.0) : tensor<3xf32>
  %m = graph.parameter "m" zeros running : tensor<3xf32>
  %v = graph.parameter "v" constant(1.0) running : tensor<3xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %z = graph.scale %v, 2.0 : tensor<3xf32>
    // expected-error@+1 {{expected the mean and the variance to be parameters that are 'running', or both 'frozen' (C9)}}
    %y = graph.batch_norm %x, %s, %s, %m, %z : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C9)
graph.program @m {
  %s = graph.parameter "s" constant(1.0) : tensor<3xf32>
  %m = graph.parameter "m" zeros running : tensor<3xf32>
  %v = graph.parameter "v" constant(1.0) running : tensor<3xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    // expected-error@+1 {{expected nothing else to use "m" (C9); each normalisation has running statistics of its own}}
    %z = graph.batch_norm %x, %s, %s, %m, %v : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
    %y = graph.scale_columns %z, %m : tensor<?x3xf32>, tensor<3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C9)
graph.program @m {
  %s = graph.parameter "s" constant(1.0) : tensor<3xf32>
  %m = graph.parameter "m" zeros running : tensor<3xf32>
  %v = graph.parameter "v" constant(1.0) running : tensor<3xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    // expected-error@+1 {{expected no by_batch in a model (C9); the compiler says it in training}}
    %y = graph.batch_norm %x, %s, %s, %m, %v by_batch : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C9)
graph.program @m {
  %s = graph.parameter "s" constant(1.0) : tensor<3xf32>
  // expected-error@+1 {{expected one graph.batch_norm to use a 'running' parameter, as its mean or its variance (C9)}}
  %m = graph.parameter "m" zeros running : tensor<3xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.scale_columns %x, %s : tensor<?x3xf32>, tensor<3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C9)
graph.program @m {
  %s = graph.parameter "s" constant(1.0) : tensor<3xf32>
  // expected-error@+1 {{expected one graph.batch_norm to use a 'running' parameter, as its mean or its variance (C9)}}
  %m = graph.parameter "m" zeros running : tensor<3xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %z = graph.scale_columns %x, %s : tensor<?x3xf32>, tensor<3xf32>
    %y = graph.scale_columns %z, %m : tensor<?x3xf32>, tensor<3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C10)
graph.program @m {
  %s = graph.parameter "s" constant(1.0) : tensor<3xf32>
  %m = graph.parameter "m" zeros running : tensor<3xf32>
  %v = graph.parameter "v" constant(1.0) running : tensor<3xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.batch_norm %x, %s, %s, %m, %v : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  // expected-error@+1 {{expected a batch of 2 or more (C10 of graph.program), but got 1; "m" keeps statistics of batches, and one row has none}}
  graph.train sgd(learning_rate = 0.1) batch(1) epochs(1)
}

// -----

// graph.program (C7)
graph.program @m {
  // expected-error@+1 {{expected a parameter that is neither frozen nor running (C7); there is nothing to train}}
  %s = graph.parameter "s" constant(1.0) frozen : tensor<3xf32>
  %m = graph.parameter "m" zeros running : tensor<3xf32>
  %v = graph.parameter "v" constant(1.0) running : tensor<3xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.batch_norm %x, %s, %s, %m, %v : tensor<?x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// graph.program (C11)
graph.program @m {
  // expected-error@+1 {{expected no weight_decay of "w" with ftrl (C11), which has none; leave it out, or say l1(x) or the optimiser's l2 instead}}
  %w = graph.parameter "w" zeros weight_decay(0) : tensor<3x2xf32>
  %b = graph.parameter "b" zeros : tensor<2xf32>
  graph.predict(%x: tensor<?x3xf32, #graph.csr>) {
    %y = graph.linear %x, %w, %b : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>, tensor<2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train ftrl(alpha = 0.1) batch(5) epochs(1)
}
