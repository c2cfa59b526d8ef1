#include "analysis/type_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "analysis/diagnosis.hpp"

namespace graph_runner {

namespace {

class NodeDrawer {
 public:
  NodeDrawer(const NodeType& type, Stream& stream) : type_(type), stream_(stream), all_equal_(below(6) == 0) {
    equal_ = 1 + below(3);
  }

  GraphSpec draw() {
    NodeSpec node;
    node.name = type_.port("node") < 0 ? "node" : "the_node";
    node.type = type_.name();
    for (const Attribute& a : type_.attributes()) draw_attribute(a, node);
    leading_.resize(static_cast<std::size_t>(below(3)));
    for (std::int64_t& d : leading_) d = size();
    for (const Port& p : type_.ports()) all_alike_ = all_alike_ && !(p.broadcast && below(4) == 0);
    for (const Port& p : type_.ports())
      if (p.role == GR_INPUT) draw_input(p, node);
    spec_.nodes.push_back(std::move(node));
    return std::move(spec_);
  }

 private:
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(stream_() % static_cast<std::uint64_t>(n));
  }
  // 1 in a quarter of the cases: what confuses two axes, or forgets one, often shows only there or only
  // elsewhere.
  std::int64_t size() { return all_equal_ ? equal_ : below(4) == 0 ? 1 : 2 + below(4); }

  std::int64_t whole(const Attribute& a) {
    const double least = std::isfinite(a.least) ? a.least + (a.above ? 1 : 0) : std::min(-2.0, a.most - 4);
    const double most = std::min(a.most - (a.below ? 1 : 0), least + 4);
    return static_cast<std::int64_t>(least) + below(static_cast<std::int64_t>(most - least) + 1);
  }
  double real(const Attribute& a) {
    double x = 0;
    const bool low = std::isfinite(a.least), high = std::isfinite(a.most);
    if (low || high)
      fill_uniform(stream_, 1.0 / 64, low && high ? 63.0 / 64 : 2.25, {&x, 1});
    else
      fill_normal(stream_, 0, 1, {&x, 1});
    return low && high ? a.least + x * (a.most - a.least) : low ? a.least + x : high ? a.most - x : x;
  }

  void draw_attribute(const Attribute& a, NodeSpec& node) {
    // A size that ports' patterns speak of; others keep their default now and then.
    if (!a.required && below(3) == 0) {
      if (!a.list && a.kind == GR_INT) sizes_[a.name] = a.initial.ints[0];
      return;
    }
    AttributeValue value;
    value.kind = a.kind;
    std::int64_t count = 1;
    if (a.list) {
      const auto least = static_cast<std::int64_t>(a.least_count);
      const std::int64_t most = a.most_count ? static_cast<std::int64_t>(a.most_count) : least + 3;
      count = least + below(most - least + 1);
    }
    for (std::int64_t i = 0; i < count; ++i) switch (a.kind) {
        case GR_REAL:
          value.reals.push_back(real(a));
          break;
        case GR_BOOL:
          value.ints.push_back(below(2));
          break;
        case GR_TEXT:
          value.texts.push_back(
              a.choices.empty()
                  ? "text"
                  : a.choices[static_cast<std::size_t>(below(static_cast<std::int64_t>(a.choices.size())))]);
          break;
        case GR_SIZE:
          // One that may be 0 is an index, in which 0 means something else.
          value.texts.push_back(fmt::to_string(a.least == 0 ? whole(a) : size()));
          break;
        default:
          value.ints.push_back(whole(a));
      }
    if (!a.list && a.kind == GR_INT) sizes_[a.name] = value.ints[0];
    if (!a.list && a.kind == GR_SIZE) sizes_[a.name] = std::stoll(value.texts[0]);
    node.attributes.push_back({a.name, std::move(value), {}, false});
  }

  void draw_input(const Port& p, NodeSpec& node) {
    if (p.optional && below(2) == 0) return;
    const std::int64_t copies = p.many ? 1 + below(3) : 1;
    for (std::int64_t copy = 0; copy < copies; ++copy) {
      InputSpec input;
      input.name = fmt::format("in{}", spec_.inputs.size() + 1);
      const bool repeats = p.broadcast && !all_alike_;
      const std::size_t left_out = repeats ? std::size_t(below(std::ssize(leading_) + 1)) : 0;
      if (p.pattern.leading)
        for (std::size_t i = left_out; i < leading_.size(); ++i)
          input.shape.push_back({repeats && below(4) == 0 ? 1 : leading_[i], ""});
      for (const Pattern::Axis& axis : p.pattern.axes) {
        std::int64_t d = axis.size;
        if (axis.kind == Pattern::Axis::any) d = size();
        if (axis.kind == Pattern::Axis::name) d = sizes_.try_emplace(axis.text, size()).first->second;
        input.shape.push_back({d, ""});
      }
      node.in.push_back({p.name, input.name, {}});
      spec_.inputs.push_back(std::move(input));
    }
  }

  const NodeType& type_;
  Stream& stream_;
  bool all_equal_;
  std::int64_t equal_ = 1;
  std::map<std::string, std::int64_t> sizes_;
  std::vector<std::int64_t> leading_;
  bool all_alike_ = true;  // inputs that may be broadcast have one shape, in about half of the draws
  GraphSpec spec_;
};

bool finite(const Entries& entries) {
  return std::all_of(entries.begin(), entries.end(), [](double x) { return std::isfinite(x); });
}

constexpr int attempts = 200;

Error nothing_fits(const std::string& refusal) {
  return {Exit::refuted, fmt::format("no attributes, shapes and entries were found that it takes, in {} "
                                     "attempts; the last: {}",
                                     attempts, refusal)};
}

// Whether the outputs are finite and, where `all`, the gradients and derivatives too: far out, what overflows
// on the way may be no mistake.
bool is_finite(const DrawnNode& drawn, bool all) {
  const Subject& s = drawn.subject;
  const auto outputs = [&](Probe& probe, double tangent) {
    for (std::size_t t = 0; t < drawn.point.size(); ++t) {
      if (drawn.point[t].empty()) continue;
      write(probe.value(t), drawn.point[t]);
      if (tangent != 0 && s.takes_gradient(t))
        write_tangents(probe.value(t), Entries(drawn.point[t].size(), tangent));
    }
    probe.forward();
    for (std::size_t t = 0; t < drawn.point.size(); ++t)
      if (s.port(t).role == GR_OUTPUT &&
          !(finite(read(probe.value(t))) && (tangent == 0 || finite(read_tangents(probe.value(t))))))
        return false;
    return true;
  };
  Probe probe(s, ScalarType::float64);
  if (!outputs(probe, 0)) return false;
  if (!all || !s.type->differentiable()) return true;
  for (std::size_t t = 0; t < drawn.point.size(); ++t)
    if (const Tensor g = probe.output_gradient(t); g.data) fill(g, 1);
  probe.backward(probe.all());
  for (std::size_t t = 0; t < drawn.point.size(); ++t)
    if (probe.all()[t] && !finite(read(probe.gradient(t)))) return false;
  if (!s.type->supports(ScalarType::dual64)) return true;
  Probe dual(s, ScalarType::dual64);
  return outputs(dual, 1);
}

// Where nothing finite is found far out, it is drawn near 0.
DrawnNode draw_finite(const NodeType& type, Registry& registry, Stream& stream, EntryDraw how,
                      bool training) {
  const bool wide = how == EntryDraw::wide;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    DrawnNode drawn =
        draw_at_point(type, registry, stream, wide && attempt > attempts / 2 ? EntryDraw::smooth : how);
    drawn.subject.training = training;
    if (is_finite(drawn, wide)) return drawn;
  }
  throw nothing_fits("its values are not finite");
}

}  // namespace

GraphSpec draw_node(const NodeType& type, Stream& stream) { return NodeDrawer(type, stream).draw(); }

DrawnNode draw_at_point(const NodeType& type, Registry& registry, Stream& stream, EntryDraw how) {
  std::string refusal;
  for (int attempt = 0; attempt < attempts; ++attempt) try {
      Graph graph(draw_node(type, stream), registry);
      Subject subject(graph, graph.nodes()[0], {});
      std::vector<Entries> point(subject.ports.size());
      for (std::size_t t = 0; t < point.size(); ++t) {
        if (!subject.present[t] || subject.is_result(t)) continue;
        point[t].resize(static_cast<std::size_t>(entries_of(subject.shapes[t])));
        draw_value(graph, graph.nodes()[0].values[t], {}, subject.shapes[t], stream, how, point[t]);
      }
      return {std::move(graph), std::move(subject), std::move(point)};
    } catch (const Error& e) {
      refusal = e.problems()[0].message;
    }
  throw nothing_fits(refusal);
}

namespace {

constexpr std::size_t telling_failures = 6;

// The first draws follow lines too: a few, as each costs as much as ten points; more, where attributes may
// move the bends.
std::int64_t draws_along_lines(const NodeType& type) { return type.attributes().empty() ? 2 : 4; }

// By the seed, so that a draw can be made again by itself.
EntryDraw how_drawn(std::uint64_t seed) {
  constexpr EntryDraw by_turns[] = {EntryDraw::ties, EntryDraw::smooth, EntryDraw::wide, EntryDraw::smooth};
  return by_turns[seed % 4];
}
// As in a step of training, or as in evaluation; each with all ways to draw.
bool is_training(std::uint64_t seed) { return seed / 4 % 2 == 0; }

void check_draw(const NodeType& type, Registry& registry, const TypeCheckRequest& request, std::int64_t draw,
                NodeCheck& report) {
  const std::uint64_t seed = request.seed + static_cast<std::uint64_t>(draw);
  Stream stream(seed, "check-type", type.name());
  CheckOptions options = request.options;
  options.lines = options.exact && draw < draws_along_lines(type);
  try {
    const EntryDraw how = how_drawn(seed);
    options.single = how != EntryDraw::wide;  // there, a float may have lost all its digits
    const DrawnNode drawn = draw_finite(type, registry, stream, how, is_training(seed));
    check_node(drawn.subject, drawn.point, stream, options, report);
    if (!report.ok()) report.notes.push_back(fmt::format("found with seed {}", seed));
  } catch (const Error& e) {
    if (e.exit() != Exit::refuted) throw;
    report.findings.push_back({"draw", fmt::format("seed {}: {}", seed, e.what()), std::nullopt, ""});
  }
}

// Names what all draws at which the gradient of a port is wrong have in common; `shown` is the first of them.
void diagnose(NodeCheck& shown, const std::vector<NodeCheck>& all) {
  for (Finding& f : shown.findings) {
    if (f.hypotheses.empty()) continue;
    std::vector<std::vector<Hypothesis>> seen = f.hypotheses;
    for (const NodeCheck& other : all)
      for (const Finding& g : other.findings)
        if (g.message == f.message) seen.insert(seen.end(), g.hypotheses.begin(), g.hypotheses.end());
    f.diagnosis = common_diagnosis(seen);
  }
}

// Whether the first thing found wrong says more: an entry, what is wrong with it, among many.
bool clearer(const NodeCheck& a, const NodeCheck& b) {
  const auto says = [](const NodeCheck& n) {
    const Finding& f = n.findings[0];
    return std::tuple(f.entry.has_value(), !f.diagnosis.empty(), n.failing_case.size());
  };
  return says(a) > says(b);
}

}  // namespace

NodeCheck check_type(const NodeType& type, Registry& registry, const TypeCheckRequest& request) {
  NodeCheck report;
  report.name = "node";
  report.type = type.name();
  if (!type.supports(ScalarType::float64)) {
    report.notes.push_back(
        fmt::format("{} does not support the scalar double: it cannot be checked", type.name()));
    return report;
  }
  if (!type.supports(ScalarType::dual64) && type.differentiable())
    report.notes.push_back(
        fmt::format("{} does not support duals: it is checked by differences alone", type.name()));
  // Of some draws that fail, the clearest is reported.
  std::vector<NodeCheck> wrong;
  for (std::int64_t draw = 0; draw < request.draws && wrong.size() < telling_failures; ++draw) {
    if (request.stop.asked()) {
      report.stopped = true;
      break;
    }
    NodeCheck found = report;
    check_draw(type, registry, request, draw, found);
    if (found.ok())
      report = std::move(found);
    else
      wrong.push_back(std::move(found));
  }
  if (wrong.empty()) return report;
  for (NodeCheck& w : wrong) diagnose(w, wrong);
  return *std::max_element(wrong.begin(), wrong.end(),
                           [](const NodeCheck& a, const NodeCheck& b) { return clearer(b, a); });
}

}  // namespace graph_runner
