/* Expected: threads: while another thread runs the same node */
static double shared[1 << 16];
#define FORWARD(T)                                  \
  for (int64_t i = 0; i < n; ++i) shared[i] = x[i]; \
  for (volatile int wait = 0; wait < 2000;) ++wait; \
  for (int64_t i = 0; i < n; ++i) y[i] = (T)shared[i];
#include "identity.h"
