/* Expected: table: and broadcast too, which 'x' is not */
#define X_FLAGS GR_BROADCAST
#define X_SHAPE "... n"
#include "identity.h"
