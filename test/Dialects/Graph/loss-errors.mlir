// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// graph.loss (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{'graph.loss' op expected two arguments, the prediction and the labels (C1), but got 1}}
  graph.loss(%y: tensor<?x2xf32>) {
    %l = graph.mse %y, %y : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{expected the labels to be tensor<?xCxf32>, or for classes tensor<?xi32>, with up to two known sizes more where rows have several places (C1), but got 'tensor<?xi64>'}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?xi64>) {
    %l = graph.mse %y, %y : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{expected the labels to be tensor<?xCxf32>, or for classes tensor<?xi32>, with up to two known sizes more where rows have several places (C1), but got 'tensor<?x2xf32, #graph.csr>'}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32, #graph.csr>) {
    %l = graph.mse %y, %y : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{where rows have several places (C1), but got 'tensor<?x?xi32>'}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x?xi32>) {
    %l = graph.mse %y, %y : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C2)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{'graph.loss' op expected graph.yield of one number, tensor<f32>, at the end (C2)}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
  }
}

// -----

// graph.loss (C2)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    // expected-error@+1 {{'graph.yield' op expected one number, tensor<f32>, as the loss (C2), but got 'tensor<?x2xf32>'}}
    graph.yield %y : tensor<?x2xf32>
  }
}

// -----

// graph.loss (C3)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error-re@+1 {{'graph.loss' op expected exactly one of graph.bce_with_logits, graph.cross_entropy,{{.+}} and {{.+}} to use the labels (C3)}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    %k = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C3)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error-re@+1 {{'graph.loss' op expected exactly one of graph.bce_with_logits, graph.cross_entropy,{{.+}} and {{.+}} to use the labels (C3)}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %y : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C3)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error-re@+1 {{'graph.loss' op expected exactly one of graph.bce_with_logits, graph.cross_entropy,{{.+}} and {{.+}} to use the labels (C3)}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %u = graph.relu %t : tensor<?x2xf32>
    %l = graph.mse %y, %u : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C3)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error-re@+1 {{'graph.loss' op expected exactly one of graph.bce_with_logits, graph.cross_entropy,{{.+}} and {{.+}} to use the labels (C3)}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %t, %y : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C4)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    // expected-error@+1 {{expected an operation of the graph dialect (C4), but got 'arith.negf'}}
    %k = arith.negf %l : tensor<f32>
    graph.yield %k : tensor<f32>
  }
}

// -----

// graph.loss (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{expected weights, tensor<?xf32>, and a teacher's prediction, 'tensor<?x2xf32>', in this order as further arguments (C1), but got 'tensor<?x1xf32>'}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>, %s: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C5)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{expected the loss op that uses the labels, and no other op, to use the teacher (C5); leave out the argument where there is none}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>, %s: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C5)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{to use the teacher (C5)}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>, %s: tensor<?x2xf32>) {
    %k = graph.mse %y, %s : tensor<?x2xf32>, tensor<?x2xf32>
    %m = graph.distill_bce %y, %t, %s alpha(0.5) temperature(1.0) : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>
    %l = graph.add %k, %m : tensor<f32>, tensor<f32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C5)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    // expected-error@+1 {{expected its teacher to be an argument of graph.loss (C5), as in graph.loss(%y: T, %label: T, %teacher: T)}}
    %l = graph.distill_bce %y, %t, %y alpha(0.5) temperature(1.0) : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{in this order as further arguments (C1), but got 'tensor<?xf32>'}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>, %s: tensor<?x2xf32>, %u: tensor<?xf32>) {
    %l = graph.distill_bce %y, %t, %s alpha(0.5) temperature(1.0) weight(%u) : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C1)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{in this order as further arguments (C1), but got 'tensor<?xf32>'}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>, %u: tensor<?xf32>, %v: tensor<?xf32>) {
    %l = graph.mse %y, %t weight(%u) : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C6)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{expected the loss op that uses the labels, and no other op, to use the weights (C6), as in graph.mse %y, %label weight(%w); leave out the argument where there are none}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>, %u: tensor<?xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
}

// -----

// graph.loss (C6)
graph.program @m {
  %w = graph.parameter "w" uniform_fan_in : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  // expected-error@+1 {{to use the weights (C6)}}
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>, %u: tensor<?xf32>) {
    %k = graph.mse %y, %y weight(%u) : tensor<?x2xf32>, tensor<?x2xf32>
    %m = graph.mse %y, %t weight(%u) : tensor<?x2xf32>, tensor<?x2xf32>
    %l = graph.add %k, %m : tensor<f32>, tensor<f32>
    graph.yield %l : tensor<f32>
  }
}
