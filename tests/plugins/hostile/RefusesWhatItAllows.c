/* Expected: attributes: times: 9 is what it allows, but: the plugin refuses these attributes: too many */
#include <graph_runner/abi.h>
static const int64_t one = 1;
static const gr_value initial = {.size = sizeof(gr_value), .kind = GR_INT, .count = 1, .ints = &one};
static const gr_attribute attribute = {.size = sizeof(gr_attribute),
                                       .name = "times",
                                       .doc = "",
                                       .kind = GR_INT,
                                       .initial = &initial,
                                       .least = 1,
                                       .most = 9};
static const gr_attribute* const attributes[] = {&attribute};
#define ATTRIBUTES .attributes = attributes, .attribute_count = 1
#define CREATE                              \
  if (values[0]->ints[0] == 9) {            \
    strncpy(error, "too many", error_size); \
    return GR_REFUSED;                      \
  }                                         \
  *node = NULL;
#include "identity.h"
