/* A right optimizer in C, p - rate g for floats, of which each file beside this one breaks one thing by
 * defining a macro before it includes this. It remembers g. */
#include <graph_runner/abi.h>
#include <stddef.h>

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

#ifndef FORWARD
#define FORWARD \
  for (int64_t i = 0; i < n; ++i) next_p[i] = p[i] - rate * g[i];
#endif
#ifndef GRADIENT_NAME
#define GRADIENT_NAME "gradient"
#endif
#ifndef RATE_SHAPE
#define RATE_SHAPE ""
#endif
#ifndef STATE_NAME
#define STATE_NAME "last"
#endif
#ifndef BACKWARD
#define BACKWARD NULL
#endif

static gr_status create(const gr_value* const* values, size_t count, void** node, char* error,
                        size_t error_size) {
  (void)values, (void)count, (void)error, (void)error_size;
  *node = NULL;
  return GR_OK;
}
static void destroy(void* node) { (void)node; }

static gr_status forward(const void* node, const gr_call* call) {
  (void)node;
  const float* p = (const float*)call->values[0].data;
  const float* g = (const float*)call->values[1].data;
  const float rate = *(const float*)call->values[2].data;
  float* next_p = (float*)call->values[5].data;
  float* next_last = (float*)call->values[6].data;
  int64_t n = 1;
  for (int64_t i = 0; i < call->values[0].rank; ++i) n *= call->values[0].dims[i];
  FORWARD
  for (int64_t i = 0; i < n; ++i) next_last[i] = g[i];
  return GR_OK;
}

#define PORT(VARIABLE, NAME_OF_PORT, ROLE, SHAPE) \
  static const gr_port VARIABLE = {               \
      .size = sizeof(gr_port), .name = NAME_OF_PORT, .doc = "", .role = ROLE, .flags = 0, .shape = SHAPE};
PORT(parameter_port, "parameter", GR_INPUT, "...")
PORT(gradient_port, GRADIENT_NAME, GR_INPUT, "...")
PORT(rate_port, "rate", GR_INPUT, RATE_SHAPE)
PORT(step_port, "step", GR_INPUT, "")
PORT(last_port, STATE_NAME, GR_INPUT, "...")
PORT(next_parameter_port, "next_parameter", GR_OUTPUT, "...")
PORT(next_last_port, "next_last", GR_OUTPUT, "...")
static const gr_port* const ports[] = {&parameter_port, &gradient_port,       &rate_port,     &step_port,
                                       &last_port,      &next_parameter_port, &next_last_port};
static const gr_type type = {.size = sizeof(gr_type),
                             .name = TEXT(NAME),
                             .doc = "Descent in C.",
                             .scalars = 1u << GR_FLOAT,
                             .ports = ports,
                             .port_count = 7,
                             .create = create,
                             .destroy = destroy,
                             .forward = forward,
                             .backward = BACKWARD};
static const gr_type* const types[] = {&type};
static const gr_plugin plugin = {sizeof(gr_plugin), GR_MAGIC, GR_ABI_MAJOR, GR_ABI_MINOR, types, 1};

GR_EXPORT const gr_plugin* graph_runner_plugin(const gr_host* host, char* error, size_t error_size) {
  (void)host, (void)error, (void)error_size;
  return &plugin;
}
