// What the hand-written limits share: the task, threads that meet, vectors and
// Adam. A limit is the training of one fixed kind of network, written by hand
// for speed: what a compiler may be measured against.
//
//   LIMIT TASK EPOCHS THREADS     prints {"seconds": [...], "losses": [...]}
//
// The network has two layers: width -> units, ReLU, -> one logit; the loss is
// binary cross-entropy. The hidden units are split over the threads, except in
// lazy.c. TASK is what datasets.py writes, see readTask.
#ifndef LIMIT_H
#define LIMIT_H

#include <immintrin.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_THREADS = 8, MAX_BATCH = 64, LANES = 16 };

// Sixteen floats: one register with AVX-512, two with AVX2.
typedef float Vector __attribute__((vector_size(4 * LANES)));

#define INLINE static inline __attribute__((always_inline))

// x where `test` is above 0, else 0.
INLINE Vector whereActive(Vector test, Vector x) {
  typedef int32_t Mask __attribute__((vector_size(4 * LANES)));
  return (Vector)((Mask)(test > 0) & (Mask)x);
}
INLINE Vector squareRoot(Vector x) {
#ifdef __AVX512F__ // which gcc does not find by itself
  return (Vector)_mm512_sqrt_ps((__m512)x);
#else
  for (int i = 0; i < LANES; ++i)
    x[i] = sqrtf(x[i]);
  return x;
#endif
}
INLINE float sum(Vector x) {
  float total = 0;
  for (int i = 0; i < LANES; ++i)
    total += x[i];
  return total;
}

static void fail(const char *message) {
  fprintf(stderr, "error: %s\n", message);
  exit(1);
}

static void *allocate(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!memory)
    fail("out of memory");
  return memset(memory, 0, (bytes + 63) / 64 * 64);
}

typedef struct {
  int64_t rows, width, units, batch, nonzeros; // nonzeros: 0 of dense rows
  float rate;
  int64_t *indptr;  // [rows + 1]
  int32_t *indices; // [nonzeros]
  float *values;    // [nonzeros]
  float *features;  // [rows, width]
  float *labels;    // [rows]
  float *w1, *b1;   // [width, units], [units]
  float *w2, *b2;   // [units], [1]
} Task;

static void *readArray(FILE *file, size_t bytes) {
  void *array = allocate(bytes + 64); // room to prefetch and load beyond
  if (fread(array, 1, bytes, file) != bytes)
    fail("the task file is too short");
  return array;
}

// Reads six numbers (I64; the rate as F64) and then the arrays, in the order
// of Task.
static Task readTask(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file)
    fail("cannot open the task file");
  int64_t sizes[5];
  double rate;
  if (fread(sizes, 8, 5, file) != 5 || fread(&rate, 8, 1, file) != 1)
    fail("the task file is too short");
  Task task;
  memset(&task, 0, sizeof task);
  task.rows = sizes[0], task.width = sizes[1], task.units = sizes[2];
  task.batch = sizes[3], task.nonzeros = sizes[4], task.rate = (float)rate;
  if (task.batch > MAX_BATCH)
    fail("a batch of more than 64 rows");
  if (task.nonzeros) {
    task.indptr = readArray(file, 8 * (task.rows + 1));
    task.indices = readArray(file, 4 * task.nonzeros);
    task.values = readArray(file, 4 * task.nonzeros);
  } else {
    task.features = readArray(file, 4 * task.rows * task.width);
  }
  task.labels = readArray(file, 4 * task.rows);
  task.w1 = readArray(file, 4 * task.width * task.units);
  task.b1 = readArray(file, 4 * task.units);
  task.w2 = readArray(file, 4 * task.units);
  task.b2 = readArray(file, 4);
  fclose(file);
  return task;
}

// A barrier that spins, since threads have a core each and meet every few
// microseconds; where they have not, they give it up. `sense` is a thread's
// own.
typedef struct {
  atomic_int waiting, sense;
} Barrier;

static void meet(Barrier *barrier, int threads, int *sense) {
  enum { SPINS = 20000 };
  if (threads == 1)
    return;
  *sense = !*sense;
  if (atomic_fetch_add(&barrier->waiting, 1) == threads - 1) {
    atomic_store(&barrier->waiting, 0);
    atomic_store(&barrier->sense, *sense);
    return;
  }
  for (int spins = 0;
       atomic_load_explicit(&barrier->sense, memory_order_acquire) != *sense;
       ++spins)
    if (spins < SPINS)
      __builtin_ia32_pause();
    else
      sched_yield();
}

// Adam's factors at one step: a parameter moves by
// rate * first / (sqrt(second * ofSecond) + epsilon), where `rate` holds the
// first moment's bias correction.
typedef struct {
  float rate, ofSecond;
} Adam;

static const float BETA1 = 0.9f, BETA2 = 0.999f, EPSILON = 1e-8f;

static Adam adamAt(float rate, int64_t step) {
  return (Adam){(float)(rate / (1 - pow(0.9, step))),
                (float)(1 / (1 - pow(0.999, step)))};
}

INLINE void update(Adam adam, Vector gradient, float *weight, float *first,
                   float *second) {
  Vector m = *(Vector *)first * BETA1 + gradient * (1 - BETA1);
  Vector v = *(Vector *)second * BETA2 + gradient * gradient * (1 - BETA2);
  *(Vector *)first = m;
  *(Vector *)second = v;
  *(Vector *)weight -=
      adam.rate * m / (squareRoot(v * adam.ofSecond) + EPSILON);
}

INLINE void updateOne(Adam adam, float gradient, float *weight, float *first,
                      float *second) {
  *first = *first * BETA1 + gradient * (1 - BETA1);
  *second = *second * BETA2 + gradient * gradient * (1 - BETA2);
  *weight -= adam.rate * *first / (sqrtf(*second * adam.ofSecond) + EPSILON);
}

// The loss at a logit, and the derivative of a batch's mean by it.
INLINE float lossAt(float logit, float label) {
  return fmaxf(logit, 0) - logit * label + log1pf(expf(-fabsf(logit)));
}
INLINE float slopeAt(float logit, float label, int64_t batch) {
  return (1 / (1 + expf(-logit)) - label) / (float)batch;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// Fisher and Yates, on splitmix64; `order` is [count].
static void shuffle(int32_t *order, int64_t count, uint64_t *state) {
  for (int64_t i = count - 1; i > 0; --i) {
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    z ^= z >> 31;
    int64_t j = (int64_t)(z % (uint64_t)(i + 1));
    int32_t held = order[i];
    order[i] = order[j], order[j] = held;
  }
}

// A run: what threads share.
typedef struct {
  Task task;
  int epochs, threads;
  int32_t *order; // [rows + 2 * MAX_BATCH]: the epoch's, then what to prefetch
  Barrier barrier;
  double *seconds, *losses; // [epochs]
  float partial[2][MAX_THREADS][MAX_BATCH] __attribute__((aligned(64)));
} Run;

static Run run;

// Starts an epoch on thread 0: draws its order.
static void beginEpoch(int epoch, uint64_t *random) {
  run.seconds[epoch] = now();
  shuffle(run.order, run.task.rows, random);
  for (int i = 0; i < 2 * MAX_BATCH; ++i)
    run.order[run.task.rows + i] = run.order[i % run.task.rows];
}
static void endEpoch(int epoch, double loss) {
  run.seconds[epoch] = now() - run.seconds[epoch];
  run.losses[epoch] = loss / (double)run.task.rows;
}

static void printArray(const char *name, const double *numbers) {
  printf("\"%s\": [", name);
  for (int i = 0; i < run.epochs; ++i)
    printf("%s%.9g", i ? ", " : "", numbers[i]);
  printf("]");
}

// The whole program: `worker` is called with each thread's number.
static int runLimit(int argc, char **argv, void *(*worker)(void *)) {
  if (argc != 4)
    fail("usage: LIMIT TASK EPOCHS THREADS");
  run.task = readTask(argv[1]);
  run.epochs = atoi(argv[2]);
  run.threads = atoi(argv[3]);
  if (run.epochs < 1 || run.threads < 1 || run.threads > MAX_THREADS)
    fail("epochs or threads are out of range");
  run.order = allocate(4 * (run.task.rows + 2 * MAX_BATCH));
  for (int64_t i = 0; i < run.task.rows; ++i)
    run.order[i] = (int32_t)i;
  run.seconds = allocate(8 * run.epochs);
  run.losses = allocate(8 * run.epochs);
  pthread_t threads[MAX_THREADS];
  for (int64_t t = 1; t < run.threads; ++t)
    if (pthread_create(&threads[t], NULL, worker, (void *)t))
      fail("no thread");
  worker((void *)0);
  for (int t = 1; t < run.threads; ++t)
    pthread_join(threads[t], NULL);
  printf("{");
  printArray("seconds", run.seconds);
  printf(", ");
  printArray("losses", run.losses);
  printf("}\n");
  return 0;
}

#endif // LIMIT_H
