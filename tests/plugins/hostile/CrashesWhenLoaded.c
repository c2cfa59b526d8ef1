/* Expected: loading: loading uses a null pointer */
static int* volatile nowhere;
__attribute__((constructor)) static void start(void) { *nowhere = 1; }
#include "identity.h"
