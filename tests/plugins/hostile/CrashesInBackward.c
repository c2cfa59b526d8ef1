/* Expected: memory: backward in float ends the process by SIGABRT */
#define BEFORE_BACKWARD abort();
#include "identity.h"
