/* Expected: memory: before the start of output 'y' */
#define FORWARD(T) \
  for (int64_t i = -1; i < n; ++i) y[i] = i < 0 ? 1 : x[i];
#include "identity.h"
