// To be loaded before a program (LD_PRELOAD): fails its allocation number FAIL_AT, counted from 1, and that
// alone.
#include <errno.h>
#include <stdlib.h>

extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t count, size_t size);
extern void* __libc_realloc(void* at, size_t size);

static int fails(void) {
  static long done, fail_at;
  if (fail_at == 0) {
    const char* const number = getenv("FAIL_AT");
    fail_at = number ? atol(number) : -1;
  }
  if (++done != fail_at) return 0;
  errno = ENOMEM;
  return 1;
}

void* malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return fails() ? NULL : __libc_calloc(count, size); }
void* realloc(void* at, size_t size) { return fails() ? NULL : __libc_realloc(at, size); }
