/* Expected: loading: loading does not come back */
#include <unistd.h>
__attribute__((constructor)) static void start(void) {
  for (;;) pause();
}
#include "identity.h"
