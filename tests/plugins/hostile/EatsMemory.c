/* Expected: memory: forward in float ends the process by SIGABRT */
#define BEFORE_FORWARD            \
  for (;;) {                      \
    char* more = malloc(1 << 26); \
    if (!more) abort();           \
    memset(more, 1, 4096);        \
  }
#include "identity.h"
