// abi.h stands alone in C++20 too.
#include <graph_runner/abi.h>
#include "tests/abi_c99.c"
