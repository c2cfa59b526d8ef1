/* Expected: symbols: does not export 'graph_runner_plugin' */
#define NO_ENTRY
#include "identity.h"
