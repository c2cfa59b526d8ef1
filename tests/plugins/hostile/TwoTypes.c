/* Expected: table: provides 2 node types */
#define PLUGIN sizeof(gr_plugin), GR_MAGIC, GR_ABI_MAJOR, GR_ABI_MINOR, types, 2
#include "identity.h"
