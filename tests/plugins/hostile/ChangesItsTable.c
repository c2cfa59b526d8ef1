/* Expected: table: its entry gives another table when asked again */
#define ENTRY                                              \
  static gr_type changed;                                  \
  static const gr_type* changed_types[] = {&changed};      \
  static gr_plugin other;                                  \
  changed = type;                                          \
  changed.doc = other.size ? "Something else." : type.doc; \
  other = plugin;                                          \
  other.types = changed_types;                             \
  return &other;
#include "identity.h"
