#include "formulas/notation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numbers>
#include <utility>

#include "core/registry.hpp"
#include "core/text.hpp"
#include "formulas/lowering.hpp"

namespace graph_runner {

// ---- Names

namespace {

class Understanding {
 public:
  Understanding(const AxesOf& axes, std::vector<std::string> letters)
      : axes_(axes), letters_(std::move(letters)) {}

  Formula of(Formula f) {
    if (f.kind == Formula::name) return name(std::move(f));
    const bool sum = f.kind == Formula::call && f.text == "sum" && f.parts.size() == 3;
    const bool indexed = f.kind == Formula::index;
    if (sum) letters_.push_back(f.parts[0].text);
    f.depth = 1;
    for (std::size_t i = 0; i < f.parts.size(); ++i) {
      Formula& part = f.parts[i];
      const bool letter = part.kind == Formula::name && ((sum && i == 0) || (indexed && i > 0));
      const bool raised = f.kind == Formula::power && i == 1 && transposes(part);
      if (!letter && !raised) part = of(std::move(part));
      f.depth = std::max(f.depth, part.depth + 1);
    }
    if (sum) letters_.pop_back();
    if (f.kind == Formula::power && transposes(f.parts[1])) {
      if (f.parts[1].kind == Formula::negative) {
        f.parts[1].parts[0] = number(f, "1", 1);
        return {Formula::transpose, "", 0, {f}, f.place, f.depth + 1};
      }
      f.parts.pop_back();
      f.kind = Formula::transpose;
      f.text = "T";
    }
    return f;
  }

 private:
  static Formula number(const Formula& at, std::string text, double value) {
    return {Formula::number, std::move(text), value, {}, at.place, 1};
  }
  bool declared(const std::string& name) const {
    return std::find(letters_.begin(), letters_.end(), name) != letters_.end() || (axes_ && axes_(name));
  }
  // T and -T, as exponents.
  bool transposes(const Formula& f) const {
    if (f.kind == Formula::negative) return f.parts[0].kind == Formula::name && transposes(f.parts[0]);
    return f.kind == Formula::name && f.text == "T" && !declared("T");
  }

  Formula name(Formula f) const {
    static const std::map<std::string, std::pair<const char*, double>> constants = {
        {"pi", {"pi", std::numbers::pi}}, {"π", {"pi", std::numbers::pi}}, {"e", {"e", std::numbers::e}}};
    if (declared(f.text)) return f;
    if (const auto found = constants.find(f.text); found != constants.end())
      return {Formula::constant, found->second.first, found->second.second, {}, f.place, 1};
    if (f.text.size() > 2 && f.text.ends_with(".T")) {
      Formula whole = f;
      whole.text.resize(f.text.size() - 2);
      whole = name(std::move(whole));
      return {Formula::transpose, "", 0, {std::move(whole)}, f.place, 2};
    }
    auto entry = subscripted(f.text, axes_, f.place);
    if (!entry) return f;
    entry->at.insert(entry->at.begin(), {Formula::name, entry->of, 0, {}, f.place, 1});
    return {Formula::index, "", 0, std::move(entry->at), f.place, 2};
  }

  const AxesOf& axes_;
  std::vector<std::string> letters_;
};

}  // namespace

Formula understood(Formula f, const AxesOf& axes, const std::vector<std::string>& letters) {
  return Understanding(axes, letters).of(std::move(f));
}

std::optional<Subscripted> subscripted(const std::string& name, const AxesOf& axes, const Place& place) {
  const std::size_t cut = name.rfind('_');
  if (!axes || cut == std::string::npos || cut == 0 || axes(name)) return std::nullopt;
  Subscripted entry{name.substr(0, cut), {}};
  const auto rank = axes(entry.of);
  bool letters = false;
  for (std::string_view rest = std::string_view(name).substr(cut + 1); !rest.empty();) {
    const std::string one(rest.substr(0, std::max<std::size_t>(1, first_character(rest).bytes)));
    const bool digit = one[0] >= '0' && one[0] <= '9';
    letters = letters || !digit;
    entry.at.push_back(
        {digit ? Formula::number : Formula::name, one, digit ? one[0] - '0' : 0.0, {}, place, 1});
    rest.remove_prefix(one.size());
  }
  return letters && rank == entry.at.size() ? std::optional(std::move(entry)) : std::nullopt;
}

namespace {

// Whether it is declared, or a component of what is.
bool is_known(const std::string& name, const AxesOf& axes) {
  const std::vector<ComponentName> of = component_names(name);
  return axes(name) || std::any_of(of.begin(), of.end(), [&](const ComponentName& c) { return axes(c.of); });
}

std::string cut(const std::string& name, const AxesOf& axes, int most) {
  if (is_known(name, axes)) return name;
  for (std::size_t at = name.size() - 1; most > 1 && at > 0; --at) {
    const std::string first = name.substr(0, at);
    if (!is_known(first, axes)) continue;
    if (const std::string rest = cut(name.substr(at), axes, most - 1); !rest.empty())
      return first + "*" + rest;
  }
  return "";
}

}  // namespace

std::string as_product(const std::string& name, const AxesOf& axes) {
  constexpr int most = 4;
  constexpr std::size_t longest = 40;
  return axes && !name.empty() && name.size() <= longest ? cut(name, axes, most) : "";
}

// ---- Functions

namespace {

struct Row {
  const char *written, *means;
  Alias::Takes takes = Alias::anything;
  const char* instead = "";
};
// The table of functions under several names. What stands first is written, what stands second is meant.
constexpr Row rows[] = {
    {"ln(a)", "log(a)"},
    {"log2(a)", "log(a)/log(2)"},
    {"trace(a)", "tr(a)"},
    {"inverse(a)", "inv(a)"},
    {"transpose(a)", "a'"},
    {"vec(a)", "flatten(a')"},
    {"inner(a, b)", "sum(a .* b)"},
    {"square(a)", "a .^ 2"},
    {"max(a)", "largest(a)"},
    {"min(a)", "smallest(a)"},
    {"maximum(a)", "largest(a)"},
    {"minimum(a)", "smallest(a)"},
    {"maximum(a, b)", "max(a, b)"},
    {"minimum(a, b)", "min(a, b)"},
    {"logistic(a)", "sigmoid(a)"},
    {"σ(a)", "sigmoid(a)"},
    {"Σ(a)", "sum(a)"},
    {"heaviside(a)", "step(a)"},
    {"sgn(a)", "sign(a)"},
    {"arctan(a)", "atan(a)"},
    // An argument that stood twice would be computed twice, and four times in a call of a call.
    {"arcsin(a)", "atan(a ./ sqrt(1 - a .^ 2))", Alias::nothing},
    {"asin(a)", "atan(a ./ sqrt(1 - a .^ 2))", Alias::nothing},
    {"arccos(a)", "pi/2 - atan(a ./ sqrt(1 - a .^ 2))", Alias::nothing},
    {"acos(a)", "pi/2 - atan(a ./ sqrt(1 - a .^ 2))", Alias::nothing},
    {"norm(a)", "norm2(a)", Alias::vectors,
     "of a matrix, it may be one of several; ‖{0}‖_F is the root of the sum of all squares"},
    {"‖₂(a)", "norm2(a)", Alias::vectors,
     "of a matrix, it may be one of several; ‖{0}‖_F is the root of the sum of all squares"},
    {"‖₁(a)", "norm1(a)", Alias::vectors,
     "of a matrix, it may be one of several; norm1({0}) is the sum of all |entries|"},
    {"|(a)", "abs(a)", Alias::numbers, "|t| is of a number; write ‖{0}‖ for a norm, abs({0}) for each entry"},
    {"⊗(a, b)", "kron(a, b)", Alias::a_matrix,
     "of two vectors, ⊗ may be one of two; write kron({0}, {1}) for the long one, outer({0}, {1}) for the "
     "matrix"},
};

std::vector<Alias> read_table() {
  std::vector<Alias> table;
  for (const Row& row : rows) {
    const std::string written = row.written;
    const std::size_t bracket = written.find('(');
    Alias& alias = table.emplace_back();
    alias.written = written.substr(0, bracket);
    alias.arguments = {"a"};
    if (written.find(',') != std::string::npos) alias.arguments.push_back("b");
    const auto declared = [&](const std::string& name) {
      const bool known = name == "a" || name == "b";
      return known ? std::optional<std::size_t>(1) : std::nullopt;
    };
    alias.means = understood(parse_formula(FormulaText(std::string(row.means))), declared);
    alias.takes = row.takes;
    alias.instead = row.instead;
  }
  return table;
}
const std::vector<Alias>& aliases() {
  static const std::vector<Alias> table = read_table();
  return table;
}

// A tree of the table with the arguments of a call at the places of their names.
Formula put(Formula f, const Alias& alias, const Formula& call) {
  if (f.kind == Formula::name)
    for (std::size_t i = 0; i < alias.arguments.size(); ++i)
      if (f.text == alias.arguments[i]) return call.parts[i];
  f.place = call.place;
  f.depth = 1;
  for (Formula& part : f.parts) {
    part = put(std::move(part), alias, call);
    f.depth = std::max(f.depth, part.depth + 1);
  }
  return f;
}

}  // namespace

const Alias* alias_of(const Formula& call, const Registry& registry, const AxesOf& axes) {
  if (axes && axes(call.text)) return nullptr;
  for (const Alias& alias : aliases()) {
    if (alias.written != call.text || alias.arguments.size() != call.parts.size()) continue;
    // Max and Min take two, and a transposed vector lies: these are no calls of their types.
    const bool beside = alias.written == "max" || alias.written == "min" || alias.written == "transpose";
    return beside || types_called(alias.written, registry).empty() ? &alias : nullptr;
  }
  return nullptr;
}

Formula spelled_out(const Alias& alias, const Formula& call) { return put(alias.means, alias, call); }

std::vector<std::string> alias_names() {
  std::vector<std::string> names;
  for (const Alias& alias : aliases())
    if (alias.written[0] >= 'a' && alias.written[0] <= 'z') names.push_back(alias.written);
  return names;
}

bool works_by_entry(const std::string& function, std::size_t arguments) {
  static const std::vector<std::string> of_one{"sin",      "cos",   "tan",  "exp",     "log",  "sqrt",
                                               "abs",      "tanh",  "relu", "sigmoid", "gelu", "step",
                                               "sign",     "floor", "sinh", "cosh",    "atan", "erf",
                                               "softplus", "log10", "cbrt", "silu",    "elu",  "leakyrelu"};
  if (arguments == 1) return std::find(of_one.begin(), of_one.end(), function) != of_one.end();
  return arguments == 2 && (function == "mod" || function == "min" || function == "max");
}

Formula::Kind entry_by_entry(Formula::Kind kind) {
  return kind == Formula::multiply ? Formula::each_multiply
         : kind == Formula::divide ? Formula::each_divide
         : kind == Formula::power  ? Formula::each_power
                                   : kind;
}

}  // namespace graph_runner
