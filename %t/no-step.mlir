graph.program @line {
  %w = graph.parameter "w" zeros : tensor<3x1xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(7)
}
func.func private @train_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @evaluate_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }

