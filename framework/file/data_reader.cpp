#include "file/data_reader.hpp"

#include <fmt/format.h>

#include "file/reader.hpp"

namespace graph_runner {

ArraySpec read_array_spec(const Yaml& input, const Yaml& value, const std::string& what, Problems& problems) {
  ArraySpec array;
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
  const Yaml* file = map.get("file");
  const Yaml* values = map.get("values");
  if (file) {
    array.source_place = file->place;
    if (const auto name = read_text(*file, what + ", file", problems)) array.file = *name;
  } else if (values) {
    array.source_place = values->place;
    if (values->kind != Yaml::list)
      problems.add(values->place,
                   fmt::format("{}: found {}, expected a list of numbers", what, values->found()));
    else
      read_numbers(*values, what, array.shape, array.values, problems);
  }
  if (const Yaml* y = map.get("scale"))
    if (const auto scale = read_real(*y, what + ", scale", problems)) array.scale = *scale;
  if (const Yaml* y = map.get("standardize"))
    array.standardize = read_bool(*y, what + ", standardize", problems).value_or(false);
  if (const Yaml* y = map.get("one_hot"))
    if (const auto n = read_integer(*y, what + ", one_hot", problems, 1, 1 << 24)) array.one_hot = *n;
  if (const Yaml* y = map.get("rows")) {
    array.rows_place = y->place;
    if (y->kind != Yaml::list || y->items.size() != 2) {
      problems.add(y->place, fmt::format("{}, rows: found {}, expected [first, last], counted from 1", what,
                                         y->found()));
    } else {
      const auto first = read_integer(y->items[0], what + ", the first row", problems, 1);
      const auto last = read_integer(y->items[1], what + ", the last row", problems, first.value_or(1));
      if (first && last) array.rows.emplace(*first, *last);
    }
  }
  const bool all_known = map.finish();
  if (file && values)
    problems.add(value.place, fmt::format("{}: found both 'file' and 'values', expected one of them", what));
  else if (!file && !values && all_known)
    problems.add(value.place, fmt::format("{}: expected either 'file' or 'values'", what));
  const auto idle = [&](const char* key, bool without_effect, const char* because) {
    if (const Yaml* y = value.find(key); y && without_effect)
      problems.add(y->place, fmt::format("{}: '{}' does nothing to {}; leave it out", what, key, because));
  };
  idle("scale", value.find("one_hot"), "rows of 'one_hot'");
  idle("standardize", array.standardize && value.find("one_hot"), "rows of 'one_hot'");
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
  if (const Yaml* y = map.get("seed"))
    draw.seed = static_cast<std::uint64_t>(read_integer(*y, "data.split.seed", problems, 0).value_or(1));
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
