/* Expected: surroundings: backward changes the blocked signals */
#include <signal.h>
#define BEFORE_BACKWARD \
  sigset_t all;         \
  sigfillset(&all);     \
  sigprocmask(SIG_SETMASK, &all, NULL);
#include "identity.h"
