/* Expected: results: forward in float leaves its output 'y' at */
#define FORWARD(T) \
  for (int64_t i = 0; i + 1 < n; ++i) y[i] = x[i];
#include "identity.h"
