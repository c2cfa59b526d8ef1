/* Expected: table: 'n!' in the shape pattern */
#define X_SHAPE "n!"
#include "identity.h"
