/* Expected: memory: writes input 'x', which it may only read */
#define FORWARD(T)                             \
  for (int64_t i = 0; i < n; ++i) y[i] = x[i]; \
  ((T*)x)[0] = 0;
#include "identity.h"
