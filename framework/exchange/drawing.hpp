// A graph as boxes and arrows: what a picture of it shows, before and after each has its place.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph.hpp"
#include "file/block_use.hpp"

namespace graph_runner {

struct Point {
  double x = 0, y = 0;  // y grows downwards; the unit is a pixel
};

// What a box stands for, by which it is coloured.
enum class Role {
  input,
  parameter,  // one that is declared by itself, or shared
  node,
  formula,
  objective,  // what training minimizes
  block,      // the nodes of a use of a block, or of a repetition
  outside,    // what a picture of a block is fed with from elsewhere, or gives away
};

struct Box {
  Role role = Role::node;
  std::string name;                  // in the graph: a node's, a value's, or the path of a block
  std::vector<std::string> lines{};  // the first stands out
  double width = 0, height = 0;
  Point centre{};
};

struct Arrow {
  std::size_t from = 0, to = 0;  // boxes
  std::string label{};           // the shape of what flows
  double label_width = 0;
  std::vector<Point> path{};  // a Bézier curve: a beginning, then two controls and an end at a time
  Point label_centre{};
};

struct Drawing {
  std::string path;   // of the block whose inside it shows; "" of the whole graph
  std::string title;  // "" of the whole graph
  std::vector<Box> boxes;
  std::vector<Arrow> arrows;
  double width = 0, height = 0;
};

// The whole graph with its blocks folded; then the inside of each, once for each block that is used and once
// for what is repeated; without places. O(pictures · (nodes + connections)).
std::vector<Drawing> drawings(const Graph& graph, const std::vector<BlockUse>& uses,
                              std::string_view objective);

// Gives every box and arrow of a drawing its place, by Graphviz's program `dot`, in layers from top to
// bottom. Throws Error (bad_request) where there are more than `most_boxes` boxes, and (file_failed) where
// `dot` is not there or fails.
inline constexpr std::size_t most_boxes = 1000;
void place(Drawing& drawing);

// What the drawings show, one below the other, as a picture of its own: an SVG document. Readers of screens
// are told the boxes and what feeds them.
std::string svg(std::span<const Drawing> drawings);

}  // namespace graph_runner
