/* Expected: memory: forward in float ends the process by SIGABRT */
static char* volatile last; /* or a compiler may leave the allocation out */
#define BEFORE_FORWARD      \
  for (;;) {                \
    last = malloc(1 << 26); \
    if (!last) abort();     \
    memset(last, 1, 4096);  \
  }
#include "identity.h"
