/* A plugin whose tables are of another version of the ABI, or wrong: y = factor x. One shared object serves
 * for all: a copy of it called NAME.so is the type NAME, with what NAME says (below). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <graph_runner/abi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gr_status create(const gr_value* const* values, size_t count, void** node, char* error,
                        size_t error_size) {
  (void)count, (void)error, (void)error_size;
  *node = malloc(sizeof(double));
  *(double*)*node = values[0]->reals[0];
  return GR_OK;
}
static void destroy(void* node) { free(node); }

static void multiply(double by, const double* from, double* to, int adds, const gr_tensor* shape) {
  size_t n = 1;
  for (int64_t i = 0; i < shape->rank; ++i) n *= (size_t)shape->dims[i];
  for (size_t i = 0; i < n; ++i) to[i] = (adds ? to[i] : 0) + by * from[i];
}
static gr_status forward(const void* node, const gr_call* call) {
  multiply(*(const double*)node, call->values[0].data, call->values[1].data, 0, &call->values[0]);
  return GR_OK;
}
static gr_status backward(const void* node, const gr_call* call) {
  if (!call->gradients[0].data) return GR_OK;
  multiply(*(const double*)node, call->output_gradients[0].data, call->gradients[0].data, call->written[0],
           &call->gradients[0]);
  call->written[0] = 1;
  return GR_OK;
}

/* Every struct with room for the fields that a later minor version appends, all ones. */
#define ROOM(S)              \
  struct {                   \
    S now;                   \
    unsigned char later[64]; \
  }
static ROOM(gr_plugin) plugin;
static ROOM(gr_type) type;
static ROOM(gr_attribute) factor;
static ROOM(gr_value) initial;
static ROOM(gr_port) x, y;
static const double two = 2;
static char name[128];
static const gr_attribute* attributes[] = {&factor.now};
static const gr_port* ports[] = {&x.now, &y.now};
static const gr_type* types[] = {&type.now, &type.now};

static int is(const char* what) { return strcmp(name, what) == 0; }
static void grow(void* later, size_t* size) {
  memset(later, 0xFF, 64);
  *size += 64;
}
/* Ends a struct before `field`: what lies behind it there must not be read. */
#define CUT(S, STRUCT, FIELD)              \
  ((STRUCT).now.size = offsetof(S, FIELD), \
   memset((char*)&(STRUCT).now + offsetof(S, FIELD), 0xFF, sizeof(S) - offsetof(S, FIELD)))

static void alter(void) {
  if (is("OtherMajor")) plugin.now.major = GR_ABI_MAJOR + 1, plugin.now.minor = 3;
  if (is("NewerMinor")) {
    plugin.now.minor = 99;
    grow(plugin.later, &plugin.now.size), grow(type.later, &type.now.size);
    grow(factor.later, &factor.now.size), grow(initial.later, &initial.now.size);
    grow(x.later, &x.now.size), grow(y.later, &y.now.size);
  }
  if (is("OlderMinor")) {
    CUT(gr_type, type, backward);
    CUT(gr_attribute, factor, choices);
    CUT(gr_port, x, domain), CUT(gr_port, y, domain);
  }
  if (is("WrongMagic")) plugin.now.magic = 0x12345678;
  if (is("NoType")) plugin.now.type_count = 0;
  if (is("TwoTypes")) plugin.now.type_count = 2;
  if (is("NullTypes")) plugin.now.types = NULL;
  if (is("NullType")) types[0] = NULL;
  if (is("NullPort")) ports[1] = NULL;
  if (is("NullAttribute")) attributes[0] = NULL;
  if (is("NullChoices")) factor.now.kind = GR_TEXT, factor.now.choice_count = 1;
  if (is("EmptyPlugin")) plugin.now.size = 0;
  if (is("ShortPlugin")) CUT(gr_plugin, plugin, types);
  if (is("EmptyType")) type.now.size = 0;
  if (is("ShortType")) CUT(gr_type, type, forward);
  if (is("EmptyPort")) x.now.size = 0;
  if (is("ShortPort")) CUT(gr_port, y, shape);
  if (is("EmptyAttribute")) factor.now.size = 0;
  if (is("ShortAttribute")) CUT(gr_attribute, factor, most);
  if (is("EmptyValue")) initial.now.size = 0;
}

GR_EXPORT const gr_plugin* graph_runner_plugin(const gr_host* host, char* error, size_t error_size) {
  (void)host, (void)error, (void)error_size;
  /* Its own file's name says what to be. */
  Dl_info self;
  if (!dladdr((void*)(size_t)&backward, &self)) return NULL;
  const char* slash = strrchr(self.dli_fname, '/');
  snprintf(name, sizeof name, "%.*s", (int)strcspn(slash + 1, "."), slash + 1);

  const gr_value made_initial = {sizeof(gr_value), GR_REAL, 1, NULL, &two, NULL};
  const gr_attribute made_factor = {.size = sizeof(gr_attribute),
                                    .name = "factor",
                                    .kind = GR_REAL,
                                    .initial = &initial.now,
                                    .least = -9,
                                    .most = 9};
  const gr_port made_x = {
      .size = sizeof(gr_port), .name = "x", .role = GR_INPUT, .flags = GR_UNREAD, .shape = "..."};
  const gr_type made_type = {.size = sizeof(gr_type),
                             .name = name,
                             .doc = "y = factor x",
                             .scalars = 1u << GR_DOUBLE,
                             .attributes = attributes,
                             .attribute_count = 1,
                             .ports = ports,
                             .port_count = 2,
                             .create = create,
                             .destroy = destroy,
                             .forward = forward,
                             .backward = backward};
  const gr_plugin made_plugin = {sizeof(gr_plugin), GR_MAGIC, GR_ABI_MAJOR, GR_ABI_MINOR, types, 1};
  initial.now = made_initial;
  factor.now = made_factor;
  x.now = y.now = made_x;
  y.now.name = "y";
  y.now.role = GR_OUTPUT;
  type.now = made_type;
  plugin.now = made_plugin;
  alter();
  return &plugin.now;
}
