#include "core/running.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace graph_runner {

std::string pair_running_ports(std::vector<Port>& ports) {
  for (std::size_t s = 0; s < ports.size(); ++s) {
    if (ports[s].role != GR_PARAMETER) continue;
    const std::string next = "next_" + ports[s].name;
    const auto found = std::find_if(ports.begin(), ports.end(),
                                    [&](const Port& p) { return p.role == GR_OUTPUT && p.name == next; });
    if (found == ports.end() && !ports[s].discrete) continue;
    if (found == ports.end())
      return fmt::format(
          "its parameter '{}' is discrete, so that no gradient trains it, and it has no output '{}' to say "
          "what a step of training makes of it",
          ports[s].name, next);
    for (const Port& p : {ports[s], *found})
      if (!p.discrete)
        return fmt::format(
            "as it has the parameter '{}' and the output '{}', a step of training replaces "
            "the one by the other, but '{}' is not discrete",
            ports[s].name, next, p.name);
    if (found->shape != ports[s].shape)
      return fmt::format(
          "the shape of its output '{}' is \"{}\", expected that of its parameter '{}', \"{}\"", next,
          found->shape, ports[s].name, ports[s].shape);
    ports[s].running = static_cast<int>(found - ports.begin());
    found->running = static_cast<int>(s);
  }
  return "";
}

RunningParameters running_parameters(const Graph& graph) {
  RunningParameters all;
  for (const Node& n : graph.nodes())
    for (std::size_t t = 0; t < n.values.size(); ++t) {
      const Port& port = n.type->ports()[n.ports[t]];
      if (port.role != GR_PARAMETER || port.running < 0) continue;
      if (graph.values()[n.values[t]].origin != Origin::parameter) continue;
      const auto next = std::find(n.ports.begin(), n.ports.end(), static_cast<std::uint32_t>(port.running));
      all[n.values[t]].push_back(n.values[static_cast<std::size_t>(next - n.ports.begin())]);
    }
  return all;
}

}  // namespace graph_runner
