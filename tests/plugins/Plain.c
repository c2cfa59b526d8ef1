/* A node type in plain C: y = x, elementwise, for float and double. */
#include <graph_runner/abi.h>
#include <stdlib.h>
#include <string.h>

static size_t bytes(const gr_call* call, const gr_tensor* t) {
  size_t n = call->scalar == GR_FLOAT ? sizeof(float) : sizeof(double);
  for (int64_t i = 0; i < t->rank; ++i) n *= (size_t)t->dims[i];
  return n;
}

static gr_status create(const gr_value* const* values, size_t count, void** node, char* error,
                        size_t error_size) {
  (void)values, (void)count, (void)error, (void)error_size;
  *node = NULL;
  return GR_OK;
}
static void destroy(void* node) { (void)node; }

static gr_status forward(const void* node, const gr_call* call) {
  (void)node;
  memcpy(call->values[1].data, call->values[0].data, bytes(call, &call->values[0]));
  return GR_OK;
}

static gr_status backward(const void* node, const gr_call* call) {
  (void)node;
  const gr_tensor* dx = &call->gradients[0];
  const void* dy = call->output_gradients[0].data;
  if (!dx->data) return GR_OK;
  const size_t n = bytes(call, dx);
  if (!call->written[0]) {
    memcpy(dx->data, dy, n);
  } else if (call->scalar == GR_FLOAT) {
    for (size_t i = 0; i < n / sizeof(float); ++i) ((float*)dx->data)[i] += ((const float*)dy)[i];
  } else {
    for (size_t i = 0; i < n / sizeof(double); ++i) ((double*)dx->data)[i] += ((const double*)dy)[i];
  }
  call->written[0] = 1;
  return GR_OK;
}

static const gr_port x = {
    .size = sizeof(gr_port), .name = "x", .doc = "", .role = GR_INPUT, .flags = GR_UNREAD, .shape = "..."};
static const gr_port y = {
    .size = sizeof(gr_port), .name = "y", .doc = "", .role = GR_OUTPUT, .flags = GR_UNREAD, .shape = "..."};
static const gr_port* const ports[] = {&x, &y};
static const gr_type type = {.size = sizeof(gr_type),
                             .name = "Plain",
                             .doc = "The identity, in C: y = x.",
                             .scalars = 1u << GR_FLOAT | 1u << GR_DOUBLE,
                             .ports = ports,
                             .port_count = 2,
                             .create = create,
                             .destroy = destroy,
                             .forward = forward,
                             .backward = backward};
static const gr_type* const types[] = {&type};
static const gr_plugin plugin = {sizeof(gr_plugin), GR_MAGIC, GR_ABI_MAJOR, GR_ABI_MINOR, types, 1};

GR_EXPORT const gr_plugin* graph_runner_plugin(const gr_host* host, char* error, size_t error_size) {
  (void)host, (void)error, (void)error_size;
  return &plugin;
}
