// Random sizes and points for checking a graph: inputs lie in the domains that they and their ports declare.
#pragma once

#include <span>
#include <vector>

#include "core/domain.hpp"
#include "core/graph.hpp"
#include "core/streams.hpp"

namespace graph_runner {

// How the free sizes of a graph are drawn: a formula that confuses two axes may hold where they agree, or
// where one of them is 1.
enum class SizeDraw { unequal, ones, equal };

// The least that the named sizes of a graph can be, where its formulas name entries: x5 wants 5.
SizeValues least_sizes(const Graph& graph);

// A small number for each named size of the graph, no smaller than it can be.
SizeValues draw_sizes(const Graph& graph, Stream& stream, SizeDraw how);

// How entries are drawn. `smooth`: normal ones where they are the reals, away from the edges where they are
// not. `ties`: small whole numbers, which meet the kinks of functions such as |x| and max(x, 0). `wide`: each
// entry of a magnitude of its own, from 1e-3 to 1e3, as far as the domains allow.
enum class EntryDraw { smooth, ties, wide };

// Fills a tensor with random entries that lie in all of the domains: in those that the strictest demands
// leave. With `scale`, what is smooth is drawn that many times larger; in a bounded range, that much closer
// to one of its ends where the scale is below 1. Throws Error (bad_request) where no value lies in all
// domains (analysis/region.hpp).
void draw_entries(const std::vector<Domain>& domains, const Shape& shape, Stream& stream, EntryDraw how,
                  std::span<double> out, double scale = 1);

// The same for an input or parameter of a graph: an input that declares a value gets it; parameters are
// scaled by 1/√n, n the size of the last axis, so that values neither grow nor vanish along a deep graph.
void draw_value(const Graph& graph, ValueId v, const SizeValues& sizes, const Shape& shape, Stream& stream,
                EntryDraw how, std::span<double> out, double scale = 1);

}  // namespace graph_runner
