/* Expected: memory: forward in float ends the process, with exit code 0 */
#define BEFORE_FORWARD exit(0);
#include "identity.h"
