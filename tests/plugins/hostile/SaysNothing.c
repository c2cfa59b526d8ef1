/* Expected: table: its `doc` is empty */
#define DOC ""
#include "identity.h"
