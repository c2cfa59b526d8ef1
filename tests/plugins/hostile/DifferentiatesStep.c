/* Expected: table: it has a backward: nothing is differentiated through a step */
#define BACKWARD forward
#include "optimizer.h"
