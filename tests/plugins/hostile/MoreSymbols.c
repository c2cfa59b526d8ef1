/* Expected: symbols: exports more than its entry: helper */
int helper(int x);
int helper(int x) { return x + 1; }
#include "identity.h"
