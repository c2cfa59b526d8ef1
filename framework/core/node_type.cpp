// Reading a plugin's table: every struct by the smaller of its two sizes, every string and pattern checked.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <sstream>

#include "core/error.hpp"
#include "core/guard.hpp"
#include "core/optimizer_type.hpp"
#include "core/registry.hpp"
#include "core/running.hpp"
#include "core/text.hpp"

namespace graph_runner {

namespace {

std::string text(const char* s) { return s ? s : ""; }

struct Checker {
  const std::filesystem::path& file;
  [[noreturn]] void fail(const std::string& why) const {
    throw Error(Exit::bad_request, fmt::format("plugin {}: {}", file.string(), why));
  }
  std::string name(const char* s, const char* what) const {
    if (!s || !is_type_name(s))
      fail(fmt::format("the name '{}' of {} is not a letter followed by letters, digits or '_'", text(s),
                       what));
    return s;
  }
};

// A struct of the ABI as this host knows it: the smaller of the two sizes is copied, the rest is zero. Every
// version has its first `least` bytes.
template <class S>
S read(const S* from, std::size_t least, const char* what, const Checker& check) {
  if (!from) check.fail(fmt::format("its table has a null pointer in the place of {}", what));
  if (from->size < least)
    check.fail(
        fmt::format("the size of {} in its table is {}, expected {} or more", what, from->size, least));
  S to{};
  std::memcpy(&to, from, std::min<std::size_t>(from->size, sizeof(S)));
  return to;
}

Pattern pattern_of(const std::string& shape, const Checker& check) {
  try {
    return parse_pattern(shape);
  } catch (const Error& e) {
    check.fail(e.what());
  }
}

// Shapes that are broadcast (abi.h, GR_BROADCAST) can stand beside others of leading axes in no pattern.
void check_broadcast(const std::vector<Port>& ports, const Checker& check) {
  const Port* one = nullptr;
  for (const Port& p : ports)
    if (p.broadcast) one = &p;
  for (const Port& p : ports) {
    if (!one || p.role > GR_PARAMETER || !(p.pattern.leading || p.broadcast)) continue;
    if (p.shape != "..." || p.role != GR_INPUT || p.many || !p.broadcast)
      check.fail(
          fmt::format("its input '{}' is broadcast, so each that has leading axes is an input of one "
                      "tensor of the shape \"...\" and broadcast too, which '{}' is not",
                      one->name, p.name));
  }
}

AttributeValue read_value(const gr_value* from, const Checker& check) {
  const gr_value v = read(from, offsetof(gr_value, texts), "an attribute's default", check);
  AttributeValue out;
  out.kind = v.kind;
  const auto missing = [&] {
    check.fail("the default of an attribute has no entries where its kind says they are");
  };
  for (std::size_t i = 0; i < v.count; ++i) {
    if (v.kind == GR_REAL)
      v.reals ? out.reals.push_back(v.reals[i]) : missing();
    else if (v.kind == GR_TEXT)
      v.texts ? out.texts.push_back(text(v.texts[i])) : missing();
    else
      v.ints ? out.ints.push_back(v.ints[i]) : missing();
  }
  return out;
}

const char* noun(gr_kind kind, bool many) {
  switch (kind) {
    case GR_INT:
      return many ? "integers" : "an integer";
    case GR_REAL:
      return many ? "numbers" : "a number";
    case GR_BOOL:
      return many ? "values true or false" : "true or false";
    case GR_SIZE:
      return many ? "sizes" : "a size";
    default:
      return many ? "texts" : "a text";
  }
}

}  // namespace

Pattern parse_pattern(const std::string& shape) {
  const auto refuse = [](const std::string& why) { throw Error(Exit::bad_request, why); };
  Pattern pattern;
  std::istringstream words(shape);
  bool first = true;
  for (std::string word; words >> word; first = false) {
    if (word == "..." && first) {
      pattern.leading = true;
    } else if (word == "*" && shape == "*") {
      pattern.open = true;
    } else if (word == "_") {
      pattern.axes.push_back({Pattern::Axis::any, word});
    } else if (std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
               word.size() < 16) {
      pattern.axes.push_back({Pattern::Axis::number, word, std::stoll(word)});
    } else if (is_type_name(word)) {
      pattern.axes.push_back({Pattern::Axis::name, word});
    } else {
      refuse(fmt::format(
          "'{}' in the shape pattern \"{}\" is not an axis: a number, a name, '_' or, first, '...'; a "
          "result may be '*' alone",
          word, shape));
    }
  }
  if (pattern.axes.size() > GR_MAX_RANK)
    refuse(fmt::format("the shape pattern \"{}\" has more than {} axes", shape, GR_MAX_RANK));
  return pattern;
}

std::string Attribute::expected() const {
  std::string range;
  if (kind == GR_TEXT && !choices.empty())
    return fmt::format("{}{}", list ? "a list of " : "", any_of(choices));
  const bool low = std::isfinite(least), high = std::isfinite(most);
  const std::string from = fmt::format("{} {}", above ? "above" : "of at least", least);
  const std::string to = fmt::format("{} {}", below ? "below" : "at most", most);
  if (low && high)
    range = fmt::format(" {} and {}", from, to);
  else if (low)
    range = " " + from;
  else if (high)
    range = " " + std::string(below ? "" : "of ") + to;
  std::string length;
  if (list && least_count == most_count && most_count)
    length = fmt::format("{} ", most_count);
  else if (list && (least_count || most_count))
    length = most_count ? fmt::format("{} to {} ", least_count, most_count)
                        : fmt::format("{} or more ", least_count);
  return list ? fmt::format("a list of {}{}{}", length, noun(kind, true), range) : noun(kind, false) + range;
}

std::string Attribute::refuse(const AttributeValue& value) const {
  const auto outside = [&](double x) {
    return std::isnan(x) || (above ? x <= least : x < least) || (below ? x >= most : x > most);
  };
  const auto found = [&](const auto& x) { return fmt::format("found {}, expected {}", x, expected()); };
  if (value.kind != kind || (!list && value.count() != 1)) return fmt::format("expected {}", expected());
  if (list && (value.count() < least_count || (most_count && value.count() > most_count)))
    return fmt::format("found {} entries, expected {}", value.count(), expected());
  for (const double x : value.reals)
    if (outside(x)) return found(x);
  if (kind == GR_INT || kind == GR_SIZE)
    for (const std::int64_t x : value.ints)
      if ((kind == GR_INT || x >= 0) && outside(static_cast<double>(x))) return found(x);
  for (const std::string& x : value.texts)
    if (!choices.empty() && std::find(choices.begin(), choices.end(), x) == choices.end())
      return fmt::format("found '{}', expected {}{}", x, expected(), did_you_mean(x, choices));
  return "";
}

NodeType::NodeType(const gr_plugin& plugin, std::string name, std::filesystem::path file)
    : name_(std::move(name)),
      file_(std::move(file)),
      abi_(plugin.major, plugin.minor),
      table_(read(plugin.types[0], offsetof(gr_type, backward), "the node type", Checker{file_})) {
  const Checker check{file_};
  doc_ = text(table_.doc);
  constexpr unsigned all = 1u << GR_FLOAT | 1u << GR_DOUBLE | 1u << GR_DUAL;
  if (!table_.create || !table_.destroy || !table_.forward)
    check.fail("its table lacks create, destroy or forward");
  if (!(table_.scalars & all)) check.fail("its table names no scalar that this program knows");
  if ((table_.attribute_count && !table_.attributes) || !table_.ports)
    check.fail("its table lacks its attributes or ports");
  for (std::size_t i = 0; i < table_.attribute_count; ++i) {
    const gr_attribute a = read(table_.attributes[i], offsetof(gr_attribute, choices), "an attribute", check);
    const std::string what = check.name(a.name, "an attribute");
    if (what == "type" || what == "in" || what == "init")
      check.fail(fmt::format("'{}' is reserved and cannot name an attribute", what));
    if (a.kind < GR_INT || a.kind > GR_SIZE)
      check.fail(fmt::format("attribute '{}' is of an unknown kind", what));
    Attribute made{what, text(a.doc),   a.kind,      bool(a.flags & GR_LIST),  bool(a.flags & GR_REQUIRED),
                   {},   a.least,       a.most,      bool(a.flags & GR_ABOVE), bool(a.flags & GR_BELOW),
                   {},   a.least_count, a.most_count};
    if (a.choice_count && !a.choices) check.fail(fmt::format("attribute '{}' lacks its choices", what));
    for (std::size_t c = 0; c < a.choice_count; ++c) made.choices.push_back(text(a.choices[c]));
    if (!made.required) {
      made.initial = read_value(a.initial, check);
      if (const std::string wrong = made.refuse(made.initial); !wrong.empty())
        check.fail(fmt::format("the default of attribute '{}': {}", what, wrong));
    }
    attributes_.push_back(std::move(made));
  }
  std::size_t many = 0, last_input = 0;
  gr_role last = GR_INPUT;
  for (std::size_t i = 0; i < table_.port_count; ++i) {
    const gr_port p = read(table_.ports[i], offsetof(gr_port, domain), "a port", check);
    const std::string what = check.name(p.name, "a port");
    if (port(what) >= 0) check.fail(fmt::format("two ports are called '{}'", what));
    if (p.role < last || p.role > GR_SAVED)
      check.fail(fmt::format("port '{}' is out of order: inputs, parameters, outputs, saved outputs", what));
    last = p.role;
    if (p.role == GR_INPUT) last_input = i;
    if (p.role < GR_OUTPUT && text(p.shape) == "*")
      check.fail(fmt::format("port '{}' is '*', which only results may be", what));
    if (p.flags & GR_MANY) many = i + 1;
    Port made{what,
              text(p.doc),
              text(p.shape),
              pattern_of(text(p.shape), check),
              p.role,
              bool(p.flags & GR_OPTIONAL),
              bool(p.flags & GR_MANY),
              bool(p.flags & GR_DISCRETE),
              bool(p.flags & GR_UNREAD),
              bool(p.flags & GR_AFFINE),
              bool(p.flags & GR_BROADCAST),
              p.domain,
              p.lower,
              p.upper,
              text(p.axis),
              p.init ? read(p.init, sizeof(gr_init), "an initializer", check) : gr_init{}};
    ports_.push_back(std::move(made));
  }
  if (many && many - 1 != last_input) check.fail("only the last input may take many tensors");
  check_broadcast(ports_, check);
  if (const std::string wrong = pair_running_ports(ports_); !wrong.empty()) check.fail(wrong);
  if (port_names(GR_OUTPUT).empty()) check.fail("it has no output");
  if (is_optimizer(*this)) optimizer_ports(*this);
}

int NodeType::port(std::string_view name) const {
  for (std::size_t i = 0; i < ports_.size(); ++i)
    if (ports_[i].name == name) return static_cast<int>(i);
  return -1;
}

std::vector<std::string> NodeType::port_names(gr_role role) const {
  std::vector<std::string> names;
  for (const Port& p : ports_)
    if (p.role == role && (role != GR_OUTPUT || p.running < 0)) names.push_back(p.name);
  return names;
}

std::shared_ptr<void> NodeType::create(const std::vector<AttributeValue>& values) const {
  std::vector<std::vector<const char*>> texts(values.size());
  std::vector<gr_value> made(values.size());
  std::vector<const gr_value*> pointers;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const AttributeValue& v = values[i];
    for (const std::string& t : v.texts) texts[i].push_back(t.c_str());
    made[i] = {sizeof(gr_value), v.kind, v.count(), v.ints.data(), v.reals.data(), texts[i].data()};
    pointers.push_back(&made[i]);
  }
  void* node = nullptr;
  char message[512] = "";
  gr_status status = GR_OK;
  const std::string thrown = thrown_by(
      [&] { status = table_.create(pointers.data(), pointers.size(), &node, message, sizeof message); });
  if (!thrown.empty()) throw Error(Exit::bad_request, fmt::format("{} failed in create: {}", name_, thrown));
  if (status != GR_OK)
    throw Error(Exit::bad_request, fmt::format("the plugin refuses these attributes: {}",
                                               reason_of(status, message, sizeof message)));
  // There is nobody left to tell that a node could not be destroyed.
  return {node, [destroy = table_.destroy](void* n) { thrown_by([&] { destroy(n); }); }};
}

std::size_t NodeType::scratch(const void* node, const gr_call& call, const std::string& name,
                              const Place& place) const {
  if (!table_.scratch) return 0;
  std::size_t bytes = 0;
  std::string wrong = thrown_by([&] { bytes = table_.scratch(node, &call); });
  // Sums of sizes that are this small never overflow; what the machine lacks is refused where it is asked
  // for.
  if (bytes > std::size_t{1} << 44) wrong = fmt::format("asks for {} bytes, which is too much", bytes);
  if (wrong.empty()) return bytes;
  throw Error(Exit::bad_request, place,
              fmt::format("node '{}' ({}) failed in scratch: {}", name, name_, wrong));
}

}  // namespace graph_runner
