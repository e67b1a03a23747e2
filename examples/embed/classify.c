/* Reads a review a line and prints how likely it is to be a good one.
 *
 * The model is the library `reviews`, which add_mlc_model of CMakeLists.txt
 * makes of a model file and its weights. */
#include <reviews.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  char line[1 << 16];
  /* Enough for any line of this size: a larger text needs no less. */
  void *scratch = malloc(reviews_text_scratch_bytes(sizeof(line)));
  if (!scratch || reviews_abi() != reviews_ABI)
    return 1;
  while (fgets(line, sizeof(line), stdin)) {
    float logit[reviews_OUTPUTS];
    const size_t length = strcspn(line, "\n");
    const int code = reviews_predict_text(line, length, logit, scratch);
    if (code != reviews_OK) {
      fprintf(stderr, "classify: %s\n", reviews_error(code));
      free(scratch);
      return 1;
    }
    printf("%.6f\n", 1 / (1 + exp(-(double)logit[0])));
  }
  free(scratch);
  return 0;
}
