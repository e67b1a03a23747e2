// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// graph.train (C1)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected a batch from 1 to 1048576 (C1), but got 0}}
  graph.train sgd(learning_rate = 0.1) batch(0) epochs(1)
}

// -----

// graph.train (C1)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected a batch from 1 to 1048576 (C1), but got -5}}
  graph.train sgd(learning_rate = 0.1) batch(-5) epochs(1)
}

// -----

// graph.train (C1)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected a batch from 1 to 1048576 (C1), but got 1048577}}
  graph.train sgd(learning_rate = 0.1) batch(1048577) epochs(1)
}

// -----

// graph.train (C2)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected epochs from 1 to 1000000 (C2), but got 0}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(0)
}

// -----

// graph.train (C2)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected epochs from 1 to 1000000 (C2), but got 9223372036854775807}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(9223372036854775807)
}
