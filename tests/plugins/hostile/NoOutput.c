/* Expected: table: it has no output */
#define PORT_COUNT 1
#include "identity.h"
