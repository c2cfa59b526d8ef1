/* Expected: leaks: open files when */
#include <fcntl.h>
#define CREATE *node = (void*)(size_t)open("/dev/null", O_RDONLY);
#include "identity.h"
