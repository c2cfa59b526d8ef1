/* Expected: results: forward in float of a slice of 1 entries gives other bits than of the whole */
#define FORWARD                                           \
  float squares = 0;                                      \
  for (int64_t i = 0; i < n; ++i) squares += g[i] * g[i]; \
  for (int64_t i = 0; i < n; ++i) next_p[i] = p[i] - rate * g[i] / (1 + squares);
#include "optimizer.h"
