/* Expected: results: forward in float gives other bits when called again */
#define FORWARD(T) \
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] + (T)rand();
#include "identity.h"
