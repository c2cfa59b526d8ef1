/* Expected: table: its entry threw an int */
#include <graph_runner/abi.h>

extern "C" GR_EXPORT const gr_plugin* graph_runner_plugin(const gr_host*, char*, size_t) { throw 42; }
