/* Expected: surroundings: destroy changes how floating-point results are rounded from to nearest to up */
#include <fenv.h>
#define DESTROY fesetround(FE_UPWARD);
#include "identity.h"
