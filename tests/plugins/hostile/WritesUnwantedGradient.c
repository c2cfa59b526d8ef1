/* Expected: memory: uses a null pointer */
#define BACKWARD(T)                                                  \
  for (int64_t i = 0; i < n; ++i) dx[i] = (add ? dx[i] : 0) + dy[i]; \
  call->written[0] = 1;
#include "identity.h"
