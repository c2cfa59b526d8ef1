/* Expected: surroundings: loading changes what becomes of very small floating-point numbers */
#include "identity.h"
