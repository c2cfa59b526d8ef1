/* Expected: table: does not begin with graph-runner's magic number */
#define PLUGIN sizeof(gr_plugin), 0x12345678u, GR_ABI_MAJOR, GR_ABI_MINOR, types, 1
#include "identity.h"
