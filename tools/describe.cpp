#include "tools/describe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/domain.hpp"
#include "core/optimizer_type.hpp"
#include "core/shared_object.hpp"
#include "formulas/lowering.hpp"
#include "tools/inspect_mode.hpp"
#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace {

constexpr const char* roles[] = {"input", "parameter", "output", "saved"};
constexpr const char* kinds[] = {"int", "real", "bool", "text", "size"};

std::string initialiser(const gr_init& i) {
  const std::string axis = i.axis ? i.axis : "last axis";
  switch (i.kind) {
    case GR_UNIFORM:
      return fmt::format("uniform in ±{}", i.value);
    case GR_NORMAL:
      return fmt::format("normal, deviation {}", i.value);
    case GR_FAN:
      return fmt::format("uniform in ±1/√{}", axis);
    case GR_HE:
      return fmt::format("normal, deviation √(2/{})", axis);
    case GR_GLOROT:
      return fmt::format("uniform in ±√(6/({} + first axis))", axis);
    default:
      return fmt::format("{} everywhere", i.value);
  }
}

// The flags, domain, start and doc of a port in plain words.
std::string notes(const Port& p, const NodeType& type) {
  std::vector<std::string> notes;
  if (p.many) notes.emplace_back("one or more");
  if (p.broadcast) notes.emplace_back("broadcast");
  if (p.optional) notes.emplace_back("may be left out");
  if (p.discrete) notes.emplace_back("no gradient");
  if (p.running >= 0) {
    const std::string& other = type.ports()[static_cast<std::size_t>(p.running)].name;
    notes.push_back(p.role == GR_PARAMETER
                        ? fmt::format("running: {} after each step of training", other)
                        : fmt::format("becomes the parameter {} after a step of training", other));
  }
  if (const std::string d = describe_domain(p.domain, p.lower, p.upper, p.domain_axis); !d.empty())
    notes.push_back(d);
  if (p.role == GR_PARAMETER) notes.push_back("starts " + initialiser(p.init));
  if (p.affine) notes.emplace_back("the outputs are affine in it");
  if (p.role == GR_SAVED) notes.emplace_back("kept for backward");
  if (p.unread && type.differentiable() && p.role != GR_SAVED) notes.emplace_back("not read by backward");
  if (!p.doc.empty()) notes.push_back(p.doc);
  return fmt::format("{}", fmt::join(notes, "; "));
}

std::vector<std::string> scalars(const NodeType& type) {
  std::vector<std::string> names;
  for (const ScalarType scalar : all_scalars)
    if (type.supports(scalar)) names.emplace_back(name_of(scalar));
  return names;
}

std::string default_text(const Attribute& a) {
  if (a.required) return "required";
  const Json value = default_of(a);
  if (!a.list) return value.is_string() ? value.get<std::string>() : value.dump();
  std::vector<std::string> entries;
  for (const Json& entry : value)
    entries.push_back(entry.is_string() ? entry.get<std::string>() : entry.dump());
  return fmt::format("[{}]", fmt::join(entries, ", "));
}

std::string abi_text(std::pair<unsigned, unsigned> version) {
  return fmt::format("{}.{}", version.first, version.second);
}
constexpr std::pair<unsigned, unsigned> own_abi{GR_ABI_MAJOR, GR_ABI_MINOR};

// A value that the attribute takes.
std::string example_value(const Attribute& a) {
  std::string one;
  if (a.kind == GR_TEXT) {
    one = a.choices.empty() ? "text" : a.choices[0];
  } else if (a.kind == GR_BOOL) {
    one = "true";
  } else {
    const auto fits = [&](double x) {
      return (a.above ? x > a.least : x >= a.least) && (a.below ? x < a.most : x <= a.most);
    };
    double x = 1;
    for (const double other : {a.least, a.least + 1, a.most, a.most - 1, (a.least + a.most) / 2})
      if (!fits(x)) x = other;
    one = fmt::format("{}", x);
  }
  const std::vector<std::string> entries(std::max<std::size_t>(1, a.least_count), one);
  return a.list ? fmt::format("[{}]", fmt::join(entries, ", ")) : one;
}

// What feeds the inputs that must be fed: a name, names in order or, where one is left out before them, a
// map.
std::string example_connections(const NodeType& type) {
  std::vector<std::string> names, entries;
  bool in_order = true, left_out = false;
  for (const Port& p : type.ports()) {
    if (p.role != GR_INPUT) continue;
    left_out = left_out || p.optional;
    if (p.optional) continue;
    in_order = in_order && !left_out;
    const std::string both = fmt::format("{0}1, {0}2", p.name);
    names.push_back(p.many ? both : p.name);
    entries.push_back(fmt::format("{}: {}", p.name, p.many ? "[" + both + "]" : p.name));
  }
  if (names.empty()) return "";
  if (!in_order) return fmt::format(", in: {{{}}}", fmt::join(entries, ", "));
  const std::string list = fmt::format("{}", fmt::join(names, ", "));
  return list.find(',') == std::string::npos ? ", in: " + list : fmt::format(", in: [{}]", list);
}

// What its file says of the processor that it needs.
std::string processor_text(const NodeType& type) {
  const auto needs = read_shared_object(type.file()).needs;
  return !needs           ? "it does not say what it needs"
         : needs->empty() ? "any of this platform"
                          : "needs " + *needs;
}

}  // namespace

Json default_of(const Attribute& a) { return a.required ? Json() : json_of(a, a.initial); }

Json json_of(const Attribute& a, const AttributeValue& value) {
  Json entries = Json::array();
  for (const std::int64_t x : value.ints) entries.push_back(a.kind == GR_BOOL ? Json(x != 0) : Json(x));
  for (const double x : value.reals) {
    // A whole number as a graph file would write it: 1, not 1.0.
    if (x == std::floor(x) && std::abs(x) < 1e15)
      entries.push_back(static_cast<std::int64_t>(x));
    else
      entries.push_back(x);
  }
  for (const std::string& x : value.texts) entries.push_back(x);
  return a.list ? entries : entries[0];
}

std::string example_node(const NodeType& type) {
  std::string attributes;
  for (const Attribute& a : type.attributes())
    if (a.required) attributes += fmt::format(", {}: {}", a.name, example_value(a));
  if (is_optimizer(type))
    return fmt::format("optimizer: {{type: {}, rate: 0.01{}}}", type.name(), attributes);
  std::string name = type.name();
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (type.port(name) >= 0) name += "_1";  // the input has the name
  return fmt::format("{}: {{type: {}{}{}}}", name, type.name(), example_connections(type), attributes);
}

std::string describe_text(const NodeType& type, const Registry& registry) {
  std::string out = wrapped(fmt::format("{}\n  {}\n\n", type.name(), type.doc()), output_width(), 0);
  std::vector<std::vector<std::string>> rows{{"port", "role", "shape", "notes"}};
  for (const Port& p : type.ports())
    rows.push_back({p.name, roles[p.role],
                    p.shape.find_first_not_of(' ') != std::string::npos ? p.shape : "(a number)",
                    notes(p, type)});
  out += table(rows, "llll") + "\n";
  if (!type.attributes().empty()) {
    rows = {{"attribute", "value", "default", "meaning"}};
    for (const Attribute& a : type.attributes())
      rows.push_back({a.name, a.expected(), default_text(a), a.doc});
    out += table(rows, "llll") + "\n";
  }
  const std::vector<std::string> calls = formula_calls(type, registry);
  rows = {{"gradient", type.differentiable() ? "yes" : "none"},
          {"scalars", fmt::format("{}", fmt::join(scalars(type), ", "))},
          {"in formulas", fmt::format("{}", fmt::join(calls, " or "))},
          {"file", type.file().string()},
          {"processor", processor_text(type)},
          {"ABI", fmt::format("{}; this program speaks {}", abi_text(type.abi()), abi_text(own_abi))},
          {is_optimizer(type) ? "under train" : "in a graph", example_node(type)}};
  if (calls.empty()) rows.erase(rows.begin() + 2);
  return out + table(rows, "ll");
}

Json describe_json(const NodeType& type, const Registry& registry) {
  const auto bound = [](double x) { return std::isfinite(x) ? Json(x) : Json(); };
  Json ports = Json::array(), attributes = Json::array();
  for (const Port& p : type.ports()) {
    Json port{{"name", p.name},
              {"role", roles[p.role]},
              {"shape", p.shape},
              {"doc", p.doc},
              {"many", p.many},
              {"optional", p.optional},
              {"discrete", p.discrete},
              {"unread", p.unread},
              {"affine", p.affine},
              {"broadcast", p.broadcast},
              {"domain", describe_domain(p.domain, p.lower, p.upper, p.domain_axis)}};
    if (p.role == GR_PARAMETER) port["init"] = initialiser(p.init);
    if (p.running >= 0) port["running"] = type.ports()[static_cast<std::size_t>(p.running)].name;
    ports.push_back(std::move(port));
  }
  for (const Attribute& a : type.attributes())
    attributes.push_back({{"name", a.name},
                          {"doc", a.doc},
                          {"kind", kinds[a.kind]},
                          {"list", a.list},
                          {"required", a.required},
                          {"default", default_of(a)},
                          {"expected", a.expected()},
                          {"least", bound(a.least)},
                          {"most", bound(a.most)},
                          {"above", a.above},
                          {"below", a.below},
                          {"choices", a.choices},
                          {"least_count", a.least_count},
                          {"most_count", a.most_count}});
  return {{"event", "type"},
          {"name", type.name()},
          {"doc", type.doc()},
          {"ports", ports},
          {"attributes", attributes},
          {"differentiable", type.differentiable()},
          {"optimizer", is_optimizer(type)},
          {"scalars", scalars(type)},
          {"file", type.file().string()},
          {"processor", processor_text(type)},
          {"abi", {{"plugin", abi_text(type.abi())}, {"program", abi_text(own_abi)}}},
          {"example", example_node(type)},
          {"formulas", formula_calls(type, registry)}};
}

// graph-inspect TYPE.
int describe_type(const InspectRequest& request) {
  Registry registry = request.registry();
  const NodeType& type = registry.get(request.what);
  if (request.common.json)
    print_json(describe_json(type, registry));
  else if (request.common.quiet)
    say("{}\n", type.doc());
  else
    fmt::print("{}", describe_text(type, registry));
  return 0;
}

}  // namespace graph_runner::cli
