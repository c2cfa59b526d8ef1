/* Expected: loading: undefined symbol: nobody_has_this */
void nobody_has_this(void);
#define CREATE nobody_has_this();
#include "identity.h"
