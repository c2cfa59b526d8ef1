/* Expected: nothing */
#include "identity.h"
