/* Expected: nothing */
#include "optimizer.h"
