/* Expected: memory: forward in float does not come back */
#define BEFORE_FORWARD                   \
  for (volatile int going = 1; going;) { \
  }
#include "identity.h"
