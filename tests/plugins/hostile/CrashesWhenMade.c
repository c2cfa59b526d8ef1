/* Expected: attributes: create uses a null pointer */
#define CREATE *(volatile int*)values = *(volatile int*)0;
#include "identity.h"
