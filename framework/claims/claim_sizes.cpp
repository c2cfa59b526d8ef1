#include "claims/claim_sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace graph_runner {

namespace {

class SizeChooser {
 public:
  SizeChooser(const Graph& graph, const ClaimSpec& claim, std::int64_t first, Stream& stream)
      : claim_(claim), first_(first) {
    for (const std::string& name : graph.sizes().names())
      if (!claim.at_sizes.count(name)) (claim.axes.count(name) ? own_ : others_).push_back(name);
    order_.resize(own_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = static_cast<std::uint32_t>(i);
    shuffle(stream, order_);
    equal_ = 2 + static_cast<std::int64_t>(stream() % 2);
  }

  // By the random order, or by the opposite one. For no name the same twice: an even number of names turns
  // around, an odd one moves on by one as well.
  SizeValues unequal(bool opposite) const {
    const auto count = static_cast<std::int64_t>(own_.size());
    SizeValues sizes = claim_.at_sizes;
    std::set<std::int64_t> taken;
    const auto take = [&](const std::string& name, std::int64_t wish) {
      while (!taken.insert(wish).second) ++wish;
      sizes[name] = wish;
    };
    for (std::size_t i = 0; i < own_.size(); ++i) {
      const auto at = static_cast<std::int64_t>(order_[i]);
      const std::int64_t wish = first_ + (opposite ? count - 1 - at + count % 2 : at);
      take(own_[i], std::max(wish, least(own_[i]) + opposite));
    }
    for (const std::string& name : others_) sizes[name] = std::max<std::int64_t>(2, least(name));
    return sizes;
  }
  SizeValues all(std::int64_t size) const {
    SizeValues sizes = claim_.at_sizes;
    for (const std::string& name : own_) sizes[name] = std::max(size, least(name));
    for (const std::string& name : others_) sizes[name] = std::max<std::int64_t>(2, least(name));
    return sizes;
  }
  std::int64_t equal() const { return std::max(equal_, largest_least()); }
  bool has_ones() const { return largest_least() == 1; }

 private:
  std::int64_t least(const std::string& name) const {
    const auto found = claim_.least_sizes.find(name);
    return found == claim_.least_sizes.end() ? 1 : found->second;
  }
  std::int64_t largest_least() const {
    std::int64_t most = 1;
    for (const std::string& name : own_) most = std::max(most, least(name));
    return most;
  }

  const ClaimSpec& claim_;
  std::int64_t first_, equal_;
  std::vector<std::string> own_, others_;
  std::vector<std::uint32_t> order_;
};

}  // namespace

std::vector<SizesToTry> sizes_to_try(const Graph& graph, const ClaimSpec& claim, std::int64_t first,
                                     Stream& stream) {
  const SizeChooser chooser(graph, claim, first, stream);
  std::vector<SizesToTry> all;
  const auto add = [&](SizeValues sizes, bool may_be_passed_over) {
    const auto same = [&](const SizesToTry& s) { return s.sizes == sizes; };
    if (std::none_of(all.begin(), all.end(), same)) all.push_back({std::move(sizes), may_be_passed_over});
  };
  add(chooser.unequal(false), false);
  add(chooser.unequal(true), false);
  if (chooser.has_ones()) add(chooser.all(1), true);
  add(chooser.all(chooser.equal()), true);
  return all;
}

std::vector<SizesToTry> equal_sizes(const Graph& graph, const ClaimSpec& claim) {
  Stream unused(0, "sizes");
  const SizeChooser chooser(graph, claim, 1, unused);
  std::vector<SizesToTry> all;
  for (const std::int64_t size : {2, 3, 4}) all.push_back({chooser.all(size), true});
  return all;
}

double cost_of_point(const Graph& graph, const ClaimProgram& program, const SizeValues& sizes) {
  const auto size_of = [](const Graph& g, ValueId v, const SizeValues& at) {
    const gr_shape& s = g.values()[v].shape;
    double entries = 1;
    for (std::int64_t d = 0; d < s.rank; ++d) entries *= double(g.sizes().evaluate(s.dims[d], at));
    return entries;
  };
  // What a call costs: the entries of its largest tensor, times its longest axis where it is no elementwise
  // one.
  const auto walk = [&](const Graph& g, const std::vector<bool>& needed, const SizeValues& at) {
    double cost = 0;
    for (const Node& n : g.nodes()) {
      double entries = 1, axis = 1;
      bool wanted = false;
      for (std::size_t t = 0; t < n.values.size(); ++t) {
        if (n.values[t] == no_value) continue;
        const Port& port = n.type->ports()[n.ports[t]];
        wanted = wanted || (port.role >= GR_OUTPUT && needed[n.values[t]]);
        entries = std::max(entries, size_of(g, n.values[t], at));
        const gr_shape& s = g.values()[n.values[t]].shape;
        for (std::int64_t d = 0; d < s.rank && port.pattern.axes.size() > 1; ++d)
          axis = std::max(axis, double(g.sizes().evaluate(s.dims[d], at)));
      }
      if (wanted) cost += entries * axis;
    }
    return cost;
  };
  double cost = walk(*program.graph, std::vector<bool>(program.graph->values().size(), true), {});
  for (const ValueId v : read_by_sides(program)) cost += walk(graph, graph.reaching({v}), sizes);
  for (const auto& [input, d] : program.derivatives) {
    const double of = size_of(graph, d.of, sizes), by = size_of(graph, d.by, sizes),
                 walks = d.second != no_value ? size_of(graph, d.second, sizes) : std::min(of, by);
    cost += 3 * walks * walk(graph, graph.reaching({d.of}), sizes) + of * by;
  }
  return cost;
}

std::vector<SizesToTry> bearable_sizes(const Graph& graph, const ClaimSpec& claim, SizedClaims& sized,
                                       Stream& stream, std::vector<std::string>& not_tried) {
  constexpr std::int64_t usual = 4, small = 2;
  constexpr double most_cost = 1e8;  // operations a point
  Stream again = stream;
  std::vector<SizesToTry> all = sizes_to_try(graph, claim, usual, stream);
  std::string why;
  try {
    const double cost = sized.formed_at(all[0].sizes).cost;
    if (cost <= most_cost) return all;
    why = fmt::format("a point at {} takes {:.0e} operations", to_string(all[0].sizes), cost);
  } catch (const TooMuchWork& e) {
    why = e.problems()[0].message;
  }
  std::vector<SizesToTry> smaller = sizes_to_try(graph, claim, small, again);
  if (smaller[0].sizes != all[0].sizes) not_tried.push_back(fmt::format("larger sizes: {}", why));
  return smaller;
}

std::string to_string(const SizeValues& sizes) {
  std::string text;
  for (const auto& [name, size] : sizes)
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", name, size);
  return text;
}

}  // namespace graph_runner
