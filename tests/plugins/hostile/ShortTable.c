/* Expected: table: the size of its table is 8, expected 40 or more */
#define PLUGIN 8, GR_MAGIC, GR_ABI_MAJOR, GR_ABI_MINOR, types, 1
#include "identity.h"
