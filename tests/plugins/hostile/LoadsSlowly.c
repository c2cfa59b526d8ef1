/* Expected: loading: s; a plugin is loaded within a second */
#include <unistd.h>
__attribute__((constructor)) static void start(void) { usleep(1500000); }
#include "identity.h"
