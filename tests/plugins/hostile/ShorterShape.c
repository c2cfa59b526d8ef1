/* Expected: memory: forward in float writes past the end of output 'y' */
#define X_SHAPE "m n"
#define Y_SHAPE "m"
#include "identity.h"
