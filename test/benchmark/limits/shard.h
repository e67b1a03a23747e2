// A thread's part of a network whose hidden units are split over threads, and
// what csr.c and dense.c have in common: everything but the first layer's
// products. `vectors` is the shard's width in vectors, a constant where these
// functions are inlined.
#ifndef SHARD_H
#define SHARD_H

#include "limit.h"

// Three arrays of a parameter: its value and Adam's two moments.
typedef struct {
  float *value, *first, *second;
} Parameter;

typedef struct {
  int thread, sense;
  int64_t units;               // of this shard: 16 * vectors
  Parameter w1, b1, w2;        // [width, units], [units], [units]
  float b2, b2First, b2Second; // each thread keeps the same
  float *hidden, *slope;       // [MAX_BATCH, units]: after ReLU; d loss
  float logitSlope[MAX_BATCH];
  double loss; // of the epoch so far, on thread 0
} Shard;

static Parameter parameterOf(const float *source, int64_t rows, int64_t stride,
                             int64_t first, int64_t units) {
  int64_t bytes = 4 * rows * units;
  Parameter made = {allocate(bytes), allocate(bytes), allocate(bytes)};
  for (int64_t row = 0; row < rows; ++row)
    memcpy(made.value + row * units, source + row * stride + first, 4 * units);
  return made;
}

static Shard makeShard(int thread, int vectors) {
  const Task *task = &run.task;
  int64_t units = LANES * vectors, first = thread * units;
  Shard shard = {.thread = thread, .units = units, .b2 = *task->b2};
  shard.w1 = parameterOf(task->w1, task->width, task->units, first, units);
  shard.b1 = parameterOf(task->b1, 1, task->units, first, units);
  shard.w2 = parameterOf(task->w2, 1, task->units, first, units);
  shard.hidden = allocate(4 * MAX_BATCH * units);
  shard.slope = allocate(4 * MAX_BATCH * units);
  return shard;
}

INLINE Vector *vectorsAt(float *array, int64_t row, int vectors) {
  return (Vector *)(array + row * LANES * vectors);
}

// ReLU of one row's sums; leaves the row's part of the logit in `partial`.
INLINE void finishRow(Shard *shard, Vector *sums, int64_t row, float *partial,
                      int vectors) {
  Vector dot = {0};
  Vector *hidden = vectorsAt(shard->hidden, row, vectors);
  const Vector *w2 = (Vector *)shard->w2.value;
  for (int j = 0; j < vectors; ++j) {
    Vector active = whereActive(sums[j], sums[j]);
    dot += active * w2[j];
    hidden[j] = active;
  }
  partial[row] = sum(dot);
}

// The threads meet; then each has the loss's slopes by its hidden sums, [count,
// units]. `rows` are the batch's. The partial logits lie in two places in turn,
// so that one meeting a step is enough.
INLINE void exchange(Shard *shard, const int32_t *rows, int64_t count,
                     int64_t step, int vectors) {
  meet(&run.barrier, run.threads, &shard->sense);
  float (*partial)[MAX_BATCH] = run.partial[step % 2];
  const Vector *w2 = (Vector *)shard->w2.value;
  for (int64_t i = 0; i < count; ++i) {
    float logit = shard->b2, label = run.task.labels[rows[i]];
    for (int t = 0; t < run.threads; ++t)
      logit += partial[t][i];
    if (shard->thread == 0)
      shard->loss += lossAt(logit, label);
    float slope = shard->logitSlope[i] = slopeAt(logit, label, count);
    Vector *hidden = vectorsAt(shard->hidden, i, vectors);
    Vector *slopes = vectorsAt(shard->slope, i, vectors);
    for (int j = 0; j < vectors; ++j)
      slopes[j] = whereActive(hidden[j], slope * w2[j]);
  }
}

// Adam on all but the first layer's weight.
INLINE void updateRest(Shard *shard, Adam adam, int64_t count, int vectors) {
  for (int j = 0; j < vectors; ++j) {
    Vector ofW2 = {0}, ofB1 = {0};
    for (int64_t i = 0; i < count; ++i) {
      ofW2 += shard->logitSlope[i] * vectorsAt(shard->hidden, i, vectors)[j];
      ofB1 += vectorsAt(shard->slope, i, vectors)[j];
    }
    int64_t at = LANES * j;
    update(adam, ofW2, shard->w2.value + at, shard->w2.first + at,
           shard->w2.second + at);
    update(adam, ofB1, shard->b1.value + at, shard->b1.first + at,
           shard->b1.second + at);
  }
  float ofB2 = 0;
  for (int64_t i = 0; i < count; ++i)
    ofB2 += shard->logitSlope[i];
  updateOne(adam, ofB2, &shard->b2, &shard->b2First, &shard->b2Second);
}

// Calls `step(shard, rows, count, step number, adam, vectors)` for each batch.
#define RUN_STEPS(shard, stepFunction, vectors)                                \
  do {                                                                         \
    uint64_t random = 1;                                                       \
    int64_t number = 0;                                                        \
    for (int epoch = 0; epoch < run.epochs; ++epoch) {                         \
      meet(&run.barrier, run.threads, &(shard)->sense);                        \
      if ((shard)->thread == 0)                                                \
        beginEpoch(epoch, &random);                                            \
      meet(&run.barrier, run.threads, &(shard)->sense);                        \
      (shard)->loss = 0;                                                       \
      for (int64_t at = 0; at < run.task.rows; at += run.task.batch) {         \
        int64_t left = run.task.rows - at;                                     \
        int64_t count = left < run.task.batch ? left : run.task.batch;         \
        ++number;                                                              \
        stepFunction(shard, run.order + at, count, number,                     \
                     adamAt(run.task.rate, number), vectors);                  \
      }                                                                        \
      meet(&run.barrier, run.threads, &(shard)->sense);                        \
      if ((shard)->thread == 0)                                                \
        endEpoch(epoch, (shard)->loss);                                        \
    }                                                                          \
  } while (0)

// Defines the thread's function: `step` with the shard's width as a constant.
#define DEFINE_WORKER(step)                                                    \
  static void *worker(void *thread) {                                          \
    int vectors = (int)(run.task.units / (LANES * run.threads));               \
    if (run.task.units != (int64_t)LANES * vectors * run.threads)              \
      fail("the hidden units cannot be split over the threads in vectors");    \
    Shard shard = makeShard((int)(int64_t)thread, vectors);                    \
    switch (vectors) {                                                         \
    case 8:                                                                    \
      RUN_STEPS(&shard, step, 8);                                              \
      break;                                                                   \
    case 4:                                                                    \
      RUN_STEPS(&shard, step, 4);                                              \
      break;                                                                   \
    case 2:                                                                    \
      RUN_STEPS(&shard, step, 2);                                              \
      break;                                                                   \
    default:                                                                   \
      fail("only shards of 32, 64 and 128 units are written");                 \
    }                                                                          \
    return NULL;                                                               \
  }

#endif // SHARD_H
