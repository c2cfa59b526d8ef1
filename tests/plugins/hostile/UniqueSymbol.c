/* Expected: symbols: shares with every plugin that has one of this name: shared_by_all */
/* What GCC makes of a static variable in an inline function or template, unless told otherwise. */
__asm__(
    ".data\n"
    ".globl shared_by_all\n"
    ".type shared_by_all, @gnu_unique_object\n"
    ".size shared_by_all, 4\n"
    "shared_by_all: .long 1\n"
    ".text\n");
#include "identity.h"
