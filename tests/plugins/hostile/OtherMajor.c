/* Expected: table: speaks version 2.0 of the plugin ABI, this program 1. */
#define PLUGIN sizeof(gr_plugin), GR_MAGIC, 2, 0, types, 1
#include "identity.h"
