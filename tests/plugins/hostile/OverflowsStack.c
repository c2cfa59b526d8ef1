/* Expected: memory: forward in float ends the process by SIGSEGV */
static int deeper(volatile int* from) {
  volatile int here[4096];
  here[0] = *from + 1;
  if (here[0] < 0) return 0;
  return deeper(here) + here[1];
}
#define BEFORE_FORWARD    \
  volatile int start = 0; \
  if (deeper(&start) == 42) return GR_FAILED;
#include "identity.h"
