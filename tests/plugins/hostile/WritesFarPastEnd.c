/* Expected: memory: past the end of output 'y' */
#define FORWARD(T)                             \
  for (int64_t i = 0; i < n; ++i) y[i] = x[i]; \
  y[n + 1500] = 1;
#include "identity.h"
