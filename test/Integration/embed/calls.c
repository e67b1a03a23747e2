/* Two models in one process. Reads texts, a line each, prints the first output
 * of each. Ends with status 1 where a call allocated memory or started a
 * thread, which all of this process's functions below would tell. */
#include <goods.h>
#include <reviews.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int watched, count;

#ifndef SANITIZED
/* In the place of libc's: memory that is never given back. */
static char memory[1 << 24];
static size_t used;

void *malloc(size_t size) {
  void *result = memory + used;
  count += watched;
  used += (size + 63) / 64 * 64;
  return used > sizeof(memory) ? NULL : result;
}
void *calloc(size_t number, size_t size) { return malloc(number * size); }
void *realloc(void *old, size_t size) {
  void *result = malloc(size);
  if (old && result)
    memmove(result, old, size);
  return result;
}
void free(void *old) { (void)old; }
int pthread_create(void *thread, const void *attributes, void *(*run)(void *),
                   void *argument) {
  (void)thread, (void)attributes, (void)run, (void)argument;
  count += watched;
  return 1;
}
#endif

static int fail(const char *what) {
  fprintf(stderr, "calls: %s\n", what);
  return 1;
}

int main(void) {
  static char line[1 << 18];
  float out[reviews_OUTPUTS + 1], price[goods_OUTPUTS], first;
  const char *cells[goods_COLUMNS];
  void *scratch, *rowScratch;
  int i;
  for (i = 0; i < goods_COLUMNS; ++i)
    cells[i] = i % 2 ? "1.5" : NULL;
  rowScratch = malloc(goods_row_scratch_bytes(cells));
  if (reviews_abi() != reviews_ABI || goods_abi() != goods_ABI)
    return fail("another interface");
  if (!rowScratch || goods_predict_row(cells, price, rowScratch) != goods_OK)
    return fail("a row");
  first = price[0];
  while (fgets(line, sizeof(line), stdin)) {
    const size_t bytes = strcspn(line, "\n");
    /* Exactly what is asked for, so that a sanitizer sees any byte beyond. */
    const size_t needed = reviews_text_scratch_bytes(bytes);
    static char *plenty;
    char *text = line;
#ifdef SANITIZED
    plenty = malloc(needed);
    text = malloc(bytes + !bytes);
    memcpy(text, line, bytes);
    memset(plenty, 0x5a, needed < 4096 ? needed : 4096);
#else
    static char room[1 << 26];
    plenty = room;
    if (needed > sizeof(room))
      return fail("a text too long for this program");
#endif
    scratch = plenty;
    out[reviews_OUTPUTS] = 42;
    watched = 1;
    i = reviews_predict_text(text, bytes, out, scratch);
    watched = 0;
    if (i != reviews_OK)
      return fail(reviews_error(i));
    if (out[reviews_OUTPUTS] != 42)
      return fail("more outputs than said");
    watched = 1;
    i = goods_predict_row(cells, price, rowScratch);
    watched = 0;
    if (i != goods_OK || price[0] != first)
      return fail("a row changed");
    printf("%.9g\n", out[0]);
#ifdef SANITIZED
    free(text);
    free(scratch);
#endif
  }
  if (count)
    return fail("a call allocated memory or started a thread");
  free(rowScratch);
  return 0;
}
