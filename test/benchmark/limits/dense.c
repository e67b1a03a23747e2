// The limit for dense rows: both products by register tiles of 8 x 32 numbers,
// which 16 of AVX-512's 32 registers hold; an outer product a step in.
//
// The rows of a batch are used where they lie. The gradient of a weight's tile
// is summed in registers over the batch and used at once.
#include "shard.h"

enum { TILE = 8, TILE_VECTORS = 2 };

// Sums of TILE rows by TILE_VECTORS vectors of units, from unit 16 * first.
INLINE void forwardTile(const Shard *shard, const float *const *x,
                        Vector (*sums)[TILE_VECTORS], int first, int vectors) {
  const Vector *b1 = (Vector *)shard->b1.value + first;
  for (int i = 0; i < TILE; ++i)
    for (int j = 0; j < TILE_VECTORS; ++j)
      sums[i][j] = b1[j];
  const Vector *weight = (Vector *)shard->w1.value + first;
  for (int64_t k = 0; k < run.task.width; ++k, weight += vectors)
    for (int i = 0; i < TILE; ++i)
      for (int j = 0; j < TILE_VECTORS; ++j)
        sums[i][j] += x[i][k] * weight[j];
}

// The update of TILE rows, from row k, of the first weight.
INLINE void weightTile(Shard *shard, const float *const *x, int64_t count,
                       int64_t k, Adam adam, int first, int vectors) {
  Vector gradient[TILE][TILE_VECTORS];
  memset(gradient, 0, sizeof gradient);
  const Vector *slope = (Vector *)shard->slope + first;
  for (int64_t i = 0; i < count; ++i, slope += vectors)
    for (int row = 0; row < TILE; ++row)
      for (int j = 0; j < TILE_VECTORS; ++j)
        gradient[row][j] += x[i][k + row] * slope[j];
  for (int row = 0; row < TILE; ++row)
    for (int j = 0; j < TILE_VECTORS; ++j) {
      int64_t at = ((k + row) * vectors + first + j) * LANES;
      update(adam, gradient[row][j], shard->w1.value + at, shard->w1.first + at,
             shard->w1.second + at);
    }
}

INLINE void step(Shard *shard, const int32_t *rows, int64_t count,
                 int64_t number, Adam adam, int vectors) {
  // A last tile that is not full computes its first row again, for nothing.
  const float *x[MAX_BATCH + TILE];
  for (int64_t i = 0; i < MAX_BATCH + TILE; ++i)
    x[i] = run.task.features + rows[i < count ? i : 0] * run.task.width;
  for (int64_t i = 0; i < count; i += TILE) {
    Vector sums[TILE][8];
    for (int first = 0; first < vectors; first += TILE_VECTORS) {
      Vector tile[TILE][TILE_VECTORS];
      forwardTile(shard, x + i, tile, first, vectors);
      for (int row = 0; row < TILE; ++row)
        for (int j = 0; j < TILE_VECTORS; ++j)
          sums[row][first + j] = tile[row][j];
    }
    for (int row = 0; row < TILE && i + row < count; ++row)
      finishRow(shard, sums[row], i + row,
                run.partial[number % 2][shard->thread], vectors);
  }
  exchange(shard, rows, count, number, vectors);
  updateRest(shard, adam, count, vectors);
  for (int64_t k = 0; k < run.task.width; k += TILE)
    for (int first = 0; first < vectors; first += TILE_VECTORS)
      weightTile(shard, x, count, k, adam, first, vectors);
}

DEFINE_WORKER(step)

static void *start(void *thread) {
  if (!run.task.features || run.task.width % TILE)
    fail("this limit is for dense rows of a multiple of 8 features");
  return worker(thread);
}

int main(int argc, char **argv) { return runLimit(argc, argv, start); }
