/* Expected: surroundings: forward prints "forward called" */
#include <stdio.h>
#define BEFORE_FORWARD puts("forward called");
#include "identity.h"
