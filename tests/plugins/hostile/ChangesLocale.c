/* Expected: surroundings: create or shapes changes the C locale */
#include <locale.h>
#define CREATE setlocale(LC_ALL, "C.UTF-8");
#include "identity.h"
