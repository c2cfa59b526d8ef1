/* Expected: table: it has no output 'next_mean' */
#define STATE_NAME "mean"
#include "optimizer.h"
