// graph-runner FILE --derive f --at 'x = [0, 1]': the derivatives of a value at a point, as matrices.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "analysis/derivatives.hpp"
#include "analysis/draw.hpp"
#include "core/finite.hpp"
#include "formulas/assignments.hpp"
#include "tools/entry_text.hpp"
#include "tools/interruption.hpp"
#include "tools/run_task.hpp"
#include "tools/saved_model.hpp"
#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace {

// A Hessian has the square of that many entries, and costs as many walks.
constexpr std::int64_t most_by_hessian = 1000;

FixedValues read_points(const Graph& graph, const std::vector<std::string>& at) {
  std::vector<Assignment> all;
  const auto declared = [&](const std::string& name) {
    return graph.has(name) ? std::optional<std::size_t>(0) : std::nullopt;
  };
  for (const std::string& text : at) {
    // As a file of one line called --at, so that messages can point into it.
    Yaml line;
    line.text = text;
    line.place = {std::make_shared<SourceText>(SourceText{"--at", {text}}), 1, 1, 1};
    for (Assignment& a : parse_assignments(FormulaText(line), 0, declared)) {
      if (std::any_of(all.begin(), all.end(), [&](const Assignment& b) { return b.name == a.name; }))
        throw Error(Exit::bad_request, a.place, fmt::format("'{}' is given twice", a.name));
      all.push_back(std::move(a));
    }
  }
  return fix_values(graph, all);
}

// "x = [0, 0]", to show what is missing.
std::string example(const Graph& graph, ValueId v) {
  const gr_shape& shape = graph.values()[v].shape;
  std::string zeros = "0";
  for (std::int64_t i = shape.rank; i-- > 0;) {
    const std::int64_t size = shape.dims[i];
    zeros = size == 1 ? fmt::format("[{}]", zeros)
            : size > 1 && size <= 3
                ? fmt::format("[{}]", fmt::join(std::vector(std::size_t(size), zeros), ", "))
                : fmt::format("[{}, …]", zeros);
  }
  return fmt::format("{} = {}", graph.values()[v].name, zeros);
}

void refuse_missing(const GraphFile& file, const Graph& graph, const std::vector<ValueId>& of,
                    const FixedValues& fixed) {
  const std::vector<bool> reads = graph.reaching(of);
  std::vector<std::string> names, examples;
  for (const ValueId v : graph.inputs()) {
    const Value& input = graph.values()[v];
    if (!reads[v] || !input.given.empty() || fixed.entries.count(v)) continue;
    names.push_back(fmt::format("'{}' {}", input.name, graph.sizes().text(input.shape)));
    examples.push_back(example(graph, v));
  }
  if (!names.empty())
    throw Error(Exit::bad_request, Place{file.source, 0, 0, 0},
                fmt::format("{} {} no value; give {}: --at '{}'", fmt::join(names, ", "),
                            names.size() == 1 ? "has" : "have", names.size() == 1 ? "it one" : "them values",
                            fmt::join(examples, ", ")));
}

std::size_t last_axis(const Graph& graph, ValueId v, const SizeValues& sizes) {
  const gr_shape& shape = graph.values()[v].shape;
  return shape.rank ? std::size_t(graph.sizes().evaluate(shape.dims[shape.rank - 1], sizes)) : 1;
}

class Report {
 public:
  Report(const RunJob& job, const FixedValues& fixed)
      : graph_(job.graph),
        common_(job.options.common),
        derivatives_(job.graph, draw(job.graph, fixed, job.initial_seed())) {
    Parameters parameters(graph_, sizes_, ScalarType::float64);
    parameters.initialise(graph_, sizes_, job.initial_seed());
    if (const std::optional<Model> model = named_model(job)) take_parameters(job, *model, parameters);
    for (const ValueId v : graph_.parameters()) set(v, read(parameters.tensor(v)));
    for (const ValueId v : graph_.inputs())
      if (!graph_.values()[v].given.empty()) set(v, graph_.values()[v].given);
    for (const auto& [v, entries] : fixed.entries) set(v, entries);
  }

  void derive(ValueId f) {
    const Shape& shape = derivatives_.shape(f);
    const std::vector<double> value = at_once([&] { return derivatives_.value(f); });
    if (!finite(value)) refuse(f, no_value, ScalarType::float64, {}, fmt::format("'{}'", name(f)));
    print("value", {{"name", name(f)}}, name(f), shape, value);
    const std::vector<bool> reads = graph_.reaching({f});
    if (graph_.values()[f].discrete)
      return note(fmt::format("'{}' is discrete and has no derivatives", name(f)));
    std::vector<ValueId> by = graph_.inputs(), parameters = graph_.parameters();
    by.insert(by.end(), parameters.begin(), parameters.end());
    std::erase_if(by, [&](ValueId v) { return !reads[v] || v == f || graph_.values()[v].discrete; });
    const auto fixed = std::stable_partition(by.begin(), by.end(), [&](ValueId v) { return moves(v, f); });
    for (auto v = fixed; v != by.end(); ++v)
      note(fmt::format(
          "'{}' has no derivative by '{}', which it reads as whole numbers alone, such as an index", name(f),
          name(*v)));
    const bool depends = !by.empty();
    by.erase(fixed, by.end());
    const bool scalar = shape.empty();
    for (const ValueId x : by) scalar ? gradient(f, x) : jacobian(f, x);
    for (const ValueId x : by)
      if (scalar) hessian(f, x);
    if (!depends) note(fmt::format("'{}' depends on no input and no parameter", name(f)));
  }

 private:
  // Whether f changes with x a little: by a path on which no node takes an index.
  bool moves(ValueId x, ValueId f) const {
    std::vector<bool> moved(graph_.values().size());
    moved[x] = true;
    for (const Node& n : graph_.nodes()) {
      const auto port = [&](std::size_t t) -> const Port& { return n.type->ports()[n.ports[t]]; };
      bool any = false;
      for (std::size_t t = 0; t < n.values.size(); ++t)
        any = any || (port(t).role <= GR_PARAMETER && !port(t).discrete && n.values[t] != no_value &&
                      moved[n.values[t]]);
      for (std::size_t t = 0; any && t < n.values.size(); ++t)
        if (port(t).role == GR_OUTPUT && !port(t).discrete) moved[n.values[t]] = true;
    }
    return moved[f];
  }
  const SizeValues& draw(const Graph& graph, const FixedValues& fixed, std::uint64_t seed) {
    Stream stream(seed, "derive");
    sizes_ = draw_sizes(graph, stream, SizeDraw::unequal);
    for (const auto& [size, n] : fixed.sizes) sizes_[size] = n;
    return sizes_;
  }
  const std::string& name(ValueId v) const { return graph_.values()[v].name; }
  void set(ValueId v, const std::vector<double>& entries) {
    derivatives_.set(v, entries);
    point_[v] = entries;
  }

  static bool finite(const std::vector<double>& entries) {
    return std::all_of(entries.begin(), entries.end(), [](double e) { return std::isfinite(e); });
  }

  // Walks once more, keeping everything, and ends with where it began that `what` is not finite: f, or its
  // derivative by x, of which the walk is that of entry `output` of f and, on duals, of entry `along` of x.
  struct Entries {
    std::size_t output = 0, along = 0;
  };
  [[noreturn]] void refuse(ValueId f, ValueId x, ScalarType scalar, Entries at,
                           const std::string& what) const {
    PlanRequest request;
    request.sizes = sizes_;
    request.scalar = scalar;
    request.reuse_memory = false;
    request.keep = {f};
    if (x != no_value) {
      request.keep.push_back(x);
      request.seeds = {f};
      request.wanted = {x};
    }
    Evaluation e(graph_, std::move(request));
    for (const auto& [v, entries] : point_)
      if (const Tensor t = e.workspace.value(v); t.data) write(t, entries);
    if (scalar == ScalarType::dual64) write_tangents(e.workspace.value(x), unit(x, at.along));
    walk_forward(e.workspace);
    std::optional<NotFinite> began = find_not_finite(e.workspace);
    if (!began && x != no_value) {
      write(e.workspace.gradient(f), unit(f, at.output));
      began = walk_backward_to_not_finite(e.workspace, {});
    }
    throw Error(Exit::run_failed, began ? began->place : graph_.values()[f].place,
                fmt::format("{} is not finite{}", what, began ? "; it began with " + began->message : ""));
  }
  std::vector<double> unit(ValueId v, std::size_t at) const {
    std::vector<double> made(static_cast<std::size_t>(entries_of(derivatives_.shape(v))));
    made[at] = 1;
    return made;
  }

  void gradient(ValueId f, ValueId x) {
    const std::vector<double> one{1}, found = at_once([&] { return derivatives_.vjp(f, x, one); });
    const std::string title = fmt::format("d{}/d{}", name(f), name(x));
    if (!finite(found)) refuse(f, x, ScalarType::float64, {}, title);
    print("gradient", {{"of", name(f)}, {"by", name(x)}}, title, derivatives_.shape(x), found);
  }
  void jacobian(ValueId f, ValueId x) {
    const DenseMatrix j = at_once([&] { return derivatives_.jacobian(f, x); });
    const Shape shape{std::int64_t(j.rows), std::int64_t(j.columns)};
    std::vector<std::string> flat;
    for (const ValueId v : {f, x})
      if (derivatives_.shape(v).size() > 1) flat.push_back(name(v));
    const std::string title = fmt::format("d{}/d{}", name(f), name(x));
    for (std::size_t i = 0; i < j.entries.size(); ++i)
      if (!std::isfinite(j.entries[i])) refuse(f, x, ScalarType::float64, {i / j.columns}, title);
    print("jacobian", {{"of", name(f)}, {"by", name(x)}}, title, shape, j.entries,
          flat.empty() ? "" : fmt::format(", {} row by row", fmt::join(flat, " and ")));
  }
  void hessian(ValueId f, ValueId x) {
    const Shape& of = derivatives_.shape(x);
    if (of.size() > 1) return;
    if (entries_of(of) > most_by_hessian)
      return note(fmt::format("the Hessian by '{}' is left out: it has {} entries", name(x),
                              grouped(entries_of(of) * entries_of(of))));
    try {
      const DenseMatrix h = at_once([&] { return derivatives_.hessian(f, x); });
      const Shape shape(2 * of.size(), std::int64_t(h.rows));
      const std::string title = fmt::format("d2{}/d{}2", name(f), name(x));
      for (std::size_t i = 0; i < h.entries.size(); ++i)
        if (!std::isfinite(h.entries[i])) refuse(f, x, ScalarType::dual64, {0, i % h.columns}, title);
      print("hessian", {{"of", name(f)}, {"by", name(x)}}, title, shape, h.entries);
    } catch (const Error& e) {
      // A node without duals has a gradient and no Hessian.
      if (e.exit() != Exit::bad_request) throw;
      note(fmt::format("no Hessian by '{}': {}", name(x), e.problems()[0].message));
    }
  }

  void print(const char* event, const Json& json, const std::string& title, const Shape& shape,
             const std::vector<double>& entries, const std::string& remark = "") {
    if (common_.json) {
      Json all{{"event", event}};
      all.update(json);
      all["shape"] = shape;
      all["entries"] = entries;
      return print_json(all);
    }
    if (!first_) fmt::print("\n");
    if (shape.empty())
      fmt::print("{} = {}\n", title, entry_text(entries[0]));
    else
      fmt::print("{} {}{}\n{}", title, to_string(shape), remark, entries_text(shape, entries));
    first_ = false;
  }
  void note(const std::string& text) const {
    common_.json ? print_json({{"event", "note"}, {"message", text}}) : say("\nnote: {}\n", text);
  }

  const Graph& graph_;
  const Common& common_;
  SizeValues sizes_;
  Derivatives derivatives_;
  std::map<ValueId, std::vector<double>> point_;
  bool first_ = true;
};

}  // namespace

// Prints the value of each name and its derivatives by every input and parameter that it depends on: the
// gradient and, by vectors and numbers, the Hessian of a single number, otherwise the Jacobian. --at holds
// assignments (formulas/assignments.hpp); other parameters have the values of --load or their initial ones,
// inputs the value that they declare. Throws Error: bad_request where an input has neither; run_failed where
// a value or derivative is not finite, naming the node where that began.
int run_derive(RunJob& job) {
  const auto& [file, graph, common] = std::tie(job.file, job.graph, job.options.common);
  std::vector<ValueId> of;
  for (const std::string& name : job.options.derive) {
    try {
      of.push_back(graph.find(name));
    } catch (const Error& e) {
      throw Error(e.exit(), Place{file.source, 0, 0, 0}, "--derive: " + e.problems()[0].message);
    }
  }
  const FixedValues fixed = read_points(graph, job.options.at);
  refuse_missing(file, graph, of, fixed);
  std::vector<Problem> outside;
  for (const auto& [v, entries] : fixed.entries)
    for (const Domain& d : domains_of(graph, v, fixed.sizes))
      if (const std::string wrong = d.outside(entries, last_axis(graph, v, fixed.sizes)); !wrong.empty())
        outside.push_back({{}, fmt::format("'{}': {}, but {}", graph.values()[v].name, wrong, d.because)});
  warn(outside, common);
  Report report(job, fixed);
  for (const ValueId f : of) report.derive(f);
  const std::vector<bool> reads = graph.reaching(of);
  const std::vector<ValueId> parameters = graph.parameters();
  if (std::any_of(parameters.begin(), parameters.end(),
                  [&](ValueId v) { return reads[v] && !fixed.entries.count(v); }))
    say_untrained(job);
  return 0;
}

}  // namespace graph_runner::cli
