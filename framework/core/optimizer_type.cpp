#include "core/optimizer_type.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"

namespace graph_runner {

namespace {

const std::string next = "next_";

[[noreturn]] void fail(const NodeType& type, const std::string& why) {
  throw Error(Exit::bad_request, fmt::format("plugin {}: as it has an output 'next_parameter', it is an "
                                             "optimizer, but {}",
                                             type.file().string(), why));
}

// The position of a port of this name, role and shape.
std::size_t port_of(const NodeType& type, const std::string& name, gr_role role, const char* shape) {
  const int at = type.port(name);
  const char* noun = role == GR_INPUT ? "input" : "output";
  if (at < 0) fail(type, fmt::format("it has no {} '{}'", noun, name));
  const Port& p = type.ports()[static_cast<std::size_t>(at)];
  if (p.role != role || p.optional || p.many)
    fail(type, fmt::format("its port '{}' is not an {} of one tensor, always fed", name, noun));
  if (p.shape != shape)
    fail(type, fmt::format("the shape of its port '{}' is \"{}\", expected \"{}\"{}", name, p.shape, shape,
                           *shape ? "" : ", a number"));
  return static_cast<std::size_t>(at);
}

}  // namespace

bool is_optimizer(const NodeType& type) {
  const int at = type.port(next + "parameter");
  return at >= 0 && type.ports()[static_cast<std::size_t>(at)].role == GR_OUTPUT;
}

OptimizerPorts optimizer_ports(const NodeType& type) {
  OptimizerPorts ports{.parameter = port_of(type, "parameter", GR_INPUT, "..."),
                       .gradient = port_of(type, "gradient", GR_INPUT, "..."),
                       .rate = port_of(type, "rate", GR_INPUT, ""),
                       .step = port_of(type, "step", GR_INPUT, ""),
                       .next_parameter = port_of(type, next + "parameter", GR_OUTPUT, "..."),
                       .states = {}};
  for (std::size_t i = 0; i < type.ports().size(); ++i) {
    const std::string& name = type.ports()[i].name;
    if (type.ports()[i].role != GR_INPUT || i == ports.parameter || i == ports.gradient || i == ports.rate ||
        i == ports.step)
      continue;
    ports.states.push_back(
        {name, port_of(type, name, GR_INPUT, "..."), port_of(type, next + name, GR_OUTPUT, "...")});
  }
  if (type.ports().size() != 5 + 2 * ports.states.size())
    fail(type, "it has ports beyond next_parameter, its inputs, and next_S for each state S among them");
  if (type.differentiable()) fail(type, "it has a backward: nothing is differentiated through a step");
  for (const Attribute& a : type.attributes())
    if (a.name == "rate" || a.name == "clip")
      fail(type, fmt::format("'{}' is reserved and cannot name its attribute", a.name));
  return ports;
}

}  // namespace graph_runner
