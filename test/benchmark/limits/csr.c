// The limit for sparse rows whose values are all 1, as sets of words are.
//
// What makes it fast: a thread's shard of the state is one block of memory that
// stays in its cache; the gradient of a weight's row is summed in registers and
// used at once; a batch's rows that have a feature are one 64-bit mask; indices
// are 16 bits; the next batch's rows are prefetched; threads meet once a step.
#include "shard.h"

static uint16_t *indices; // [nonzeros]
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void narrow(void) {
  const Task *task = &run.task;
  if (!task->nonzeros || task->width > 65536)
    fail("this limit is for sparse rows of at most 65536 features");
  indices = allocate(2 * task->nonzeros + 64);
  for (int64_t i = 0; i < task->nonzeros; ++i) {
    if (task->values[i] != 1)
      fail("this limit is for values that are all 1");
    indices[i] = (uint16_t)task->indices[i];
  }
}

INLINE void prefetchRow(int32_t row) {
  const int64_t *indptr = run.task.indptr;
  const char *end = (const char *)(indices + indptr[row + 1]);
  for (const char *at = (const char *)(indices + indptr[row]); at < end;
       at += 64)
    __builtin_prefetch(at);
}

INLINE void step(Shard *shard, const int32_t *rows, int64_t count,
                 int64_t number, Adam adam, int vectors) {
  static __thread uint64_t masks[65536]; // of a feature: the rows that have it
  const int64_t *indptr = run.task.indptr, width = run.task.width;
  memset(masks, 0, 8 * width);
  for (int64_t i = 0; i < count; ++i) {
    int32_t row = rows[i];
    prefetchRow(rows[run.task.batch + i]);
    __builtin_prefetch(indptr + rows[2 * run.task.batch + i]);
    Vector sums[8];
    for (int j = 0; j < vectors; ++j)
      sums[j] = ((Vector *)shard->b1.value)[j];
    for (int64_t p = indptr[row]; p < indptr[row + 1]; ++p) {
      masks[indices[p]] |= 1ull << i;
      const Vector *weight = vectorsAt(shard->w1.value, indices[p], vectors);
      for (int j = 0; j < vectors; ++j)
        sums[j] += weight[j];
    }
    finishRow(shard, sums, i, run.partial[number % 2][shard->thread], vectors);
  }
  exchange(shard, rows, count, number, vectors);
  updateRest(shard, adam, count, vectors);
  for (int64_t k = 0; k < width; ++k) {
    Vector gradient[8];
    for (int j = 0; j < vectors; ++j)
      gradient[j] = (Vector){0};
    for (uint64_t mask = masks[k]; mask; mask &= mask - 1) {
      const Vector *slope =
          vectorsAt(shard->slope, __builtin_ctzll(mask), vectors);
      for (int j = 0; j < vectors; ++j)
        gradient[j] += slope[j];
    }
    for (int j = 0; j < vectors; ++j) {
      int64_t at = (k * vectors + j) * LANES;
      update(adam, gradient[j], shard->w1.value + at, shard->w1.first + at,
             shard->w1.second + at);
    }
  }
}

DEFINE_WORKER(step)

static void *start(void *thread) {
  pthread_once(&once, narrow);
  return worker(thread);
}

int main(int argc, char **argv) { return runLimit(argc, argv, start); }
