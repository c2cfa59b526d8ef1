/* Expected: table: it is an optimizer, but it has no input 'gradient' */
#define GRADIENT_NAME "slope"
#include "optimizer.h"
