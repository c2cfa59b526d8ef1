/* Expected: table: says that it has 8 bytes */
#define PLUGIN 8, GR_MAGIC, GR_ABI_MAJOR, GR_ABI_MINOR, types, 1
#include "identity.h"
