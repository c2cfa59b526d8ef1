/* Expected: memory: forward in float writes past the end of output 'y' */
#define FORWARD(T) \
  for (int64_t i = 0; i <= n; ++i) y[i] = i < n ? x[i] : 1;
#include "identity.h"
