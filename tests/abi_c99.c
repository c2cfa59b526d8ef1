/* abi.h is C99 that includes nothing but fixed-width integers, and its layout does not move. */
#include <graph_runner/abi.h>

#define PINNED(name, condition) typedef char name[(condition) ? 1 : -1]

PINNED(tensor_is_frozen, sizeof(gr_tensor) == 24 && offsetof(gr_tensor, data) == 0 &&
                             offsetof(gr_tensor, dims) == 8 && offsetof(gr_tensor, rank) == 16);
PINNED(shape_is_frozen, sizeof(gr_shape) == 8 + 8 * GR_MAX_RANK && offsetof(gr_shape, dims) == 8);
PINNED(value_begins_with_its_size, offsetof(gr_value, size) == 0 && sizeof(gr_value) == 48);
PINNED(attribute_begins_with_its_size, offsetof(gr_attribute, size) == 0 && sizeof(gr_attribute) == 88);
PINNED(init_begins_with_its_size, offsetof(gr_init, size) == 0 && sizeof(gr_init) == 32);
PINNED(port_begins_with_its_size, offsetof(gr_port, size) == 0 && sizeof(gr_port) == 80);
PINNED(shape_call_begins_with_its_size, offsetof(gr_shape_call, size) == 0 && sizeof(gr_shape_call) == 64);
PINNED(call_begins_with_its_size, offsetof(gr_call, size) == 0 && sizeof(gr_call) == 128);
PINNED(type_begins_with_its_size, offsetof(gr_type, size) == 0 && sizeof(gr_type) == 112);
PINNED(plugin_begins_with_its_size, offsetof(gr_plugin, size) == 0 && sizeof(gr_plugin) == 40);
PINNED(host_begins_with_its_size, offsetof(gr_host, size) == 0 && sizeof(gr_host) == 16);
