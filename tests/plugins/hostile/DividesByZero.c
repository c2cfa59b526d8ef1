/* Expected: memory: forward in float ends the process by SIGFPE */
static volatile int zero, one = 1;
#define BEFORE_FORWARD one = one / zero;
#include "identity.h"
