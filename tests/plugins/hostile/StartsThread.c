/* Expected: surroundings: create or shapes changes the number of threads from 1 to 2 */
#include <pthread.h>
#include <unistd.h>
static void* wait_for_ever(void* unused) {
  for (;;) pause();
  return unused;
}
static pthread_t thread;
#define CREATE \
  if (!thread) pthread_create(&thread, NULL, wait_for_ever, NULL);
#include "identity.h"
