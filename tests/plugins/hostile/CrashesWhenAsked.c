/* Expected: table: its entry ends the process by SIGABRT */
#define ENTRY abort();
#include "identity.h"
