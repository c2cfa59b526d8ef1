/* A right node type in C, y = x for floats and doubles, of which each file beside this one breaks one thing
 * by defining a macro before it includes this. Its first line says which check of `graph-inspect --check`
 * finds it, and what that says. */
#include <graph_runner/abi.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

/* The kernels, for a scalar T: x, y and n entries; dy, dx and `add`. */
#ifndef FORWARD
#define FORWARD(T) \
  for (int64_t i = 0; i < n; ++i) y[i] = x[i];
#endif
#ifndef BACKWARD
#define BACKWARD(T)                                                  \
  if (!dx) return;                                                   \
  for (int64_t i = 0; i < n; ++i) dx[i] = (add ? dx[i] : 0) + dy[i]; \
  call->written[0] = 1;
#endif
/* What happens before them. */
#ifndef BEFORE_FORWARD
#define BEFORE_FORWARD
#endif
#ifndef BEFORE_BACKWARD
#define BEFORE_BACKWARD
#endif
#ifndef CREATE
#define CREATE *node = NULL;
#endif
#ifndef DESTROY
#define DESTROY
#endif
#ifndef ENTRY
#define ENTRY return &plugin;
#endif
/* What the tables say. */
#ifndef TYPE_NAME
#define TYPE_NAME TEXT(NAME)
#endif
#ifndef DOC
#define DOC "The identity: y = x."
#endif
#ifndef SHAPES
#define SHAPES NULL
#endif
#ifndef X_SHAPE
#define X_SHAPE "..."
#endif
#ifndef Y_SHAPE
#define Y_SHAPE "..."
#endif
#ifndef X_FLAGS
#define X_FLAGS 0
#endif
#ifndef SCRATCH
#define SCRATCH NULL
#endif
#ifndef ATTRIBUTES
#define ATTRIBUTES .attribute_count = 0
#endif
#ifndef PORT_COUNT
#define PORT_COUNT 2
#endif
#ifndef PLUGIN
#define PLUGIN sizeof(gr_plugin), GR_MAGIC, GR_ABI_MAJOR, GR_ABI_MINOR, types, 1
#endif

static inline int64_t entries_of(const gr_tensor* t) {
  int64_t n = 1;
  for (int64_t i = 0; i < t->rank; ++i) n *= t->dims[i];
  return n;
}

static gr_status create(const gr_value* const* values, size_t count, void** node, char* error,
                        size_t error_size) {
  (void)values, (void)count, (void)node, (void)error, (void)error_size;
  CREATE
  return GR_OK;
}
static void destroy(void* node) {
  (void)node;
  DESTROY
}

#define KERNELS(T)                                          \
  static void forward_##T(const gr_call* call) {            \
    const T* x = (const T*)call->values[0].data;            \
    T* y = (T*)call->values[1].data;                        \
    const int64_t n = entries_of(&call->values[0]);         \
    (void)x, (void)y, (void)n;                              \
    FORWARD(T)                                              \
  }                                                         \
  static void backward_##T(const gr_call* call) {           \
    const T* x = (const T*)call->values[0].data;            \
    const T* dy = (const T*)call->output_gradients[0].data; \
    T* dx = (T*)call->gradients[0].data;                    \
    const int64_t n = entries_of(&call->values[0]);         \
    const int add = call->written[0];                       \
    (void)x, (void)dy, (void)dx, (void)n, (void)add;        \
    BACKWARD(T)                                             \
  }
KERNELS(float)
KERNELS(double)

static gr_status forward(const void* node, const gr_call* call) {
  (void)node;
  BEFORE_FORWARD
  call->scalar == GR_FLOAT ? forward_float(call) : forward_double(call);
  return GR_OK;
}
static gr_status backward(const void* node, const gr_call* call) {
  (void)node;
  BEFORE_BACKWARD
  call->scalar == GR_FLOAT ? backward_float(call) : backward_double(call);
  return GR_OK;
}

static const gr_port x_port = {
    .size = sizeof(gr_port), .name = "x", .doc = "", .role = GR_INPUT, .flags = X_FLAGS, .shape = X_SHAPE};
static const gr_port y_port = {
    .size = sizeof(gr_port), .name = "y", .doc = "", .role = GR_OUTPUT, .flags = 0, .shape = Y_SHAPE};
static const gr_port* const ports[] = {&x_port, &y_port};
static const gr_type type = {.size = sizeof(gr_type),
                             .name = TYPE_NAME,
                             .doc = DOC,
                             .scalars = 1u << GR_FLOAT | 1u << GR_DOUBLE,
                             ATTRIBUTES,
                             .ports = ports,
                             .port_count = PORT_COUNT,
                             .create = create,
                             .destroy = destroy,
                             .shapes = SHAPES,
                             .scratch = SCRATCH,
                             .forward = forward,
                             .backward = backward};
static const gr_type* const types[] = {&type};
static const gr_plugin plugin __attribute__((unused)) = {PLUGIN};

#ifndef NO_ENTRY
GR_EXPORT const gr_plugin* graph_runner_plugin(const gr_host* host, char* error, size_t error_size) {
  (void)host, (void)error, (void)error_size;
  ENTRY
}
#endif
