// The identity in C++ without the SDK, and so without its guard: what it throws leaves the plugin, as none
// may. `where` says in which call, `how` what is thrown. As EntryThrower, its entry throws; as LoadThrower,
// it throws while it is loaded.
#include <graph_runner/abi.h>

#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>

namespace {

struct Own {};
struct Node {
  std::string where, how;
};

void fail(const std::string& how) {
  if (how == "std") throw std::runtime_error("out of luck");
  if (how == "silent") throw std::runtime_error("");
  if (how == "int") throw 42;
  throw Own{};
}
void fail_in(const void* node, const char* here) {
  const Node& n = *static_cast<const Node*>(node);
  if (n.where == here) fail(n.how);
}

gr_status create(const gr_value* const* values, std::size_t, void** node, char*, std::size_t) {
  const Node made{values[0]->texts[0], values[1]->texts[0]};
  fail_in(&made, "create");
  *node = new Node(made);
  return GR_OK;
}
void destroy(void* node) {
  const Node n = *static_cast<Node*>(node);
  delete static_cast<Node*>(node);
  fail_in(&n, "destroy");
}
gr_status shapes(const void* node, gr_shape_call*) {
  fail_in(node, "shapes");
  return GR_OK;
}
std::size_t scratch(const void* node, const gr_call*) {
  fail_in(node, "scratch");
  return static_cast<const Node*>(node)->where == "size of scratch" ? SIZE_MAX : 0;
}

template <class T>
void transfer(const gr_tensor& to, const void* from, bool add) {
  std::int64_t entries = 1;
  for (std::int64_t i = 0; i < to.rank; ++i) entries *= to.dims[i];
  for (std::int64_t i = 0; i < entries; ++i)
    static_cast<T*>(to.data)[i] = static_cast<const T*>(from)[i] + (add ? static_cast<T*>(to.data)[i] : T(0));
}
void spoil(const gr_call& call, const gr_tensor& t) {
  call.scalar == GR_FLOAT ? *static_cast<float*>(t.data) = NAN : *static_cast<double*>(t.data) = NAN;
}

gr_status run(const Node& n, const gr_call& call, const char* here, const gr_tensor& to, const void* from,
              bool add) {
  fail_in(&n, here);
  if (n.where == std::string("task in ") + here)
    call.parallel(
        call.pool, 64,
        [](void* node, std::size_t index) {
          if (index % 2) fail(static_cast<const Node*>(node)->how);
        },
        const_cast<Node*>(&n));
  if (n.where == std::string("status of ") + here) return n.how == "own" ? 77 : GR_FAILED;
  call.scalar == GR_FLOAT ? transfer<float>(to, from, add) : transfer<double>(to, from, add);
  if (n.where == std::string("value of ") + here) spoil(call, to);
  return GR_OK;
}
gr_status forward(const void* node, const gr_call* call) {
  return run(*static_cast<const Node*>(node), *call, "forward", call->values[1], call->values[0].data, false);
}
gr_status backward(const void* node, const gr_call* call) {
  const gr_tensor& dx = call->gradients[0];
  if (!dx.data) return GR_OK;
  const bool add = call->written[0];
  call->written[0] = 1;
  return run(*static_cast<const Node*>(node), *call, "backward", dx, call->output_gradients[0].data, add);
}

const struct AtLoad {
  AtLoad() {
    if (std::strcmp(THROWER_NAME, "LoadThrower") == 0) fail("std");
  }
} at_load;

gr_attribute attribute(const char* name, const gr_value* initial) {
  gr_attribute a{};
  a.size = sizeof a;
  a.name = name;
  a.kind = GR_TEXT;
  a.initial = initial;
  return a;
}
gr_port port(const char* name, gr_role role) {
  gr_port p{};
  p.size = sizeof p;
  p.name = name;
  p.role = role;
  p.shape = "...";
  return p;
}

}  // namespace

extern "C" GR_EXPORT const gr_plugin* graph_runner_plugin(const gr_host*, char*, std::size_t) {
  if (std::strcmp(THROWER_NAME, "EntryThrower") == 0) fail("std");
  static const char* const never = "never";
  static const char* const how = "std";
  static const gr_value texts[] = {{sizeof(gr_value), GR_TEXT, 1, nullptr, nullptr, &never},
                                   {sizeof(gr_value), GR_TEXT, 1, nullptr, nullptr, &how}};
  static const gr_attribute attributes[] = {attribute("where", &texts[0]), attribute("how", &texts[1])};
  static const gr_attribute* const attribute_list[] = {&attributes[0], &attributes[1]};
  static const gr_port ports[] = {port("x", GR_INPUT), port("y", GR_OUTPUT)};
  static const gr_port* const port_list[] = {&ports[0], &ports[1]};
  static const gr_type type = {sizeof(gr_type),
                               THROWER_NAME,
                               "The identity, until it throws.",
                               1u << GR_FLOAT | 1u << GR_DOUBLE,
                               attribute_list,
                               2,
                               port_list,
                               2,
                               create,
                               destroy,
                               shapes,
                               scratch,
                               forward,
                               backward};
  static const gr_type* const types[] = {&type};
  static const gr_plugin plugin = {sizeof(gr_plugin), GR_MAGIC, GR_ABI_MAJOR, GR_ABI_MINOR, types, 1};
  return &plugin;
}
