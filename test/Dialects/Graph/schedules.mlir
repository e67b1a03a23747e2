// RUN: mlc-opt %s --split-input-file | mlc-opt --split-input-file | FileCheck %s
// RUN: mlc-opt %s --split-input-file --mlir-print-op-generic | mlc-opt --split-input-file | FileCheck %s

// CHECK: graph.train sgd({{.*}}) batch(5) epochs(3) schedule(constant, warmup = 100){{$}}
graph.program @constant {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(3) schedule(constant, warmup = 100)
}

// -----

// CHECK: graph.train sgd({{.*}}) batch(5) epochs(3) schedule(linear, warmup = 0, final = 0){{$}}
graph.program @linear {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(3) schedule(linear)
}

// -----

// CHECK: graph.train sgd({{.*}}) batch(5) epochs(3) schedule(cosine, warmup = 0.1, final = 0.01){{$}}
graph.program @cosine {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(3) schedule(cosine, final = 0.01, warmup = 0.1)
}

// -----

// CHECK: graph.train sgd({{.*}}) batch(5) epochs(3) schedule(step, every = 10, gamma = 0.1, warmup = 0){{$}}
graph.program @step {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(3) schedule(step, every = 10)
}

// -----

// CHECK: graph.train sgd({{.*}}) batch(5) epochs(3) schedule(exponential, gamma = 0.95, warmup = 0){{$}}
graph.program @exponential {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(3) schedule(exponential, gamma = 0.95)
}

// -----

// CHECK: graph.train sgd({{.*}}) batch(5) epochs(3) schedule(wsd, warmup = 0.02, final = 0){{$}}
graph.program @wsd {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(3) schedule(wsd, warmup = 0.02)
}

// -----

// CHECK: graph.train sgd({{.*}}) batch(5) epochs(3) schedule(coslog4, warmup = 0){{$}}
graph.program @coslog4 {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(3) schedule(coslog4)
}

// -----

// CHECK: graph.train sgd({{.*}}) batch(5) epochs(3){{$}}
graph.program @none {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(3)
}

// -----

// CHECK: graph.train sgd({{.*}}) batch(5) epochs(3) schedule(plateau, gamma = 0.1, patience = 3, min_delta = 1.0e-04, warmup = 0){{$}}
graph.program @plateau {
  %w = graph.parameter "w" zeros : tensor<2x1xf32>
  graph.predict(%x: tensor<?x2xf32>) {
    %y = graph.linear %x, %w : tensor<?x2xf32>, tensor<2x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(3) schedule(plateau, patience = 3)
}
