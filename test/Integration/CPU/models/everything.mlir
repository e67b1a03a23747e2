// Every op, a parameter used twice, a value used thrice, a loss of two terms.
!x = tensor<?x37xf32, #graph.csr>
!h = tensor<?x19xf32>
graph.program @everything {
  %w1 = graph.parameter "in.weight" uniform_fan_in : tensor<37x19xf32>
  %b1 = graph.parameter "in.bias" uniform(0.1) : tensor<19xf32>
  %w2 = graph.parameter "shared.weight" normal(0.3) : tensor<19x19xf32>
  %w3 = graph.parameter "gate.weight" uniform(0.2) : tensor<37x19xf32>
  %w4 = graph.parameter "out.weight" uniform_fan_in : tensor<19x9xf32>
  %b4 = graph.parameter "out.bias" zeros : tensor<9xf32>
  graph.predict(%x: !x) {
    %h0 = graph.linear %x, %w1, %b1 : !x, tensor<37x19xf32>, tensor<19xf32>
    %g0 = graph.linear %x, %w3 : !x, tensor<37x19xf32>
    %g = graph.sigmoid %g0 : !h
    %h = graph.mul %h0, %g : !h, !h
    %t = graph.tanh %h : !h
    %s1 = graph.linear %t, %w2 : !h, tensor<19x19xf32>
    %s2 = graph.relu %s1 : !h
    %s3 = graph.linear %s2, %w2 : !h, tensor<19x19xf32>
    %s4 = graph.add %s3, %h : !h, !h
    %d = graph.dropout %s4, 0.25 : !h
    %e = graph.gelu %d : !h
    %f = graph.sub %e, %t : !h, !h
    %k = graph.scale %f, 0.7 : !h
    %l = graph.leaky_relu %k, 0.2 : !h
    %o = graph.linear %l, %w4, %b4 : !h, tensor<19x9xf32>, tensor<9xf32>
    %m = graph.softmax %o : tensor<?x9xf32>
    %y = graph.add %m, %o : tensor<?x9xf32>, tensor<?x9xf32>
    graph.yield %y : tensor<?x9xf32>
  }
  graph.loss(%y: tensor<?x9xf32>, %label: tensor<?x9xf32>) {
    %l = graph.bce_with_logits %y, %label : tensor<?x9xf32>, tensor<?x9xf32>
    %twice = graph.scale %l, 2.0 : tensor<f32>
    %sum = graph.add %twice, %l : tensor<f32>, tensor<f32>
    graph.yield %sum : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1, momentum = 0.9, nesterov = true, weight_decay = 0.001) batch(7) epochs(3)
}
