// Functions: the node types of their names, so that a plugin extends the language.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "core/optimizer_type.hpp"
#include "core/text.hpp"
#include "formulas/formula_sums.hpp"
#include "formulas/lowering.hpp"
#include "formulas/notation.hpp"

namespace graph_runner {

namespace {

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool takes_matrices(const Port& port) {
  const auto& axes = port.pattern.axes;
  return axes.size() == 2 && (axes[0].kind == Pattern::Axis::any || axes[0].text != axes[1].text);
}
// Axes of a tensor are named in nodes alone: sum(A, 1) would be sums of rows to some and of columns to
// others.
bool in_formulas(const Attribute& a) { return a.name != "axes"; }
bool takes_vectors(const Port& port) { return !port.pattern.leading && port.pattern.axes.size() == 1; }

// "reshape(x, shape, …)"; with `least`, without the arguments that can be left out.
std::string usage(const std::string& function, const NodeType& type, bool least = false) {
  std::string out;
  const auto add = [&](const std::string& name, bool more) {
    out += (out.empty() ? "" : ", ") + name + (more ? ", …" : "");
  };
  for (const Port& p : type.ports())
    if (p.role == GR_INPUT && !(least && p.optional)) add(p.name, p.many);
  for (const Attribute& a : type.attributes())
    if (in_formulas(a) && (!least || a.required)) add(a.name, a.list);
  return fmt::format("{}({})", function, out);
}

// Why a formula cannot call a type, or "".
std::string refuse_call(const NodeType& type) {
  if (is_optimizer(type)) return "is an optimizer";
  if (!type.port_names(GR_PARAMETER).empty()) return "has parameters";
  const std::size_t outputs = type.port_names(GR_OUTPUT).size();
  return outputs == 1 ? "" : fmt::format("has {} outputs", outputs);
}

}  // namespace

std::vector<std::string> types_called(const std::string& function, const Registry& registry) {
  std::vector<std::string> found;
  for (const std::string& name : registry.names()) {
    if (name == function) return {name};
    if (lower_case(name) == lower_case(function)) found.push_back(name);
  }
  return found;
}

std::vector<std::string> formula_calls(const NodeType& type, const Registry& registry) {
  if (!refuse_call(type).empty()) return {};
  const std::string lower = lower_case(type.name());
  const std::string name = types_called(lower, registry) == std::vector{type.name()} ? lower : type.name();
  std::vector<std::string> calls{usage(name, type, true), usage(name, type)};
  const auto many = [](const Port& p) { return p.many; };
  if (std::any_of(type.ports().begin(), type.ports().end(), many)) {  // takes all arguments that are left
    const auto required = [](const Attribute& a) { return a.required; };
    if (std::any_of(type.attributes().begin(), type.attributes().end(), required)) return {};
    calls.pop_back();
  }
  if (calls.size() == 2 && calls[0] == calls[1]) calls.pop_back();
  return calls;
}

const NodeType& Lowering::function(const Formula& f) {
  const std::vector<std::string> meant = types_called(f.text, scope_.registry());
  if (meant.size() > 1)
    refuse(f, fmt::format("the function '{}' may be {}; write the one that is meant", f.text, any_of(meant)));
  if (meant.empty()) refuse_function(f);
  try {
    return scope_.registry().get(meant[0]);
  } catch (const Error& e) {
    refuse(f, fmt::format("the function '{}': {}", f.text, e.problems()[0].message));
  }
}

void Lowering::refuse_function(const Formula& f) const {
  const std::string argument = f.parts.empty() ? "…" : shown(f.parts[0]);
  if (const Named* value = scope_.find(f.text))
    refuse(f, fmt::format("'{0}' is a value and no function; a product is {0}*({1}){2}", f.text, argument,
                          value->shape.rank == 1 && f.parts.size() == 1
                              ? fmt::format(", an entry {}[{}]", f.text, argument)
                              : ""));
  std::vector<std::string> known = alias_names();
  for (const std::string& name : scope_.registry().names()) {
    const std::string written = lower_case(name);
    const std::string_view word = std::string_view(f.text).substr(f.text.rfind('.') + 1);
    if (did_you_mean(lower_case(std::string(word)), {written}).empty()) continue;
    try {
      if (refuse_call(scope_.registry().get(name)).empty()) known.push_back(written);
    } catch (const Error&) {  // a plugin that cannot be loaded is no hint
    }
  }
  // x.sum() and np.sum(x)
  if (const std::size_t point = f.text.rfind('.'); point != std::string::npos) {
    const std::string of = f.text.substr(0, point), method = f.text.substr(point + 1);
    if (std::find(known.begin(), known.end(), lower_case(method)) != known.end())
      refuse(f, fmt::format("there is no function '{}'; write {}({})", f.text, method,
                            scope_.find(of) ? of : argument));
  }
  refuse(f, fmt::format("there is no function '{}'{}; a function is a node type", f.text,
                        did_you_mean(lower_case(f.text), known)));
}

// sum(i, n, …): in claims, sizes are numbers, and no such sum is left.
Operand Lowering::sum_over_index(const Formula& f) {
  const Formula &letter = f.parts[0], &size = f.parts[1];
  if (letter.kind != Formula::name || scope_.find(letter.text) || scope_.is_size(letter.text))
    refuse(letter,
           fmt::format("sum(i, n, …): '{}' is no index letter: a name that nothing has", shown(letter)));
  const auto number = constant_value(size);
  const bool named = !number && size_of(size);
  if (!named && (!number || *number != std::floor(*number) || *number < 1))
    refuse(size, fmt::format("sum(i, n, …): '{}' is no size: how far the index runs", shown(size)));
  const auto whole = without_index(f, scope_.registry(), axes());
  if (!whole)
    refuse(f, fmt::format("'{}': in a node, such a sum is of what is computed from entries; write it with "
                          "vectors, or as a claim",
                          shown(f)));
  const Operand total = lower_tree(*whole);
  if (total.kind != Kind::scalar)
    fail(f, fmt::format("'{}' adds up numbers, but found {}", shown(f), describe(f.parts[2], total)));
  return total;
}

Operand Lowering::call(const Formula& f) {
  if (is_sum_over_index(f)) return sum_over_index(f);
  const Alias* alias = alias_of(f, scope_.registry(), axes());
  if (!alias) return call(f, nullptr, f);
  const Formula plain = spelled_out(*alias, f);
  if (alias->takes == Alias::nothing)
    refuse(f, fmt::format("there is no function '{}'; write {}", f.text, shown(plain)));
  return alias->takes == Alias::anything ? lower_tree(plain) : call(plain, alias, f);
}

void Lowering::refuse_kinds(const Formula& f, const Alias& alias, const std::vector<Kind>& kinds) const {
  const auto is = [&](Kind kind) { return std::count(kinds.begin(), kinds.end(), kind) > 0; };
  const bool fine = alias.takes == Alias::numbers   ? is(Kind::scalar)
                    : alias.takes == Alias::vectors ? !is(Kind::matrix) && !is(Kind::tensor)
                                                    : is(Kind::matrix);
  if (!fine)
    refuse(f,
           fmt::format("'{}': {}", shown(f),
                       fmt::format(fmt::runtime(alias.instead), shown(f.parts[0]), shown(f.parts.back()))));
}

// The arguments are the inputs in the order of the ports, then the attributes in theirs; one that takes many
// takes all that are left.
Operand Lowering::call(const Formula& f, const Alias* alias, const Formula& written) {
  const NodeType& type = function(f);
  std::vector<const Port*> ports;
  const Port* output = nullptr;
  bool each = true;  // one output, of the shape of all inputs
  if (const std::string why = refuse_call(type); !why.empty())
    refuse(f, fmt::format("{0} {1}; write it {2}", type.name(), why,
                          is_optimizer(type)
                              ? "under 'train: {optimizer: …}'"
                              : fmt::format("as a node of its own: {{type: {0}, in: …}}", type.name())));
  for (const Port& p : type.ports()) {
    if (p.role == GR_INPUT) ports.push_back(&p);
    if (p.role == GR_OUTPUT) output = &p;
    each = each && (p.role == GR_SAVED || p.shape == "...");
  }
  const auto misses = [&](const std::string& why) {
    refuse(f, fmt::format("{}: found {}", usage(f.text, type), why));
  };
  std::size_t next = 0;
  Operands in;
  std::vector<Kind> kinds;
  bool rows = false, columns = false;
  for (const Port* port : ports) {
    if (next == f.parts.size() && port->optional) break;
    if (next == f.parts.size()) misses(fmt::format("no '{}'", port->name));
    do {
      const Operand o = lower_tree(f.parts[next]);
      kinds.push_back(o.kind);
      const bool same = port->shape == output->shape;  // such as softmax, which is a row of a row
      rows = rows || (o.kind == Kind::row && same);
      columns = columns || (o.kind == Kind::column && same);
      in.push_back(each ? o : as_port(f.parts[next], o, *port, f));
    } while (++next < f.parts.size() && port->many);
  }
  if (alias) refuse_kinds(written, *alias, kinds);
  std::vector<AttributeSetting> attributes;
  for (const Attribute& a : type.attributes()) {
    if (next == f.parts.size() && a.required) misses(fmt::format("no '{}', {}", a.name, a.doc));
    if (next == f.parts.size()) break;
    if (!in_formulas(a)) continue;
    const std::size_t end = a.list ? f.parts.size() : next + 1;
    attributes.push_back(argument(f, a, next, end));
    next = end;
  }
  if (next < f.parts.size())
    refuse(f.parts[next],
           fmt::format("{}: '{}' is one argument too many", usage(f.text, type), shown(f.parts[next])));
  if (each) return elementwise(f, type.name(), std::move(in), std::move(attributes));
  return emit(f, type.name(), in, std::move(attributes), rows && !columns ? Kind::row : Kind::column);
}

// A vector where a port takes matrices is a matrix of one column or row.
Operand Lowering::as_port(const Formula& part, Operand o, const Port& port, const Formula& call) {
  if (o.kind == Kind::row && takes_vectors(port))
    fail(part, fmt::format("{} takes a column, but found {}; ' turns it", call.text, describe(part, o)));
  if (!takes_matrices(port) || (o.kind != Kind::row && o.kind != Kind::column)) return o;
  const bool column = o.kind == Kind::column;
  o = emit(part, "Stack", {o});
  return column ? emit(part, "Transpose", {o}) : o;
}

AttributeSetting Lowering::argument(const Formula& call, const Attribute& a, std::size_t from,
                                    std::size_t to) {
  AttributeSetting s{a.name, {}, call.parts[from].place, false};
  s.value.kind = a.kind;
  for (std::size_t i = from; i < to; ++i) {
    const Formula& f = call.parts[i];
    const auto wrong = [&](const std::string& expected) {
      refuse(f, fmt::format("{}, '{}': found '{}', expected {}", call.text, a.name, shown(f), expected));
    };
    std::optional<double> number;
    try {
      number = constant_value(f);
    } catch (const Error& e) {
      refuse(f, e.problems()[0].message);
    }
    const bool whole = number && *number == std::floor(*number) && std::abs(*number) < 1e15;
    if (a.kind == GR_REAL) {
      if (!number) wrong("a constant");
      s.value.reals.push_back(*number);
    } else if (a.kind == GR_SIZE) {
      if (whole && *number >= 1)
        s.value.texts.push_back(fmt::format("{:.0f}", *number));
      else if (const std::optional<gr_size> size = number ? std::nullopt : size_of(f))
        s.value.texts.push_back(scope_.sizes().text(*size));
      else
        wrong("a size: a whole number of at least 1, the name of a size, or such as n - 1" +
              (f.kind == Formula::name ? did_you_mean(f.text, scope_.sizes().names()) : ""));
    } else if (a.kind == GR_INT) {
      if (!whole) wrong("a whole number");
      s.value.ints.push_back(static_cast<std::int64_t>(*number));
    } else if (f.kind != Formula::name) {
      wrong(a.expected());
    } else if (a.kind == GR_TEXT) {
      s.value.texts.push_back(f.text);
    } else {
      if (f.text != "true" && f.text != "false") wrong("true or false");
      s.value.ints.push_back(f.text == "true");
    }
  }
  return s;
}

}  // namespace graph_runner
