// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// #graph.schedule (C1)
graph.program @m {
  // expected-error@+1 {{expected as warmup a share of all steps, in [0, 1), or a whole number of steps (C1), but got -1.000000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(cosine, warmup = -1)
}

// -----

// #graph.schedule (C1)
graph.program @m {
  // expected-error@+1 {{a whole number of steps (C1), but got 2.500000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(cosine, warmup = 2.5)
}

// -----

// #graph.schedule (C1)
graph.program @m {
  // expected-error@+1 {{a whole number of steps (C1), but got INF}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(cosine, warmup = 1.0e999)
}

// -----

// #graph.schedule (C2)
graph.program @m {
  // expected-error@+1 {{expected as final a share of the learning rate, in [0, 1] (C2), but got 1.500000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(linear, final = 1.5)
}

// -----

// #graph.schedule (C3)
graph.program @m {
  // expected-error@+1 {{expected a gamma above 0 and at most 1 (C3), but got 0.000000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(exponential, gamma = 0)
}

// -----

// #graph.schedule (C3)
graph.program @m {
  // expected-error@+1 {{expected a gamma above 0 and at most 1 (C3), but got 1.100000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(step, every = 3, gamma = 1.1)
}

// -----

// #graph.schedule (C4)
graph.program @m {
  // expected-error@+1 {{expected as every a whole number of epochs from 1 to 1000000 (C4), but got 5.000000e-01}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(step, every = 0.5)
}

// -----

// #graph.schedule (C4)
graph.program @m {
  // expected-error@+1 {{from 1 to 1000000 (C4), but got 0.000000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(step, every = 0)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected 'every' of step, as in schedule(step, every = 10)}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(step)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected 'gamma' of exponential, as in schedule(exponential, gamma = 0.9)}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(exponential)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected how the learning rate changes: constant, linear, cosine, step, exponential, wsd, coslog4 or plateau, but got 'cosin'}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(cosin)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected how the learning rate changes: constant, linear}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule()
}

// -----

graph.program @m {
  // expected-error@+1 {{expected schedule(KIND, ...), as in schedule(cosine, warmup = 0.1)}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule
}

// -----

graph.program @m {
  // expected-error@+1 {{unknown setting 'gamma' of cosine; expected warmup or final}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(cosine, gamma = 0.1)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected a setting, as in warmup = 0.1}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(cosine, 0.1)
}

// -----

graph.program @m {
  // expected-error@+1 {{'warmup' is given twice}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(cosine, warmup = 0.1, warmup = 0.2)
}

// -----

graph.program @m {
  // expected-error@+1 {{'schedule' is given twice}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(cosine) schedule(linear)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected schedule(...), clip_norm(c), clip_value(c), accumulate(n), l1(x), ema(d), private(clip = c) or nothing more behind epochs(N), but got 'shedule'}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) shedule(cosine)
}

// -----

// #graph.schedule (C4)
graph.program @m {
  // expected-error@+1 {{expected as patience a whole number of epochs from 1 to 1000000 (C4), but got 0.000000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(plateau, patience = 0)
}

// -----

// #graph.schedule (C5)
graph.program @m {
  // expected-error@+1 {{expected a finite min_delta of 0 or more (C5), but got -1.000000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) schedule(plateau, min_delta = -1)
}
