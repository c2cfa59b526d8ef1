/* ReLU in plain C: y = 0 where x <= 0, else x.   dx = dy where y > 0, else 0.
 * Source: nodes/ReLU.cpp, whose entries these kernels give bit by bit. */
#include <graph_runner/abi.h>

typedef struct {
  double value, tangent;
} dual;

static size_t entries(const gr_tensor* t) {
  size_t n = 1;
  for (int64_t i = 0; i < t->rank; ++i) n *= (size_t)t->dims[i];
  return n;
}

/* The loops for one scalar: a dual is compared by its value, and added like two doubles. */
#define KERNELS(S, VALUE, ADD)                                                   \
  static void forward_##S(const S* x, S* y, size_t n) {                          \
    const S zero = {0};                                                          \
    for (size_t i = 0; i < n; ++i) y[i] = x[i] VALUE <= 0 ? zero : x[i];         \
  }                                                                              \
  static void backward_##S(const S* y, const S* dy, S* dx, int adds, size_t n) { \
    const S zero = {0};                                                          \
    for (size_t i = 0; i < n; ++i) {                                             \
      const S d = y[i] VALUE > 0 ? dy[i] : zero;                                 \
      dx[i] = adds ? ADD(dx[i], d) : d;                                          \
    }                                                                            \
  }
#define ADD_NUMBERS(a, b) ((a) + (b))
static dual add_duals(dual a, dual b) {
  const dual sum = {a.value + b.value, a.tangent + b.tangent};
  return sum;
}
KERNELS(float, , ADD_NUMBERS)
KERNELS(double, , ADD_NUMBERS)
KERNELS(dual, .value, add_duals)

/* Values and gradients stand in the order of `ports`: x, then y. */
static gr_status forward(const void* node, const gr_call* call) {
  const void* x = call->values[0].data;
  void* y = call->values[1].data;
  const size_t n = entries(&call->values[0]);
  (void)node;
  if (call->scalar == GR_FLOAT) forward_float(x, y, n);
  if (call->scalar == GR_DOUBLE) forward_double(x, y, n);
  if (call->scalar == GR_DUAL) forward_dual(x, y, n);
  return GR_OK;
}
static gr_status backward(const void* node, const gr_call* call) {
  const void *y = call->values[1].data, *dy = call->output_gradients[0].data;
  void* dx = call->gradients[0].data;
  const size_t n = entries(&call->values[1]);
  (void)node;
  if (!dx) return GR_OK; /* nobody wants it */
  if (call->scalar == GR_FLOAT) backward_float(y, dy, dx, call->written[0], n);
  if (call->scalar == GR_DOUBLE) backward_double(y, dy, dx, call->written[0], n);
  if (call->scalar == GR_DUAL) backward_dual(y, dy, dx, call->written[0], n);
  call->written[0] = 1;
  return GR_OK;
}

/* No attributes: a node is nothing. */
static gr_status create(const gr_value* const* values, size_t count, void** node, char* error,
                        size_t error_size) {
  (void)values, (void)count, (void)error, (void)error_size;
  *node = NULL;
  return GR_OK;
}
static void destroy(void* node) { (void)node; }

static const gr_port x = {
    .size = sizeof(gr_port), .name = "x", .role = GR_INPUT, .flags = GR_UNREAD, .shape = "..."};
static const gr_port y = {.size = sizeof(gr_port), .name = "y", .role = GR_OUTPUT, .shape = "..."};
static const gr_port* const ports[] = {&x, &y};
static const gr_type type = {.size = sizeof(gr_type),
                             .name = "Rectifier",
                             .doc = "Rectifier, elementwise, in C: y = max(x, 0).",
                             .scalars = 1u << GR_FLOAT | 1u << GR_DOUBLE | 1u << GR_DUAL,
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
