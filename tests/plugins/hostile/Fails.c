/* Expected: memory: failed in forward: out of luck */
#define BEFORE_FORWARD                                   \
  strncpy(call->error, "out of luck", call->error_size); \
  return GR_FAILED;
#include "identity.h"
