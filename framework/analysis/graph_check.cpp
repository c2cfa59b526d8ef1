#include "analysis/graph_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/evaluation.hpp"
#include "analysis/whole_check.hpp"

namespace graph_runner {

namespace {

class GraphChecker {
 public:
  GraphChecker(const Graph& graph, const GraphCheckRequest& request) : g_(graph), request_(request) {
    report_.nodes.resize(g_.nodes().size());
    for (std::size_t i = 0; i < report_.nodes.size(); ++i) {
      const Node& n = g_.nodes()[i];
      report_.nodes[i].name = n.called();
      report_.nodes[i].type = n.type->name();
      report_.nodes[i].place = n.place;
    }
    choose_seeds();
  }

  GraphCheck check() {
    for (std::int64_t point = 0; point < request_.points && !stopped(); ++point) check_point(point);
    for (NodeCheck& n : report_.nodes) n.stopped = report_.stopped;
    if (report_.whole.empty() && report_.failure.empty() && !report_.stopped)
      report_.failure = "no gradient of an input or parameter reaches an output: there is nothing to check";
    return std::move(report_);
  }

 private:
  bool stopped() { return report_.stopped = request_.stop.asked(); }

  void choose_seeds() {
    for (const ValueId v : g_.sinks())
      if (!g_.values()[v].discrete) seeds_.push_back(v);
    if (request_.objective && !g_.values()[*request_.objective].discrete &&
        std::find(seeds_.begin(), seeds_.end(), *request_.objective) == seeds_.end())
      seeds_.push_back(*request_.objective);
    std::vector<std::string> names;
    for (const ValueId v : seeds_) names.push_back(g_.values()[v].name);
    report_.objective = fmt::format("{}", fmt::join(names, ", "));
    if (seeds_.empty())
      report_.failure =
          "every output of the graph is discrete: none has a gradient, and there is nothing to check";
  }

  void check_point(std::int64_t number) {
    // By turns; the first points are drawn by the general case.
    constexpr SizeDraw sizes_by_turn[] = {SizeDraw::unequal, SizeDraw::unequal, SizeDraw::ones,
                                          SizeDraw::equal};
    // As in a step of training and as in evaluation, with sizes drawn unequal both.
    constexpr bool training_by_turn[] = {true, false, false, true};
    const EntryDraw how = number % 4 == 3 ? EntryDraw::ties : EntryDraw::smooth;
    Stream stream(request_.seed, "grad-check", "", static_cast<std::uint64_t>(number));
    const SizeValues sizes = draw_sizes(g_, stream, sizes_by_turn[number % 4]);
    PlanRequest all;
    all.sizes = sizes;
    all.scalar = ScalarType::float64;
    for (ValueId v = 0; v < g_.values().size(); ++v)
      if (g_.values()[v].origin != Origin::parameter) all.keep.push_back(v);
    Evaluation e(g_, all);
    e.step.training = training_by_turn[number % 4];
    draw_finite(e, sizes, stream, how);
    ++report_.points;
    for (std::size_t i = 0; i < g_.nodes().size() && !stopped(); ++i) check_node_at(i, e, sizes, stream);
    if (seeds_.empty() || stopped()) return;
    for (int attempt = 0; !check_whole(g_, seeds_, e, stream, report_) && attempt < 3; ++attempt)
      step_beside(e, sizes, stream);
  }

  // A little way towards another random point.
  void step_beside(Evaluation& e, const SizeValues& sizes, Stream& stream) {
    for (const auto& ids : {g_.inputs(), g_.parameters()})
      for (const ValueId v : ids) {
        const Tensor t = e.workspace.value(v);
        Entries entries = read(t), other(entries.size());
        draw_entries(domains_of(g_, v, sizes), *t.shape, stream, EntryDraw::smooth, other);
        for (std::size_t i = 0; i < other.size(); ++i) entries[i] += 1e-3 * (other[i] - entries[i]);
        write(t, entries);
      }
    walk_forward(e.workspace, e.step);
  }

  // Draws inputs and parameters until all values are finite.
  void draw_finite(Evaluation& e, const SizeValues& sizes, Stream& stream, EntryDraw how) {
    while (true) {
      for (ValueId v = 0; v < g_.values().size(); ++v) {
        if (g_.values()[v].origin != Origin::input && g_.values()[v].origin != Origin::parameter) continue;
        const Tensor t = e.workspace.value(v);
        Entries entries(static_cast<std::size_t>(t.entries));
        draw_value(g_, v, sizes, *t.shape, stream, how, entries);
        write(t, entries);
      }
      walk_forward(e.workspace, e.step);
      const NodeId bad = first_not_finite_node(e);
      if (bad == no_node) return;
      ++report_.redrawn;
      if (report_.redrawn > std::max<std::int64_t>(8, 2 * request_.points)) {
        const Node& n = g_.nodes()[bad];
        throw Error(
            Exit::bad_request, n.place,
            fmt::format("{}: at {} of {} random points its value is not finite; give the "
                        "inputs that it depends on a range, as in x: {{shape: [n], from: 0.1, to: 2}}",
                        n.what(), report_.redrawn, report_.redrawn + report_.points));
      }
    }
  }

  NodeId first_not_finite_node(const Evaluation& e) const {
    for (NodeId i = 0; i < g_.nodes().size(); ++i)
      for (std::size_t t = 0; t < g_.nodes()[i].values.size(); ++t) {
        const Node& n = g_.nodes()[i];
        if (n.type->ports()[n.ports[t]].role >= GR_OUTPUT &&
            first_not_finite(e.workspace.value(n.values[t])) >= 0)
          return i;
      }
    return no_node;
  }

  void check_node_at(std::size_t i, const Evaluation& e, const SizeValues& sizes, Stream& stream) {
    const Node& n = g_.nodes()[i];
    NodeCheck& report = report_.nodes[i];
    if (!report.findings.empty()) return;  // once is enough
    CheckOptions options = request_.options;
    options.lines = followed_.insert(kind_of(n)).second;
    Subject subject(g_, n, sizes);
    subject.training = e.step.training;
    std::vector<Entries> point(n.values.size());
    for (std::size_t t = 0; t < n.values.size(); ++t)
      if (subject.present[t] && !subject.is_result(t)) point[t] = read(e.workspace.value(n.values[t]));
    check_node(subject, point, stream, options, report);
  }

  // Nodes of one type and the same attributes bend at the same places.
  static std::string kind_of(const Node& n) {
    std::string kind = n.type->name();
    for (const AttributeValue& a : n.attributes)
      kind +=
          fmt::format("|{};{};{}", fmt::join(a.ints, ","), fmt::join(a.reals, ","), fmt::join(a.texts, ","));
    return kind;
  }

  const Graph& g_;
  const GraphCheckRequest& request_;
  std::vector<ValueId> seeds_;
  GraphCheck report_;
  std::set<std::string> followed_;  // kinds of nodes along whose lines was gone
};

}  // namespace

GraphCheck check_graph(const Graph& graph, const GraphCheckRequest& request) {
  return GraphChecker(graph, request).check();
}

// ---- Sums over the report

bool GraphCheck::ok() const {
  return failure.empty() && !stopped && entries() > 0 &&
         std::all_of(nodes.begin(), nodes.end(), [](const NodeCheck& n) { return n.ok(); }) &&
         std::all_of(whole.begin(), whole.end(), [](const WholeCheck& w) { return w.findings.empty(); });
}

std::int64_t GraphCheck::parameters() const {
  std::int64_t n = 0;
  for (const WholeCheck& w : whole) n += w.parameter ? w.entries : 0;
  return n;
}

std::int64_t GraphCheck::inputs() const {
  return std::count_if(whole.begin(), whole.end(), [](const WholeCheck& w) { return !w.parameter; });
}

std::int64_t GraphCheck::entries() const {
  std::int64_t n = 0;
  for (const NodeCheck& c : nodes) n += c.entries;
  for (const WholeCheck& w : whole)
    for (const Measure& m : w.measures) n += m.entries;
  return n;
}

double GraphCheck::worst_exact() const {
  double worst = 0;
  for (const NodeCheck& c : nodes) worst = std::max(worst, c.measures[exact_measure].worst);
  for (const WholeCheck& w : whole) worst = std::max(worst, w.measures[exact_measure].worst);
  return worst;
}

std::int64_t GraphCheck::kinks() const {
  std::int64_t n = 0;
  for (const NodeCheck& c : nodes) n += c.kinks;
  for (const WholeCheck& w : whole) n += w.kinks;
  return n;
}

}  // namespace graph_runner
