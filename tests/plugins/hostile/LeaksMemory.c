/* Expected: leaks: bytes of memory when */
#define CREATE *node = malloc(100);
#include "identity.h"
