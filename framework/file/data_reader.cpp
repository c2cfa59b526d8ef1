#include "file/data_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "file/reader.hpp"

namespace graph_runner {

namespace {

using Pair = std::pair<std::int64_t, std::int64_t>;

// Two whole numbers of at least 1, such as [first, last].
std::optional<Pair> read_pair(const Yaml& yaml, const std::string& what, const std::string& expected,
                              Problems& problems, std::int64_t most, bool rising) {
  if (yaml.kind != Yaml::list || yaml.items.size() != 2) {
    problems.add(yaml.place, fmt::format("{}: found {}, expected {}", what, yaml.found(), expected));
    return std::nullopt;
  }
  const auto first = read_integer(yaml.items[0], what, problems, 1, most);
  const auto second = read_integer(yaml.items[1], what, problems, rising ? first.value_or(1) : 1, most);
  return first && second ? std::optional(Pair(*first, *second)) : std::nullopt;
}

// A text, or a list of them: calls take(item, text) for each.
template <class Take>
void each_text(const Yaml& yaml, const std::string& what, Problems& problems, Take&& take) {
  if (yaml.kind == Yaml::list && yaml.items.empty())
    problems.add(yaml.place, fmt::format("{}: found an empty list, expected names", what));
  for (const Yaml& item : yaml.kind == Yaml::list ? yaml.items : std::vector<Yaml>{yaml})
    if (const auto text = read_text(item, what, problems)) take(item, *text);
}

void read_columns(const Yaml& yaml, const std::string& what, Option<std::vector<ColumnSpec>>& columns,
                  Problems& problems) {
  columns = {std::vector<ColumnSpec>(), yaml.place};
  each_text(yaml, what, problems, [&](const Yaml& item, const std::string& text) {
    ColumnSpec column{text, 0, item.place};
    const bool number = item.plain && text.find_first_not_of("-0123456789") == std::string::npos;
    if (number) column.number = read_integer(item, what, problems, 1).value_or(1);
    columns.value->push_back(std::move(column));
  });
}

// one_hot: how many classes there are, or their names.
void read_one_hot(const Yaml& yaml, const std::string& what, ArraySpec& array, Problems& problems) {
  if (yaml.kind != Yaml::list) {
    array.one_hot = read_integer(yaml, what, problems, 1, 1 << 24).value_or(0);
    return;
  }
  std::vector<std::string> names;
  each_text(yaml, what, problems, [&](const Yaml& item, const std::string& text) {
    if (std::find(names.begin(), names.end(), text) != names.end())
      problems.add(item.place, fmt::format("{}: the class '{}' stands here twice", what, text));
    names.push_back(text);
  });
  array.one_hot = static_cast<std::int64_t>(names.size());
  array.options.classes = {std::move(names), yaml.place};
}

void read_format_options(MapReader& map, const std::string& what, FormatOptions& options,
                         Problems& problems) {
  if (const Yaml* y = map.get("columns")) read_columns(*y, what + ", columns", options.columns, problems);
  if (const Yaml* y = map.get("missing"))
    if (const auto fill = read_text(*y, what + ", missing", problems)) {
      options.missing = {Fill::mean, y->place};
      if (*fill != "mean")
        problems.add(y->place, fmt::format("{}, missing: found {}, expected mean", what, y->found()));
    }
  if (const Yaml* y = map.get("characters"))
    if (const auto which = read_text(*y, what + ", characters", problems)) {
      options.characters = {*which == "next" ? Characters::next : Characters::current, y->place};
      if (*which != "next" && *which != "current")
        problems.add(y->place,
                     fmt::format("{}, characters: found {}, expected current or next", what, y->found()));
    }
  if (const Yaml* y = map.get("array")) options.array = {read_text(*y, what + ", array", problems), y->place};
  if (const Yaml* y = map.get("size"))
    options.size = {read_pair(*y, what + ", size", "[height, width]", problems, 1 << 12, false), y->place};
  for (const auto& [key, option] :
       {std::pair("header", &options.header), std::pair("invert", &options.invert),
        std::pair("centre", &options.centre)})
    if (const Yaml* y = map.get(key))
      *option = {read_bool(*y, fmt::format("{}, {}", what, key), problems), y->place};
}

// Where the entries come from; says how many of the ways there are.
std::size_t read_source(MapReader& map, const Yaml& value, const std::string& what, ArraySpec& array,
                        Problems& problems) {
  const Yaml* const seed = map.get("seed");
  std::vector<std::pair<const char*, const Yaml*>> found;
  for (const char* key : {"file", "values", "random"})
    if (const Yaml* y = map.get(key)) found.emplace_back(key, y);
  if (found.empty()) return 0;
  if (found.size() > 1)
    problems.add(value.place, fmt::format("{}: found both '{}' and '{}', expected one of them", what,
                                          found[0].first, found[1].first));
  const auto& [key, yaml] = found[0];
  array.source_place = yaml->place;
  if (key == std::string_view("file")) {
    array.file = read_text(*yaml, what + ", file", problems).value_or("");
  } else if (key == std::string_view("random")) {
    array.random = read_integer(*yaml, what + ", random", problems, 1, UINT32_MAX).value_or(1);
    if (seed) array.seed = read_seed(*seed, what + ", seed", problems).value_or(1);
  } else if (yaml->kind != Yaml::list) {
    problems.add(yaml->place, fmt::format("{}: found {}, expected a list of numbers", what, yaml->found()));
  } else {
    read_numbers(*yaml, what, array.shape, array.values, problems);
  }
  return found.size();
}

}  // namespace

ArraySpec read_array_spec(const Yaml& input, const Yaml& value, const std::string& what, Problems& problems,
                          ArraySpec like) {
  ArraySpec array = std::move(like);
  array.input = input.text;
  array.place = input.place;
  array.source_place = value.place;
  if (value.kind == Yaml::list) {
    read_numbers(value, what, array.shape, array.values, problems);
    return array;
  }
  if (value.kind == Yaml::scalar) {
    problems.add(value.place, fmt::format("{}: found {}, expected {{file: NAME}} or a list of numbers", what,
                                          value.found()));
    return array;
  }
  MapReader map(value, what, problems);
  const std::size_t sources = read_source(map, value, what, array, problems);
  if (const Yaml* y = map.get("scale"))
    if (const auto scale = read_real(*y, what + ", scale", problems)) array.scale = *scale;
  if (const Yaml* y = map.get("standardize"))
    array.standardize = read_bool(*y, what + ", standardize", problems).value_or(false);
  if (const Yaml* y = map.get("one_hot")) read_one_hot(*y, what + ", one_hot", array, problems);
  if (const Yaml* y = map.get("rows")) {
    array.rows_place = y->place;
    array.rows = read_pair(*y, what + ", rows", "[first, last], counted from 1", problems, INT64_MAX, true);
  }
  read_format_options(map, what, array.options, problems);
  const bool all_known = map.finish();
  if (sources == 0 && all_known)
    problems.add(value.place, fmt::format("{}: expected 'file', 'values' or 'random'", what));
  if (const Yaml* y = value.find("seed"); y && !value.find("random"))
    problems.add(y->place, fmt::format("{}: 'seed' is of what 'random' draws", what));
  const auto idle = [&](const char* key, bool without_effect, const char* because) {
    if (const Yaml* y = value.find(key); y && without_effect)
      problems.add(y->place, fmt::format("{}: '{}' does nothing to {}; leave it out", what, key, because));
  };
  for (const char* key : {"scale", "size", "invert", "centre"})
    idle(key, value.find("one_hot"), "rows of 'one_hot'");
  idle("standardize", array.standardize && value.find("one_hot"), "rows of 'one_hot'");
  for (const char* key : {"scale", "standardize"})
    idle(key, bool(array.options.characters), "characters of a text");
  idle("scale", array.standardize, "what 'standardize' brings to mean 0 and deviation 1");
  return array;
}

namespace {

void read_draw(const Yaml& yaml, DataSpec& data, Problems& problems) {
  DrawSpec draw;
  draw.place = yaml.place;
  MapReader map(yaml, "data.split", problems);
  const auto fraction = [&](const char* name, double& to, Place& place) {
    const Yaml* y = map.get(name);
    if (!y) return;
    place = y->place;
    const std::string what = fmt::format("data.split.{}", name);
    const auto read = read_real(*y, what, problems);
    if (!read) return;
    if (!(*read > 0 && *read < 1))
      problems.add(y->place, fmt::format("{}: found {}, expected a fraction between 0 and 1, such as 0.2",
                                         what, *read));
    else if (data.find(name))
      problems.add(y->place, fmt::format("{}: the file has data.{} too; expected one of them", what, name));
    else
      to = *read;
  };
  fraction("test", draw.test, draw.test_place);
  fraction("validation", draw.validation, draw.validation_place);
  if (const Yaml* y = map.get("seed")) {
    draw.seed = read_seed(*y, "data.split.seed", problems).value_or(1);
    draw.seed_place = y->place;
  }
  if (map.finish() && map.is_map() && !yaml.find("test") && !yaml.find("validation"))
    problems.add(yaml.place, "data.split: expected 'test: FRACTION', 'validation: FRACTION' or both");
  if (draw.test + draw.validation >= 1)
    problems.add(yaml.place, fmt::format("data.split: test and validation are {} of the samples together; "
                                         "expected less than 1, so that some are left to train on",
                                         draw.test + draw.validation));
  data.draw = draw;
}

}  // namespace

void read_data(const Yaml& yaml, DataSpec& data, Problems& problems) {
  data.place = yaml.place;
  MapReader map(yaml, "data", problems);
  if (const Yaml* y = map.get("root"))
    if (const auto root = read_text(*y, "data.root", problems)) data.root = *root;
  const Yaml* train = map.require("train", "a map from inputs to their data");
  for (const auto& [name, y] : {std::pair("train", train), std::pair("validation", map.get("validation")),
                                std::pair("test", map.get("test"))})
    if (y) {
      SplitSpec split{name, {}, y->place};
      const std::string what = fmt::format("data.{}", name);
      each_entry(*y, what, problems, [&](const Yaml& input, const Yaml& value) {
        split.arrays.push_back(
            read_array_spec(input, value, fmt::format("{}.{}", what, input.text), problems));
      });
      data.splits.push_back(std::move(split));
    }
  if (const Yaml* y = map.get("split")) read_draw(*y, data, problems);
  map.finish();
}

}  // namespace graph_runner
