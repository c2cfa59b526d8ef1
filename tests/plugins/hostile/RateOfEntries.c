/* Expected: table: the shape of its port 'rate' is "...", expected "", a number */
#define RATE_SHAPE "..."
#include "optimizer.h"
