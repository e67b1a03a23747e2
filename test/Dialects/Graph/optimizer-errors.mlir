// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// #graph.sgd (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite learning_rate of 0 or more (C1), but got -1.000000e-01}}
  graph.train sgd(learning_rate = -0.1) batch(5) epochs(1)
}

// -----

// #graph.sgd (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite learning_rate of 0 or more (C1), but got INF}}
  graph.train sgd(learning_rate = 1.0e999) batch(5) epochs(1)
}

// -----

// #graph.sgd (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite weight_decay of 0 or more (C1), but got -1}}
  graph.train sgd(learning_rate = 0.1, weight_decay = -1) batch(5) epochs(1)
}

// -----

// #graph.adam (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite learning_rate of 0 or more (C1), but got -1.000000e-01}}
  graph.train adam(learning_rate = -0.1) batch(5) epochs(1)
}

// -----

// #graph.adam (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite learning_rate of 0 or more (C1), but got INF}}
  graph.train adam(learning_rate = 1.0e999) batch(5) epochs(1)
}

// -----

// #graph.adam (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite weight_decay of 0 or more (C1), but got -1}}
  graph.train adam(learning_rate = 0.1, weight_decay = -1) batch(5) epochs(1)
}

// -----

// #graph.adamw (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite learning_rate of 0 or more (C1), but got -1.000000e-01}}
  graph.train adamw(learning_rate = -0.1) batch(5) epochs(1)
}

// -----

// #graph.adamw (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite learning_rate of 0 or more (C1), but got INF}}
  graph.train adamw(learning_rate = 1.0e999) batch(5) epochs(1)
}

// -----

// #graph.adamw (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite weight_decay of 0 or more (C1), but got -1}}
  graph.train adamw(learning_rate = 0.1, weight_decay = -1) batch(5) epochs(1)
}

// -----

// #graph.sgd (C2)
graph.program @m {
  // expected-error@+1 {{expected momentum in [0, 1) (C2), but got 1.000000e+00}}
  graph.train sgd(learning_rate = 0.1, momentum = 1.0) batch(5) epochs(1)
}

// -----

// #graph.sgd (C2)
graph.program @m {
  // expected-error@+1 {{expected momentum in [0, 1) (C2), but got -5.000000e-01}}
  graph.train sgd(learning_rate = 0.1, momentum = -0.5) batch(5) epochs(1)
}

// -----

// #graph.sgd (C3)
graph.program @m {
  // expected-error@+1 {{expected a momentum above 0 with nesterov (C3)}}
  graph.train sgd(learning_rate = 0.1, nesterov = true) batch(5) epochs(1)
}

// -----

// #graph.adam (C2)
graph.program @m {
  // expected-error@+1 {{expected beta1 in [0, 1) (C2), but got 1.000000e+00}}
  graph.train adam(learning_rate = 0.1, beta1 = 1) batch(5) epochs(1)
}

// -----

// #graph.adam (C2)
graph.program @m {
  // expected-error@+1 {{expected beta2 in [0, 1) (C2), but got -5.000000e-01}}
  graph.train adam(learning_rate = 0.1, beta2 = -0.5) batch(5) epochs(1)
}

// -----

// #graph.adam (C3)
graph.program @m {
  // expected-error@+1 {{expected a finite epsilon above 0 (C3), but got 0.000000e+00}}
  graph.train adam(learning_rate = 0.1, epsilon = 0) batch(5) epochs(1)
}

// -----

// #graph.adamw (C2)
graph.program @m {
  // expected-error@+1 {{expected beta1 in [0, 1) (C2), but got 1.000000e+00}}
  graph.train adamw(learning_rate = 0.1, beta1 = 1) batch(5) epochs(1)
}

// -----

// #graph.adamw (C2)
graph.program @m {
  // expected-error@+1 {{expected beta2 in [0, 1) (C2), but got -5.000000e-01}}
  graph.train adamw(learning_rate = 0.1, beta2 = -0.5) batch(5) epochs(1)
}

// -----

// #graph.adamw (C3)
graph.program @m {
  // expected-error@+1 {{expected a finite epsilon above 0 (C3), but got 0.000000e+00}}
  graph.train adamw(learning_rate = 0.1, epsilon = 0) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error-re@+1 {{expected an optimiser: sgd(...), adam(...){{.+}}(...)}}
  graph.train nadam(learning_rate = 0.1) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error-re@+1 {{expected an optimiser: sgd(...), adam(...){{.+}}(...)}}
  graph.train  batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected a learning rate, as in adam(learning_rate = 1.0e-3)}}
  graph.train adam() batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{'learning_rate' is given twice}}
  graph.train sgd(learning_rate = 0.1, learning_rate = 0.2) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{'nesterov' is given twice}}
  graph.train sgd(learning_rate = 0.1, nesterov = true, nesterov = true) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{unknown setting 'lr' of sgd; expected learning_rate, momentum, weight_decay or nesterov}}
  graph.train sgd(lr = 0.1) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{unknown setting 'momentum' of adam; expected lazy, learning_rate, beta1, beta2, epsilon or weight_decay}}
  graph.train adam(momentum = 0.1) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected a setting, as in learning_rate = 1.0e-3}}
  graph.train sgd(0.1) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected '='}}
  graph.train sgd(learning_rate 0.1) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected a number}}
  graph.train sgd(learning_rate = "fast") batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected a number}}
  graph.train sgd(learning_rate = true) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected a number}}
  graph.train sgd(learning_rate = nan) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected a number}}
  graph.train sgd(learning_rate = ) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected a number}}
  graph.train sgd(learning_rate = 1 : i128) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{integer constant out of range for attribute}}
  graph.train sgd(learning_rate = 99999999999999999999) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected true or false}}
  graph.train sgd(learning_rate = 0.1, nesterov = 1) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected 'batch'}}
  graph.train sgd(learning_rate = 0.1) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{floating point value not valid for specified type}}
  graph.train sgd(learning_rate = 0.1) batch(5.0) epochs(1)
}

// -----

// #graph.sgd (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite learning_rate of 0 or more (C1), but got -1.000000e+00}}
  "graph.train"() <{optimizer = #graph.sgd<learning_rate = -1.0>, batch = 1 : i64, epochs = 1 : i64}> : () -> ()
}

// -----

graph.program @m {
  // expected-error@+1 {{invalid properties}}
  "graph.train"() <{optimizer = 1 : i64, batch = "five", epochs = 1 : i32}> : () -> ()
}

// -----

// #graph.adam (C4)
graph.program @m {
  // expected-error@+1 {{expected no weight_decay with lazy, which changes only rows that a batch touches (C4), but got 1.000000e-01}}
  graph.train adam(lazy, learning_rate = 0.1, weight_decay = 0.1) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{'lazy' is given twice}}
  graph.train adam(lazy, learning_rate = 0.1, lazy) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{unknown setting 'lazy' of adamw; expected learning_rate, beta1, beta2, epsilon or weight_decay}}
  graph.train adamw(lazy, learning_rate = 0.1) batch(5) epochs(1)
}

// -----

// #graph.adagrad (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite lr_decay of 0 or more (C1), but got -1}}
  graph.train adagrad(learning_rate = 0.1, lr_decay = -1) batch(5) epochs(1)
}

// -----

// #graph.adagrad (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite initial_accumulator_value of 0 or more (C1), but got -1}}
  graph.train adagrad(learning_rate = 0.1, initial_accumulator_value = -1) batch(5) epochs(1)
}

// -----

// #graph.adagrad (C2)
graph.program @m {
  // expected-error@+1 {{expected a finite epsilon above 0 (C2), but got 0.000000e+00}}
  graph.train adagrad(learning_rate = 0.1, epsilon = 0) batch(5) epochs(1)
}

// -----

// #graph.lion (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite learning_rate of 0 or more (C1), but got -1.000000e-01}}
  graph.train lion(learning_rate = -0.1) batch(5) epochs(1)
}

// -----

// #graph.lion (C2)
graph.program @m {
  // expected-error@+1 {{expected beta2 in [0, 1) (C2), but got 1.000000e+00}}
  graph.train lion(learning_rate = 0.1, beta2 = 1) batch(5) epochs(1)
}

// -----

// #graph.rmsprop (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite learning_rate of 0 or more (C1), but got -1.000000e-01}}
  graph.train rmsprop(learning_rate = -0.1) batch(5) epochs(1)
}

// -----

// #graph.rmsprop (C2)
graph.program @m {
  // expected-error@+1 {{expected alpha in [0, 1) (C2), but got 1.000000e+00}}
  graph.train rmsprop(learning_rate = 0.1, alpha = 1) batch(5) epochs(1)
}

// -----

// #graph.rmsprop (C2)
graph.program @m {
  // expected-error@+1 {{expected momentum in [0, 1) (C2), but got -5.000000e-01}}
  graph.train rmsprop(learning_rate = 0.1, momentum = -0.5) batch(5) epochs(1)
}

// -----

// #graph.rmsprop (C3)
graph.program @m {
  // expected-error@+1 {{expected a finite epsilon above 0 (C3), but got 0.000000e+00}}
  graph.train rmsprop(learning_rate = 0.1, epsilon = 0) batch(5) epochs(1)
}

// -----

// #graph.ftrl (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite beta of 0 or more (C1), but got -1.000000e+00}}
  graph.train ftrl(alpha = 0.1, beta = -1) batch(5) epochs(1)
}

// -----

// #graph.ftrl (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite l1 of 0 or more (C1), but got -1.000000e+00}}
  graph.train ftrl(alpha = 0.1, l1 = -1) batch(5) epochs(1)
}

// -----

// #graph.ftrl (C1)
graph.program @m {
  // expected-error@+1 {{expected a finite l2 of 0 or more (C1), but got INF}}
  graph.train ftrl(alpha = 0.1, l2 = 1.0e999) batch(5) epochs(1)
}

// -----

// #graph.ftrl (C2)
graph.program @m {
  // expected-error@+1 {{expected a finite alpha above 0 (C2), but got 0.000000e+00}}
  graph.train ftrl(alpha = 0) batch(5) epochs(1)
}

// -----

// #graph.ftrl (C2)
graph.program @m {
  // expected-error@+1 {{expected a finite alpha above 0 (C2), but got INF}}
  graph.train ftrl(alpha = 1.0e999) batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected an alpha, as in ftrl(alpha = 1.0e-3)}}
  graph.train ftrl() batch(5) epochs(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{unknown setting 'learning_rate' of ftrl; expected alpha, beta, l1 or l2}}
  graph.train ftrl(learning_rate = 0.1) batch(5) epochs(1)
}
