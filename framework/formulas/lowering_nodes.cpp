// Making the nodes that formulas become.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "formulas/lowering.hpp"

namespace graph_runner {

void Lowering::fail(const Formula& f, const std::string& why) const {
  throw Misfit(Exit::bad_request, f.place, fmt::format("{}: {}", what_, why));
}
void Lowering::refuse(const Formula& f, const std::string& why) const {
  throw Error(Exit::bad_request, f.place, fmt::format("{}: {}", what_, why));
}

std::string Lowering::describe(const Formula& f, const Operand& o) {
  static const char* kinds[] = {"a number", "a column", "a row", "a matrix", "a tensor"};
  return fmt::format("'{}', {}{}", shown(f), kinds[static_cast<int>(o.kind)],
                     o.shape.rank ? " " + scope_.sizes().text(o.shape) : "");
}

AttributeSetting Lowering::setting(const char* name, gr_kind kind, const Formula& f) {
  AttributeSetting s{name, {}, f.place, false};
  s.value.kind = kind;
  return s;
}

Operand Lowering::constant(const Formula&, double value) { return {Kind::scalar, {}, "", value}; }

std::string Lowering::feed(const Formula& f, const Operand& operand) {
  if (!operand.constant) return operand.from;
  AttributeSetting value = setting("value", GR_REAL, f);
  value.value.reals = {*operand.constant};
  return emit(f, "Constant", {}, {value}).from;
}

namespace {

// Nodes of one signature have one value.
std::string signature(const NodeSpec& node) {
  std::string out = node.type;
  for (const Connection& c : node.in) out += fmt::format(" {}", c.from);
  for (const AttributeSetting& s : node.attributes)
    out += fmt::format(";{}={}{}{}", s.name, fmt::join(s.value.ints, ","), fmt::join(s.value.reals, ","),
                       fmt::join(s.value.texts, ","));
  return out;
}

}  // namespace

// `vector` is what a result of one axis is.
Operand Lowering::emit(const Formula& f, const std::string& type, const Operands& in,
                       std::vector<AttributeSetting> attributes, Kind vector) {
  NodeSpec node;
  node.type = type;
  node.attributes = std::move(attributes);
  node.place = node.type_place = f.place;
  for (const Operand& o : in) node.in.push_back({"", feed(f, o), f.place});
  const auto as = [vector](Operand o) {
    if (o.kind == Kind::column) o.kind = vector;
    return o;
  };
  const std::string key = sharing_ ? signature(node) : "";
  if (const auto known = shared_.find(key); known != shared_.end()) return as(known->second);
  node.name = scope_.fresh(prefix_);
  if (const std::string wrong = scope_.add(node, true); !wrong.empty())
    fail(f, fmt::format("'{}': {}", shown(f), wrong));
  const Named* made = scope_.any(node.name);
  if (!made || made->poisoned) throw Poisoned{};
  nodes_.push_back(std::move(node));
  Operand result{made->kind, made->shape, made->from, {}};
  if (sharing_) shared_.emplace(key, result);
  return as(std::move(result));
}

void Lowering::spread(const Formula& f, Operands& operands) {
  const auto tensor =
      std::find_if(operands.begin(), operands.end(), [](const Operand& o) { return o.kind != Kind::scalar; });
  if (tensor == operands.end()) return;
  const Operand like = *tensor;
  for (Operand& o : operands)
    if (o.kind == Kind::scalar) o = emit(f, "Spread", {o, like}, {}, like.kind);
}

// X + b' adds a row to all rows of a matrix; X + b, with a column, may mean either.
void Lowering::spread_row(const Formula& f, Operands& operands) {
  for (const std::size_t i : {0u, 1u}) {
    const Operand &matrix = operands[1 - i], &vector = operands[i];
    if (matrix.kind != Kind::matrix || (vector.kind != Kind::row && vector.kind != Kind::column)) continue;
    const bool across = vector.shape.dims[0] == matrix.shape.dims[1];
    if (vector.kind == Kind::row && across) {
      operands[i] = emit(f, "SpreadRow", {vector, matrix});
      return;
    }
    if (vector.kind == Kind::row || !across) return;
    Formula put = f;
    put.parts[i] = {Formula::transpose, "", 0, {f.parts[i]}, f.place, f.parts[i].depth + 1};
    fail(f, fmt::format("'{}': {} and {}: their shapes must be equal; to add it to every row, write {}",
                        shown(f), describe(f.parts[0], operands[0]), describe(f.parts[1], operands[1]),
                        shown(put)));
  }
}

// Operands of one shape, and numbers.
Operand Lowering::elementwise(const Formula& f, const std::string& type, Operands operands,
                              std::vector<AttributeSetting> attributes) {
  if (type == "Divide" && operands[1].constant == 0.0) refuse(f.parts[1], "division by zero");
  if (f.kind == Formula::add || f.kind == Formula::subtract) spread_row(f, operands);
  const Operand* first = nullptr;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Operand& o = operands[i];
    if (o.kind == Kind::scalar) continue;
    if (!first) {
      first = &o;
    } else if (o.kind != first->kind || o.shape.rank != first->shape.rank ||
               !std::equal(o.shape.dims, o.shape.dims + o.shape.rank, first->shape.dims)) {
      const auto at = static_cast<std::size_t>(first - operands.data());
      const bool turned = (o.kind == Kind::row && first->kind == Kind::column) ||
                          (o.kind == Kind::column && first->kind == Kind::row);
      fail(f, fmt::format("'{}': {} and {}: their shapes must be equal{}", shown(f),
                          describe(f.parts[at], *first), describe(f.parts[i], o),
                          turned ? "; ' turns a row into a column and back" : ""));
    }
  }
  const Kind kind = first ? first->kind : Kind::scalar;
  spread(f, operands);
  return emit(f, type, operands, std::move(attributes), kind == Kind::row ? Kind::row : Kind::column);
}

Operand Lowering::lower_whole(const Formula& f) {
  const std::size_t before = nodes_.size();
  const Operand whole = lower(f);
  if (whole.constant) return {Kind::scalar, {}, feed(f, whole), {}};
  if (nodes_.size() == before || nodes_.back().name != whole.from)  // a name, or its transpose
    return emit(f, "Copy", {whole}, {}, whole.kind);
  return whole;
}

Operand Lowering::take(const Formula& f, const Operand& from, std::vector<std::int64_t> at) {
  AttributeSetting numbers = setting("at", GR_INT, f);
  numbers.value.ints = std::move(at);
  return emit(f, "Take", {from}, {numbers});
}

void Lowering::lower_as(const std::string& name, const Formula& f) {
  const Operand whole = lower_whole(f);
  scope_.rename(whole.from, name, whole.kind);
  nodes_.back().name = name;
}

}  // namespace graph_runner
