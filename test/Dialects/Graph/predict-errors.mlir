// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// graph.predict (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{'graph.predict' op expected one argument, the examples (C1), but got 0}}
  graph.predict() {
  }
}

// -----

// graph.predict (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{expected one argument, the examples (C1), but got 2}}
  graph.predict(%x: tensor<?x3xf32>, %z: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
}

// -----

// graph.predict (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{expected the argument to be tensor<?xKxf32>, dense, #graph.csr or with #graph.sizes (C1), but got 'tensor<5x3xf32>'}}
  graph.predict(%x: tensor<5x3xf32>) {
  }
}

// -----

// graph.predict (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{expected the argument to be tensor<?xKxf32>, dense, #graph.csr or with #graph.sizes (C1), but got 'tensor<?x?xf32>'}}
  graph.predict(%x: tensor<?x?xf32>) {
  }
}

// -----

// graph.predict (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{expected the argument to be tensor<?xKxf32>, dense, #graph.csr or with #graph.sizes (C1), but got 'tensor<?x0xf32>'}}
  graph.predict(%x: tensor<?x0xf32>) {
  }
}

// -----

// graph.predict (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{expected the argument to be tensor<?xKxf32>, dense, #graph.csr or with #graph.sizes (C1), but got 'tensor<?x9223372036854775807xf32>'}}
  graph.predict(%x: tensor<?x9223372036854775807xf32>) {
  }
}

// -----

// graph.predict (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{expected the argument to be tensor<?xKxf32>, dense, #graph.csr or with #graph.sizes (C1), but got 'tensor<?x3xi32>'}}
  graph.predict(%x: tensor<?x3xi32>) {
  }
}

// -----

// graph.predict (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{expected the argument to be tensor<?xKxf32>, dense, #graph.csr or with #graph.sizes (C1), but got 'tensor<?xf32>'}}
  graph.predict(%x: tensor<?xf32>) {
  }
}

// -----

// graph.predict (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{expected the argument to be tensor<?xKxf32>, dense, #graph.csr or with #graph.sizes (C1), but got 'tensor<?x3xf32, "dense">'}}
  graph.predict(%x: tensor<?x3xf32, "dense">) {
  }
}

// -----

// graph.predict (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{expected the argument to be tensor<?xKxf32>, dense, #graph.csr or with #graph.sizes (C1), but got 'f32'}}
  graph.predict(%x: f32) {
  }
}

// -----

// graph.predict (C2)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{'graph.predict' op expected graph.yield of a dense tensor<?xCxf32> at the end (C2)}}
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
  }
}

// -----

// graph.predict (C2)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32, #graph.csr>) {
    // expected-error@+1 {{'graph.yield' op expected a dense tensor<?xCxf32> as the prediction (C2), but got 'tensor<?x3xf32, #graph.csr>'}}
    graph.yield %x : tensor<?x3xf32, #graph.csr>
  }
}

// -----

// graph.predict (C2)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    // expected-error@+1 {{expected a dense tensor<?xCxf32> as the prediction (C2), but got 'tensor<3x2xf32>'}}
    graph.yield %w : tensor<3x2xf32>
  }
}

// -----

// graph.predict (C3)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    // expected-error@+1 {{expected an operation of the graph dialect (C3), but got 'math.cos'}}
    %z = math.cos %y : tensor<?x2xf32>
    graph.yield %z : tensor<?x2xf32>
  }
}

// -----

graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    // expected-error@+1 {{custom op 'graph.linera' is unknown}}
    %z = graph.linera %y, %w : tensor<?x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
}

// -----

graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{expected a type after the argument's name, as in '%x: tensor<?x10xf32>'}}
  graph.predict(%x) {
  }
}

// -----

graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{expected '(' of arguments}}
  graph.predict {
  }
}

// -----

graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{'graph.predict' op region #0 ('body') failed to verify constraint: region with 1 blocks}}
  "graph.predict"() ({}) : () -> ()
}

// -----

graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{'graph.predict' op expects a non-empty block}}
  "graph.predict"() ({^entry(%x: tensor<?x3xf32>):}) : () -> ()
}

// -----

graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{'graph.predict' op requires one region}}
  "graph.predict"() : () -> ()
}

// -----

// graph.predict (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  // expected-error@+1 {{expected the argument to be tensor<?xKxf32>, dense, #graph.csr or with #graph.sizes (C1), but got 'tensor<?x?x4096xf32, #graph.sizes<"steps" max 1048576>>'}}
  graph.predict(%x: tensor<?x?x4096xf32, #graph.sizes<"steps" max 1048576>>) {
  }
}

// -----

// graph.predict (C2)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x?x3xf32, #graph.sizes<"steps" max 8>>) {
    %y = graph.linear %x, %w : tensor<?x?x3xf32, #graph.sizes<"steps" max 8>>, tensor<3x2xf32>
    // expected-error@+1 {{expected a dense tensor<?xCxf32> as the prediction (C2), but got 'tensor<?x?x2xf32, #graph.sizes<"steps" max 8>>'}}
    graph.yield %y : tensor<?x?x2xf32, #graph.sizes<"steps" max 8>>
  }
}
