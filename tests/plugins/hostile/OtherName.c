/* Expected: table: provides the type 'Identity' but its file name says 'OtherName' */
#define TYPE_NAME "Identity"
#include "identity.h"
