#include "file/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/text.hpp"
#include "formulas/formula.hpp"

namespace graph_runner {

MapReader::MapReader(const Yaml& yaml, std::string what, Problems& problems)
    : yaml_(yaml), what_(std::move(what)), problems_(problems) {
  if (!is_map())
    problems_.add(yaml.place, fmt::format("{}: found {}, expected a map (key: value)", what_, yaml.found()));
}

const Yaml* MapReader::get(const std::string& key) {
  known_.push_back(key);
  return yaml_.find(key);
}

const Yaml* MapReader::require(const std::string& key, const std::string& expected) {
  const Yaml* found = get(key);
  if (!found && is_map()) missing_.emplace_back(key, expected);
  return found;
}

bool MapReader::finish() {
  int unknown = 0;
  const std::string expected = any_of(known_);
  for (const Yaml::Entry& entry : yaml_.entries) {
    const Yaml& key = entry.key;
    if (std::find(known_.begin(), known_.end(), key.text) != known_.end()) continue;
    const std::string hint = ++unknown <= 100 ? did_you_mean(key.text, known_) : "";  // no more are shown
    problems_.add(key.place,
                  fmt::format("{}: unknown key {}{}; expected {}", what_, key.found(), hint, expected));
    if (!hint.empty())
      std::erase_if(missing_, [&](const auto& m) { return hint.find("'" + m.first + "'") != hint.npos; });
  }
  finish_open();
  return unknown == 0;
}

void MapReader::finish_open() {
  for (const auto& [key, expected] : missing_) {
    const Yaml* meant = nullptr;
    for (const auto& [other, value] : yaml_.entries)
      if (std::find(known_.begin(), known_.end(), other.text) == known_.end() &&
          !did_you_mean(other.text, {key}).empty())
        meant = &other;
    if (meant)
      problems_.add(meant->place, fmt::format("{}: unknown key {}{}", what_, meant->found(),
                                              did_you_mean(meant->text, {key})));
    else
      problems_.add(yaml_.place, fmt::format("{}: '{}' is missing; expected {}", what_, key, expected));
  }
}

bool pass_on(Problems& found, Problems& problems) {
  if (found.empty()) return true;
  try {
    found.raise();
  } catch (const Error& e) {
    problems.add(e);
  }
  return false;
}

namespace {

std::nullopt_t refuse(const Yaml& yaml, const std::string& what, const std::string& expected,
                      Problems& problems) {
  problems.add(yaml.place, fmt::format("{}: found {}, expected {}", what, yaml.found(), expected));
  return std::nullopt;
}

}  // namespace

std::optional<std::string> read_text(const Yaml& yaml, const std::string& what, Problems& problems) {
  if (yaml.kind != Yaml::scalar) return refuse(yaml, what, "a text", problems);
  if (yaml.text.empty()) return refuse(yaml, what, "a text that is not empty", problems);
  return yaml.text;
}

std::optional<bool> read_bool(const Yaml& yaml, const std::string& what, Problems& problems) {
  if (yaml.kind == Yaml::scalar && yaml.plain && (yaml.text == "true" || yaml.text == "false"))
    return yaml.text == "true";
  return refuse(yaml, what, yaml.plain ? "true or false" : "true or false without quotes", problems);
}

std::optional<std::int64_t> read_integer(const Yaml& yaml, const std::string& what, Problems& problems,
                                         std::int64_t least, std::int64_t most) {
  const auto range = [&] {
    if (least != INT64_MIN && most != INT64_MAX) return fmt::format("an integer from {} to {}", least, most);
    return least != INT64_MIN ? fmt::format("an integer of at least {}", least) : std::string("an integer");
  };
  std::int64_t value = 0;
  const std::string& t = yaml.text;
  const std::size_t digits = !t.empty() && t[0] == '-' ? 1 : 0;
  const auto [end, code] = std::from_chars(t.data(), t.data() + t.size(), value);
  const bool fine = code == std::errc() && end == t.data() + t.size() && value >= least && value <= most &&
                    (t.size() == digits + 1 || t[digits] != '0');
  if (yaml.kind == Yaml::scalar && !yaml.plain && fine)
    return refuse(yaml, what, range() + " without quotes", problems);
  if (yaml.kind != Yaml::scalar || !fine) return refuse(yaml, what, range(), problems);
  return value;
}

std::optional<std::uint64_t> read_seed(const Yaml& yaml, const std::string& what, Problems& problems) {
  std::uint64_t value = 0;
  const std::string& t = yaml.text;
  const auto [end, code] = std::from_chars(t.data(), t.data() + t.size(), value);
  const bool digits = yaml.kind == Yaml::scalar && yaml.plain && !t.empty() && end == t.data() + t.size() &&
                      (t.size() == 1 || t[0] != '0');
  if (digits && code == std::errc()) return value;
  return refuse(yaml, what,
                digits ? fmt::format("an integer of at least 0 and at most {}", UINT64_MAX)
                       : std::string("an integer of at least 0"),
                problems);
}

std::optional<double> read_real(const Yaml& yaml, const std::string& what, Problems& problems) {
  if (yaml.kind != Yaml::scalar) return refuse(yaml, what, "a number", problems);
  const ConstantResult r = evaluate_constant(yaml);
  if (r.error.empty()) return r.value;
  problems.add(r.place, fmt::format("{}: found {}, expected a number or a constant formula such as 1/255: {}",
                                    what, yaml.found(), r.error));
  return std::nullopt;
}

namespace {

bool append(const Yaml& yaml, const std::string& what, std::size_t depth, const Shape& shape,
            std::vector<double>& entries, Problems& problems) {
  if (depth == shape.size()) {
    if (yaml.kind != Yaml::scalar) {
      problems.add(yaml.place, fmt::format("{}: found {}, expected {}", what, yaml.found(),
                                           depth ? "a number as elsewhere in this list"
                                                 : "a number or a list of numbers"));
      return false;
    }
    const auto x = read_real(yaml, what, problems);
    if (x) entries.push_back(*x);
    return x.has_value();
  }
  if (yaml.kind != Yaml::list || static_cast<std::int64_t>(yaml.items.size()) != shape[depth]) {
    problems.add(
        yaml.place,
        fmt::format("{}: found {}, expected a list of {} entries like the first one here", what,
                    yaml.kind == Yaml::list ? fmt::format("{} entries", yaml.items.size()) : yaml.found(),
                    shape[depth]));
    return false;
  }
  return std::all_of(yaml.items.begin(), yaml.items.end(), [&](const Yaml& item) {
    return append(item, what, depth + 1, shape, entries, problems);
  });
}

}  // namespace

void read_numbers(const Yaml& yaml, const std::string& what, Shape& shape, std::vector<double>& entries,
                  Problems& problems) {
  for (const Yaml* y = &yaml; y->kind == Yaml::list; y = &y->items[0]) {
    shape.push_back(static_cast<std::int64_t>(y->items.size()));
    if (y->items.empty())
      return problems.add(y->place, fmt::format("{}: found an empty list, expected numbers", what));
  }
  if (shape.size() > GR_MAX_RANK)
    return problems.add(yaml.place, fmt::format("{}: nested more than {} deep", what, GR_MAX_RANK));
  append(yaml, what, 0, shape, entries, problems);
}

}  // namespace graph_runner
