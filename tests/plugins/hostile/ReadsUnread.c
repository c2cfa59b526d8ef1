/* Expected: memory: backward in float uses a null pointer */
#define X_FLAGS GR_UNREAD
#define BACKWARD(T)                                                             \
  if (!dx) return;                                                              \
  for (int64_t i = 0; i < n; ++i) dx[i] = (add ? dx[i] : 0) + dy[i] + 0 * x[i]; \
  call->written[0] = 1;
#include "identity.h"
