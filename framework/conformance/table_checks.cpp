// What a plugin says of itself: its loading, its table, its attributes, its shapes.
#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "analysis/type_check.hpp"
#include "conformance/checks.hpp"
#include "conformance/trials.hpp"
#include "core/error.hpp"
#include "core/plugin_file.hpp"

namespace graph_runner {

namespace {

std::string stem(const std::filesystem::path& file) { return file.stem().string(); }

const NodeType& loaded(Registry& registry, const std::string& name, ChildReport& report) {
  report.step("loading");
  return registry.get(name);
}

// All that a table says, for comparison.
std::string text_of(const NodeType& type) {
  const gr_type& t = type.table();
  std::string out = fmt::format("{} {} {} {} {} {} {} {} {}\n", type.name(), type.doc(), t.scalars,
                                reinterpret_cast<void*>(t.create), reinterpret_cast<void*>(t.destroy),
                                reinterpret_cast<void*>(t.shapes), reinterpret_cast<void*>(t.scratch),
                                reinterpret_cast<void*>(t.forward), reinterpret_cast<void*>(t.backward));
  for (const Attribute& a : type.attributes())
    out += fmt::format("{} {} {} {} {}\n", a.name, a.doc, a.expected(), a.required, a.initial.count());
  for (const Port& p : type.ports())
    out += fmt::format("{} {} {} {} {}{}{}{}{}{} {} {} {} {} {}\n", p.name, p.doc, p.shape, p.role,
                       p.optional, p.many, p.discrete, p.unread, p.affine, p.broadcast, p.domain, p.lower,
                       p.upper, p.init.kind, p.init.value);
  return out;
}

}  // namespace

// ---- Loading and the table

Candidate::Candidate(const std::filesystem::path& file, std::uint64_t seed, ChildReport& report)
    : report_(report),
      registry_(Registry::of_plugin(file)),
      type_(loaded(registry_, stem(file), report)),
      seed_(seed) {}

Stream Candidate::stream(std::int64_t draw) const {
  return Stream(seed_ + static_cast<std::uint64_t>(draw), "check-plugin", type_.name());
}

void check_loading(const std::filesystem::path& file, ChildReport& report) {
  using Clock = std::chrono::steady_clock;
  report.step("loading");
  PluginFile plugin(file);
  const auto start = Clock::now();
  plugin.load();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (seconds > 1) report.wrong(fmt::format("takes {:.1f} s; a plugin is loaded within a second", seconds));
  report.done(fmt::format("in {:.0f} ms", 1000 * seconds));
}

void check_table(const std::filesystem::path& file, ChildReport& report) {
  report.step("loading");
  PluginFile plugin(file);
  plugin.load();
  const std::string name = stem(file);
  if (!is_type_name(name))
    return report.wrong(fmt::format(
        "the file name '{}' is not a name of a node type: a letter, then letters, digits and '_', 64 at most",
        name));
  report.step("its entry");
  const gr_plugin* const table = plugin.ask(name);
  report.step("reading its table");
  const NodeType type(*table, name, file);
  report.step("its entry, asked again,");
  const gr_plugin* const again = plugin.ask(name);
  report.step("reading its table");
  if (text_of(NodeType(*again, name, file)) != text_of(type))
    report.wrong("its entry gives another table when asked again");
  if (type.doc().empty()) report.wrong("its `doc` is empty: say in a line what it computes");
  for (const Attribute& a : type.attributes())
    if (!(a.least <= a.most))
      report.wrong(
          fmt::format("attribute '{}' allows no value: at least {}, at most {}", a.name, a.least, a.most));
  for (const Port& p : type.ports())
    if (p.domain == GR_RANGE && !(p.lower <= p.upper))
      report.wrong(fmt::format("port '{}' allows no entry: from {} to {}", p.name, p.lower, p.upper));
  if (text_of(NodeType(*table, name, file)) != text_of(type)) report.wrong("its table changes");
  report.done(fmt::format("ABI {}.{}; ports: {}, attributes: {}; the same when asked twice", type.abi().first,
                          type.abi().second, type.ports().size(), type.attributes().size()));
}

// ---- Attributes

namespace {

AttributeValue single(const Attribute& a, double x) {
  AttributeValue v;
  v.kind = a.kind;
  const std::size_t count = a.list ? std::max<std::size_t>(a.least_count, 1) : 1;
  if (a.kind == GR_REAL)
    v.reals.assign(count, x);
  else
    v.ints.assign(count, static_cast<std::int64_t>(x));
  return v;
}

// The least and the greatest value that an attribute allows; both of a bool, all choices of a text, the
// shortest and longest list.
std::vector<AttributeValue> ends_of(const Attribute& a, const AttributeValue& usual) {
  std::vector<AttributeValue> out;
  const bool real = a.kind == GR_REAL;
  const auto number = [&](double end, bool excluded, double inward) {
    if (!std::isfinite(end)) return;
    out.push_back(single(a, !excluded ? end
                            : real    ? std::nextafter(end, inward)
                                      : end + (inward > end ? 1 : -1)));
  };
  if (a.kind == GR_BOOL) {
    out = {single(a, 0), single(a, 1)};
  } else if (a.kind == GR_TEXT) {
    for (const std::string& choice : a.choices) {
      out.push_back(usual);
      out.back().texts.assign(std::max<std::size_t>(a.list ? a.least_count : 1, 1), choice);
    }
  } else {
    number(a.least, a.above, INFINITY);
    number(a.most, a.below, -INFINITY);
  }
  const auto resized = [&](std::size_t count) {
    AttributeValue v = usual;
    const auto resize = [&](auto& entries) {
      if (!entries.empty()) entries.resize(count, entries[0]);
    };
    resize(v.ints), resize(v.reals), resize(v.texts);
    if (v.count() == count) out.push_back(v);
  };
  if (a.list && a.least_count) resized(a.least_count);
  if (a.list && a.most_count) resized(a.most_count);
  return out;
}

// Values that its description rules out.
std::vector<AttributeValue> wrong_values(const Attribute& a, const AttributeValue& usual) {
  std::vector<AttributeValue> out;
  if (a.kind == GR_INT || a.kind == GR_REAL) {
    if (std::isfinite(a.least)) out.push_back(single(a, a.above ? a.least : a.least - 1));
    if (std::isfinite(a.most)) out.push_back(single(a, a.below ? a.most : a.most + 1));
  }
  if (a.kind == GR_REAL) out.push_back(single(a, NAN));
  if (a.kind == GR_TEXT && !a.choices.empty()) {
    out.push_back(usual);
    for (std::string& t : out.back().texts) t = "no such choice";
  }
  AttributeValue other;
  other.kind = a.kind == GR_TEXT ? GR_INT : GR_TEXT;
  (a.kind == GR_TEXT ? (void)other.ints.push_back(1) : (void)other.texts.push_back("1"));
  out.push_back(other);
  return out;
}

}  // namespace

void check_attributes(Candidate& candidate) {
  const NodeType& type = candidate.type();
  ChildReport& report = candidate.report();
  int tried = 0, refused = 0;
  std::vector<AttributeValue> usual;
  const auto create = [&](const std::vector<AttributeValue>& values) {
    ++tried;
    report.step("create");
    type.create(values);
    report.step("destroy");
  };
  for (const Attribute& a : type.attributes())
    usual.push_back(a.required ? drawn_value(a, candidate) : a.initial);
  create(usual);
  for (std::size_t i = 0; i < type.attributes().size(); ++i) {
    const Attribute& a = type.attributes()[i];
    for (const AttributeValue& end : ends_of(a, usual[i])) {
      std::vector<AttributeValue> values = usual;
      values[i] = end;
      try {
        create(values);
      } catch (const Error& e) {
        report.wrong(fmt::format("{}: {} is what it allows, but: {}", a.name, text_of(end), e.what()));
      }
    }
    for (const AttributeValue& wrong : wrong_values(a, usual[i])) {
      ++refused;
      if (a.refuse(wrong).empty())
        report.wrong(fmt::format("{}: {} is taken, expected {}", a.name, text_of(wrong), a.expected()));
    }
  }
  // Random ones together: a node may refuse some, with a reason.
  for (std::int64_t draw = 0; draw < 20 && !type.attributes().empty(); ++draw) {
    std::vector<AttributeValue> values = usual;
    Stream stream = candidate.stream(draw);
    const GraphSpec spec = draw_node(type, stream);
    for (const AttributeSetting& s : spec.nodes[0].attributes)
      for (std::size_t i = 0; i < values.size(); ++i)
        if (type.attributes()[i].name == s.name) values[i] = numbers_of(s.value);
    try {
      create(values);
    } catch (const Error&) {
    }
  }
  report.done(type.attributes().empty()
                  ? "it has none"
                  : fmt::format("{} nodes: defaults, ends and random values; {} wrong values refused", tried,
                                refused));
}

// ---- Shapes

namespace {

// The same graph with each size of an input that is a number called by a name, one for each number.
GraphSpec with_names(GraphSpec spec, SizeValues& values) {
  for (InputSpec& input : spec.inputs)
    for (AxisSpec& axis : input.shape) {
      axis.name = fmt::format("size{}", axis.size);
      values[axis.name] = axis.size;
    }
  return spec;
}

std::vector<Shape> shapes_of(const GraphSpec& spec, Registry& registry, const SizeValues& sizes) {
  const Graph graph(spec, registry);
  return Subject(graph, graph.nodes()[0], sizes).shapes;
}

std::string text_of_inputs(const GraphSpec& spec) {
  std::string out;
  for (const InputSpec& input : spec.inputs) {
    Shape shape;
    for (const AxisSpec& a : input.shape) shape.push_back(a.size);
    out += (out.empty() ? "" : ", ") + to_string(shape);
  }
  return out;
}

}  // namespace

void check_shapes(Candidate& candidate) {
  ChildReport& report = candidate.report();
  int inferred = 0, with_name = 0, refused = 0, taken = 0;
  for (std::int64_t draw = 0; draw < 30; ++draw) {
    Stream stream = candidate.stream(draw);
    const GraphSpec spec = draw_node(candidate.type(), stream);
    const auto infer = [&](const GraphSpec& s, const SizeValues& sizes) -> std::optional<std::vector<Shape>> {
      report.step(fmt::format("create or shapes, with inputs {},", text_of_inputs(s)));
      try {
        return shapes_of(s, candidate.registry(), sizes);
      } catch (const Error& e) {
        if (e.exit() != Exit::bad_request) throw;
        return std::nullopt;
      }
    };
    const auto shapes = infer(spec, {});
    if (!shapes) continue;
    ++inferred;
    if (infer(spec, {}) != shapes)
      return report.wrong(fmt::format("other shapes when asked again, for inputs {}", text_of_inputs(spec)));
    SizeValues sizes;
    const GraphSpec named = with_names(spec, sizes);
    if (const auto symbolic = infer(named, sizes)) {
      ++with_name;
      if (symbolic != shapes)
        return report.wrong(
            fmt::format("other shapes where sizes have names than where they are the numbers, for inputs {}",
                        text_of_inputs(spec)));
    }
    for (const GraphSpec& other : with_other_shapes(spec)) ++(infer(other, {}) ? taken : refused);
  }
  if (inferred == 0) {
    Stream stream = candidate.stream(0);
    draw_at_point(candidate.type(), candidate.registry(), stream, EntryDraw::smooth);  // throws the reason
  }
  report.done(
      fmt::format("{} drawn, {} of them with named sizes; of shapes close to them, {} are refused, {} taken",
                  inferred, with_name, refused, taken));
}

}  // namespace graph_runner
