// What the names inside a block stand for in the graph, for one use of the block. A name that is not here
// names nothing inside, whatever the graph calls so.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph.hpp"

namespace graph_runner {

// A size that the pattern of an input names: an axis of what feeds the input.
struct FrameSize {
  std::string of;        // the name of the value
  std::size_t from_end;  // 1: its last axis
};

// What feeds an input of the use, whose pattern it must fit.
struct FrameInput {
  const Port* port;
  std::string from;
  Place place;  // of the input inside the block, used at what feeds it
};

struct Frame {
  std::string name;   // of the use, with its number where it repeats: "stage.2"
  std::string block;  // the block's name
  // Inputs, parameters and nodes, by their names inside: what the graph calls them.
  std::map<std::string, std::string, std::less<>> names;
  // Sizes, by their names inside: paths ("stage.2.n"), by which `axes` has them.
  std::map<std::string, std::string, std::less<>> sizes;
  std::map<std::string, FrameSize, std::less<>> axes;
  std::shared_ptr<const NodeType> face;  // keeps the ports of the inputs
  std::vector<FrameInput> inputs;
  std::shared_ptr<const Frame> around;  // of the use in which this one stands, or null

  // "h.W" inside as the graph calls it; nothing where h is not here, or an input, which has no ports.
  std::optional<std::string> global(std::string_view inside) const {
    const std::size_t dot = std::min(inside.find('.'), inside.size());
    const auto found = names.find(inside.substr(0, dot));
    const bool port = dot < inside.size();
    if (found == names.end() || (port && face && face->port(found->first) >= 0)) return std::nullopt;
    return found->second + std::string(inside.substr(dot));
  }
};

}  // namespace graph_runner
