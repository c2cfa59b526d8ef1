/* Expected: surroundings: its entry changes the working folder */
#include <unistd.h>
#define ENTRY                   \
  if (chdir("/") != 0) abort(); \
  return &plugin;
#include "identity.h"
