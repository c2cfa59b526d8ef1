// Random sizes and points for checking a graph: inputs lie in the domains that they and their ports declare.
#pragma once

#include <span>
#include <vector>

#include "core/domain.hpp"
#include "core/graph.hpp"
#include "core/random.hpp"

namespace graph_runner {

// How the free sizes of a graph are drawn: a formula that confuses two axes may hold where they agree, or
// where one of them is 1.
enum class SizeDraw { unequal, ones, equal };

// A small number for each named size of the graph.
SizeValues draw_sizes(const Graph& graph, Stream& stream, SizeDraw how);

// How entries are drawn. `ties` are small whole numbers, which meet the kinks of functions such as |x| and
// max(x, 0).
enum class EntryDraw { smooth, ties };

// Fills a tensor with random entries that lie in all of the domains: normal ones where they are the reals,
// away from the edges where they are not.
void draw_entries(const std::vector<Domain>& domains, const Shape& shape, Stream& stream, EntryDraw how,
                  std::span<double> out);

// The same for an input or parameter of a graph: an input that declares a value gets it; parameters are
// scaled by 1/√n, n the size of the last axis, so that values neither grow nor vanish along a deep graph.
void draw_value(const Graph& graph, ValueId v, const SizeValues& sizes, const Shape& shape, Stream& stream,
                EntryDraw how, std::span<double> out);

}  // namespace graph_runner
