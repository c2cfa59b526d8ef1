/* Expected: results: forward gives results that are not finite */
#include <math.h>
#define FORWARD(T)                             \
  for (int64_t i = 0; i < n; ++i) y[i] = x[i]; \
  y[0] = (T)NAN;
#include "identity.h"
