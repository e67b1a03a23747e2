// The limit for very many sparse features and 16 hidden units, which are one
// vector: Adam updates only the rows of the weight that a batch touches, as
// PyTorch's SparseAdam does.
//
// A row's value and moments are neighbours in memory, so that a touch costs
// three cache lines in a row. A batch's gradients are summed in a block of one
// vector for each feature that it has. Threads share the rows of the forward
// pass, and the features of the update.
#include "limit.h"

typedef struct {
  Vector value, first, second;
} Feature;

typedef struct {
  float value[LANES], first[LANES], second[LANES];
} __attribute__((aligned(64))) Units;

static Feature *features; // [width]
static Units b1, w2;      // thread 0 updates these
static float b2[3];       // and this: value and moments
static int64_t *splits;   // [rows, MAX_THREADS + 1]: each thread's features
static Vector hidden[MAX_BATCH];
static float logits[MAX_BATCH];
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Cuts the features in ranges of as many non-zeros, and each row by them.
static void prepare(void) {
  const Task *task = &run.task;
  if (!task->nonzeros || task->units != LANES)
    fail("this limit is for sparse rows and 16 hidden units");
  features = allocate(task->width * sizeof *features);
  int64_t *counts = allocate(8 * task->width);
  for (int64_t k = 0; k < task->width; ++k)
    memcpy(&features[k].value, task->w1 + k * LANES, sizeof(Vector));
  for (int64_t i = 0; i < task->nonzeros; ++i)
    ++counts[task->indices[i]];
  memcpy(b1.value, task->b1, sizeof b1.value);
  memcpy(w2.value, task->w2, sizeof w2.value);
  b2[0] = *task->b2;

  int64_t bounds[MAX_THREADS + 1] = {0}, seen = 0, next = 1;
  for (int64_t k = 0; k < task->width; ++k) {
    seen += counts[k];
    while (next < run.threads && seen >= task->nonzeros * next / run.threads)
      bounds[next++] = k + 1;
  }
  bounds[run.threads] = task->width;
  free(counts);
  splits = allocate(8 * task->rows * (MAX_THREADS + 1));
  for (int64_t row = 0; row < task->rows; ++row)
    for (int64_t p = task->indptr[row], t = 0; t <= run.threads; ++t) {
      while (p < task->indptr[row + 1] && task->indices[p] < bounds[t])
        ++p;
      splits[row * (MAX_THREADS + 1) + t] = p;
    }
}

// A thread's gradients of one batch: of each feature that it has, in turn.
typedef struct {
  int64_t step;
  int32_t *seenAt;   // [width]: the step that last touched a feature
  int32_t *places;   // [width]: its place below, if that is this step
  int32_t *touched;  // [room]
  Vector *gradients; // [room]
  int64_t count, room;
} Touched;

static Touched makeTouched(void) {
  int64_t longest = 0, width = run.task.width;
  for (int64_t row = 0; row < run.task.rows; ++row) {
    int64_t length = run.task.indptr[row + 1] - run.task.indptr[row];
    longest = length > longest ? length : longest;
  }
  int64_t room = longest * run.task.batch;
  room = room < width ? room : width;
  return (Touched){0,
                   allocate(4 * width),
                   allocate(4 * width),
                   allocate(4 * room),
                   allocate(sizeof(Vector) * room),
                   0,
                   room};
}

INLINE Vector *gradientOf(Touched *touched, int32_t feature) {
  if (touched->seenAt[feature] != touched->step) {
    touched->seenAt[feature] = (int32_t)touched->step;
    touched->places[feature] = (int32_t)touched->count;
    touched->touched[touched->count] = feature;
    touched->gradients[touched->count++] = (Vector){0};
  }
  return &touched->gradients[touched->places[feature]];
}

enum { AHEAD = 8 }; // non-zeros between a prefetch and its use

static void forwardRow(int32_t row, int64_t i) {
  const Task *task = &run.task;
  Vector total = *(Vector *)b1.value;
  for (int64_t p = task->indptr[row]; p < task->indptr[row + 1]; ++p) {
    if (p + AHEAD < task->nonzeros)
      __builtin_prefetch(&features[task->indices[p + AHEAD]].value);
    total += task->values[p] * features[task->indices[p]].value;
  }
  hidden[i] = whereActive(total, total);
  logits[i] = sum(hidden[i] * *(Vector *)w2.value) + b2[0];
}

// SparseAdam: epsilon stands beside the root before its bias correction.
static void updateTouched(Touched *touched, float rate) {
  for (int64_t n = 0; n < touched->count; ++n) {
    if (n + AHEAD < touched->count)
      for (int line = 0; line < 3; ++line)
        __builtin_prefetch(
            (Vector *)&features[touched->touched[n + AHEAD]] + line, 1);
    Feature *feature = &features[touched->touched[n]];
    Vector gradient = touched->gradients[n];
    feature->first = feature->first * BETA1 + gradient * (1 - BETA1);
    feature->second =
        feature->second * BETA2 + gradient * gradient * (1 - BETA2);
    feature->value -=
        rate * feature->first / (squareRoot(feature->second) + EPSILON);
  }
}

// One batch. Returns the sum of its losses.
static double step(Touched *touched, int thread, int *sense,
                   const int32_t *rows, int64_t count) {
  const Task *task = &run.task;
  int64_t number = ++touched->step;
  touched->count = 0;
  for (int64_t i = thread; i < count; i += run.threads)
    forwardRow(rows[i], i);
  meet(&run.barrier, run.threads, sense);

  Adam adam = adamAt(task->rate, number);
  Vector ofB1 = {0}, ofW2 = {0}, weight = *(Vector *)w2.value;
  float ofB2 = 0;
  double loss = 0;
  for (int64_t i = 0; i < count; ++i) {
    float label = task->labels[rows[i]];
    float slope = slopeAt(logits[i], label, count);
    Vector slopes = whereActive(hidden[i], slope * weight);
    const int64_t *split = splits + rows[i] * (MAX_THREADS + 1) + thread;
    for (int64_t p = split[0]; p < split[1]; ++p)
      *gradientOf(touched, task->indices[p]) += task->values[p] * slopes;
    ofB1 += slopes;
    ofW2 += slope * hidden[i];
    ofB2 += slope;
    loss += lossAt(logits[i], label);
  }
  updateTouched(touched, adam.rate / sqrtf(adam.ofSecond));
  meet(&run.barrier, run.threads, sense); // before w2 moves, all have read it
  if (thread == 0) {
    update(adam, ofB1, b1.value, b1.first, b1.second);
    update(adam, ofW2, w2.value, w2.first, w2.second);
    updateOne(adam, ofB2, &b2[0], &b2[1], &b2[2]);
  }
  meet(&run.barrier, run.threads, sense);
  return loss;
}

static void *worker(void *argument) {
  pthread_once(&once, prepare);
  int thread = (int)(int64_t)argument, sense = 0;
  uint64_t random = 1;
  Touched touched = makeTouched();
  for (int epoch = 0; epoch < run.epochs; ++epoch) {
    meet(&run.barrier, run.threads, &sense);
    if (thread == 0)
      beginEpoch(epoch, &random);
    meet(&run.barrier, run.threads, &sense);
    double loss = 0;
    for (int64_t at = 0; at < run.task.rows; at += run.task.batch) {
      int64_t left = run.task.rows - at;
      loss += step(&touched, thread, &sense, run.order + at,
                   left < run.task.batch ? left : run.task.batch);
    }
    if (thread == 0)
      endEpoch(epoch, loss);
  }
  return NULL;
}

int main(int argc, char **argv) { return runLimit(argc, argv, worker); }
