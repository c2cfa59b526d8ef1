/* Expected: memory: forward in float gives other bits where its buffers lie elsewhere */
#define FORWARD(T) \
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] + (T)(x[n] > 0);
#include "identity.h"
