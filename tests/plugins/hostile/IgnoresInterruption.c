/* Expected: surroundings: loading changes the signal handlers */
#include <signal.h>
__attribute__((constructor)) static void start(void) { signal(SIGINT, SIG_IGN); }
#include "identity.h"
