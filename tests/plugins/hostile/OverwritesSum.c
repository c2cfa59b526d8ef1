/* Expected: gradients: it assigns where it should add */
#define BACKWARD(T)                              \
  if (!dx) return;                               \
  for (int64_t i = 0; i < n; ++i) dx[i] = dy[i]; \
  call->written[0] = 1;
#include "identity.h"
