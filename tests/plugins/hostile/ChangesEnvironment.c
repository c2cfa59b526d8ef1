/* Expected: surroundings: loading changes the environment */
#include <stdlib.h>
__attribute__((constructor)) static void start(void) { setenv("LANG_OF_PLUGIN", "yes", 1); }
#include "identity.h"
