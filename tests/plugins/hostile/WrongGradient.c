/* Expected: gradients: the sign is wrong: it is -1 times the right value */
#define BACKWARD(T)                                                  \
  if (!dx) return;                                                   \
  for (int64_t i = 0; i < n; ++i) dx[i] = (add ? dx[i] : 0) - dy[i]; \
  call->written[0] = 1;
#include "identity.h"
