/* abi.h is C99 that includes nothing but fixed-width integers, and its layout does not move: the place of
 * every field of every struct, and each struct's size. A new minor version appends lines here, and changes
 * sizes alone. */
#include <graph_runner/abi.h>

#define AT(S, FIELD, PLACE) typedef char S##_##FIELD##_has_moved[offsetof(S, FIELD) == (PLACE) ? 1 : -1]
#define SIZE(S, BYTES) typedef char S##_has_another_size[sizeof(S) == (BYTES) ? 1 : -1]

AT(gr_tensor, data, 0);
AT(gr_tensor, dims, 8);
AT(gr_tensor, rank, 16);
SIZE(gr_tensor, 24);

AT(gr_value, size, 0);
AT(gr_value, kind, 8);
AT(gr_value, count, 16);
AT(gr_value, ints, 24);
AT(gr_value, reals, 32);
AT(gr_value, texts, 40);
SIZE(gr_value, 48);

AT(gr_attribute, size, 0);
AT(gr_attribute, name, 8);
AT(gr_attribute, doc, 16);
AT(gr_attribute, kind, 24);
AT(gr_attribute, flags, 28);
AT(gr_attribute, initial, 32);
AT(gr_attribute, least, 40);
AT(gr_attribute, most, 48);
AT(gr_attribute, choices, 56);
AT(gr_attribute, choice_count, 64);
AT(gr_attribute, least_count, 72);
AT(gr_attribute, most_count, 80);
SIZE(gr_attribute, 88);

AT(gr_init, size, 0);
AT(gr_init, kind, 8);
AT(gr_init, axis, 16);
AT(gr_init, value, 24);
SIZE(gr_init, 32);

AT(gr_port, size, 0);
AT(gr_port, name, 8);
AT(gr_port, doc, 16);
AT(gr_port, role, 24);
AT(gr_port, flags, 28);
AT(gr_port, shape, 32);
AT(gr_port, domain, 40);
AT(gr_port, lower, 48);
AT(gr_port, upper, 56);
AT(gr_port, axis, 64);
AT(gr_port, init, 72);
SIZE(gr_port, 80);

AT(gr_shape, rank, 0);
AT(gr_shape, dims, 8);
SIZE(gr_shape, 72);

AT(gr_shape_call, size, 0);
AT(gr_shape_call, shapes, 8);
AT(gr_shape_call, count, 16);
AT(gr_shape_call, context, 24);
AT(gr_shape_call, sum, 32);
AT(gr_shape_call, product, 40);
AT(gr_shape_call, error, 48);
AT(gr_shape_call, error_size, 56);
AT(gr_shape_call, difference, 64);
SIZE(gr_shape_call, 72);

AT(gr_call, size, 0);
AT(gr_call, scalar, 8);
AT(gr_call, training, 12);
AT(gr_call, seed, 16);
AT(gr_call, values, 24);
AT(gr_call, value_count, 32);
AT(gr_call, output_gradients, 40);
AT(gr_call, output_gradient_count, 48);
AT(gr_call, gradients, 56);
AT(gr_call, gradient_count, 64);
AT(gr_call, written, 72);
AT(gr_call, scratch, 80);
AT(gr_call, scratch_size, 88);
AT(gr_call, parallel, 96);
AT(gr_call, pool, 104);
AT(gr_call, error, 112);
AT(gr_call, error_size, 120);
SIZE(gr_call, 128);

AT(gr_type, size, 0);
AT(gr_type, name, 8);
AT(gr_type, doc, 16);
AT(gr_type, scalars, 24);
AT(gr_type, attributes, 32);
AT(gr_type, attribute_count, 40);
AT(gr_type, ports, 48);
AT(gr_type, port_count, 56);
AT(gr_type, create, 64);
AT(gr_type, destroy, 72);
AT(gr_type, shapes, 80);
AT(gr_type, scratch, 88);
AT(gr_type, forward, 96);
AT(gr_type, backward, 104);
SIZE(gr_type, 112);

AT(gr_plugin, size, 0);
AT(gr_plugin, magic, 8);
AT(gr_plugin, major, 12);
AT(gr_plugin, minor, 16);
AT(gr_plugin, types, 24);
AT(gr_plugin, type_count, 32);
SIZE(gr_plugin, 40);

AT(gr_host, size, 0);
AT(gr_host, major, 8);
AT(gr_host, minor, 12);
SIZE(gr_host, 16);

/* So do the numbers that stand in them. */
#define IS(NAME, NUMBER) typedef char NAME##_has_another_value[(NAME) == (NUMBER) ? 1 : -1]
IS(GR_MAGIC, 0x4e555247u);
IS(GR_ALIGNMENT, 64);
IS(GR_MAX_RANK, 8);
IS(GR_OK, 0);
IS(GR_REFUSED, 1);
IS(GR_FAILED, 2);
IS(GR_FLOAT, 0);
IS(GR_DOUBLE, 1);
IS(GR_DUAL, 2);
IS(GR_INT, 0);
IS(GR_REAL, 1);
IS(GR_BOOL, 2);
IS(GR_TEXT, 3);
IS(GR_SIZE, 4);
IS(GR_LIST, 1u);
IS(GR_REQUIRED, 2u);
IS(GR_ABOVE, 4u);
IS(GR_BELOW, 8u);
IS(GR_INPUT, 0);
IS(GR_PARAMETER, 1);
IS(GR_OUTPUT, 2);
IS(GR_SAVED, 3);
IS(GR_OPTIONAL, 1u);
IS(GR_MANY, 2u);
IS(GR_DISCRETE, 4u);
IS(GR_UNREAD, 8u);
IS(GR_AFFINE, 16u);
IS(GR_REALS, 0);
IS(GR_POSITIVE, 1);
IS(GR_NONNEGATIVE, 2);
IS(GR_NONZERO, 3);
IS(GR_RANGE, 4);
IS(GR_INDEX, 5);
IS(GR_ONE_HOT, 6);
IS(GR_DISTRIBUTION, 7);
IS(GR_POSITIVE_DEFINITE, 8);
IS(GR_INVERTIBLE, 9);
IS(GR_CONSTANT, 0);
IS(GR_UNIFORM, 1);
IS(GR_NORMAL, 2);
IS(GR_FAN, 3);
IS(GR_HE, 4);
IS(GR_GLOROT, 5);
IS(GR_UNKNOWN, INT64_MIN);
