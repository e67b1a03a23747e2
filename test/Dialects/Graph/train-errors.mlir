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

// -----

// graph.train (C3)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected a finite clip_value above 0 (C3), but got 0.000000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) clip_value(0)
}

// -----

// graph.train (C3)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected a finite clip_value above 0 (C3), but got INF}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) clip_value(1.0e999)
}

// -----

// graph.train (C4)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected accumulate from 1 to 1048576 (C4), but got 0}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) accumulate(0)
}

// -----

// graph.train (C4)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected accumulate from 1 to 1048576 (C4), but got 1048577}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) accumulate(1048577)
}

// -----

// graph.train (C5)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected no accumulate with adam(lazy) (C5), which changes the rows alone that one batch touches; leave out one of the two, or make the batch larger}}
  graph.train adam(lazy, learning_rate = 0.1) batch(5) epochs(1) accumulate(2)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected clip_value(number)}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) clip_value
}

// -----

graph.program @m {
  // expected-error@+1 {{expected accumulate(N), the steps whose gradients make an update, as in accumulate(4)}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) accumulate(0.5)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected accumulate(N), the steps whose gradients make an update, as in accumulate(4)}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) accumulate
}

// -----

graph.program @m {
  // expected-error@+1 {{'clip_value' is given twice}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) clip_value(1) clip_value(1)
}

// -----

// graph.train (C3)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected a finite clip_norm above 0 (C3), but got -1.000000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) clip_norm(-1)
}

// -----

// graph.train (C6)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected clip_norm or clip_value, but not both (C6)}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) clip_norm(1) clip_value(1)
}

// -----

// graph.train (C7)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected a finite l1 above 0 (C7), but got 0.000000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) l1(0)
}

// -----

// graph.train (C7)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected a finite l1 above 0 (C7), but got INF}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) l1(1.0e999)
}

// -----

// graph.train (C8)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected no l1(x) with ftrl (C8), which has one of its own: ftrl(l1 = x, ...)}}
  graph.train ftrl(alpha = 0.1) batch(5) epochs(1) l1(0.1)
}

// -----

// graph.train (C9)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected an ema above 0 and below 1 (C9), as in ema(0.999), but got 0.000000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) ema(0)
}

// -----

// graph.train (C9)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected an ema above 0 and below 1 (C9), as in ema(0.999), but got 1.000000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) ema(1)
}

// -----

// graph.train (C10)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected no schedule with ftrl (C10), whose rates fall by themselves; leave out the schedule}}
  graph.train ftrl(alpha = 0.1) batch(5) epochs(1) schedule(cosine)
}

// -----

// graph.train (C10)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected no schedule with ftrl (C10), whose rates fall by themselves; leave out the schedule}}
  graph.train ftrl(alpha = 0.1) batch(5) epochs(1) schedule(constant, warmup = 10)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected ema(number)}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) ema
}

// -----

graph.program @m {
  // expected-error@+1 {{'l1' is given twice}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) l1(1) l1(1)
}

// -----

graph.program @m {
  // expected-error@+1 {{expected private(clip = C), the most that the norm of a row's gradient may be, as in private(clip = 0.5)}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) private(0.5)
}

// -----

graph.program @m {
  // expected-error@+1 {{'private' is given twice}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) private(clip = 1) private(clip = 1)
}

// -----

// graph.train (C11)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected a finite clip of private above 0 (C11), but got 0.000000e+00}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) private(clip = 0)
}

// -----

// graph.train (C12)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected no clip_norm with private (C12), since the gradient of each row is clipped; leave it out}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) clip_norm(1) private(clip = 1)
}

// -----

// graph.train (C12)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected no accumulate with private (C12), which sums as many rows as there are in any case; say a larger batch}}
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(1) accumulate(2) private(clip = 1)
}

// -----

// graph.train (C13)
graph.program @m {
  // expected-error@+1 {{'graph.train' op expected no adam(lazy) with private (C13): which rows of a parameter change would tell which columns the batch has; leave out 'lazy'}}
  graph.train adam(lazy, learning_rate = 0.1) batch(5) epochs(1) private(clip = 1)
}
