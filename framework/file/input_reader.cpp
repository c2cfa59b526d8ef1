#include "file/input_reader.hpp"

#include <fmt/format.h>

#include <cctype>

namespace graph_runner {

std::optional<std::vector<AxisSpec>> read_shape(const Yaml& yaml, const std::string& what, Problems& problems,
                                                const BlockSizes* sizes) {
  std::vector<AxisSpec> shape;
  if (yaml.kind != Yaml::list) {
    problems.add(
        yaml.place,
        fmt::format("{}: found {}, expected a shape: a list of sizes and names of sizes, such as [batch, 10]",
                    what, yaml.found()));
    return std::nullopt;
  }
  bool fine = true;
  for (const Yaml& axis : yaml.items) {
    const bool number = axis.kind == Yaml::scalar && !axis.text.empty() &&
                        (std::isdigit(static_cast<unsigned char>(axis.text[0])) || axis.text[0] == '-');
    if (axis.kind == Yaml::scalar && !number &&
        (is_type_name(axis.text) || (sizes && sizes->paths.count(axis.text)))) {
      shape.push_back({0, axis.text});
    } else if (const auto size =
                   number ? read_integer(axis, what + ", an axis", problems, 1) : std::nullopt) {
      shape.push_back({*size, ""});
    } else {
      fine = false;
      if (!number)
        problems.add(axis.place,
                     fmt::format("{}, an axis: found {}, expected an integer of at least 1 or the name of "
                                 "a size: a letter, then letters a to z, digits and '_'",
                                 what, axis.found()));
    }
  }
  return fine ? std::optional(std::move(shape)) : std::nullopt;
}

namespace {

// {shape, from, to, …}
bool read_full(const Yaml& value, const std::string& what, InputSpec& input, Problems& problems) {
  MapReader map(value, what, problems);
  bool fine = true;
  if (const Yaml* y = map.require("shape", "a list of sizes")) {
    const auto shape = read_shape(*y, what, problems);
    fine = shape.has_value();
    input.shape = shape.value_or(std::vector<AxisSpec>{});
  }
  if (const Yaml* y = map.get("from")) input.from = read_real(*y, what + ", from", problems);
  if (const Yaml* y = map.get("to")) input.to = read_real(*y, what + ", to", problems);
  if (input.from && input.to && *input.from > *input.to)
    problems.add(value.place, fmt::format("{}: from {} is above to {}", what, *input.from, *input.to));
  if (const Yaml* y = map.get("symmetric"))
    input.symmetric = read_bool(*y, what + ", symmetric", problems).value_or(false);
  if (const Yaml* y = map.get("positive_definite"))
    input.positive_definite = read_bool(*y, what + ", positive_definite", problems).value_or(false);
  if (const Yaml* y = map.get("value"))
    read_numbers(*y, what + ", value", input.value_shape, input.value, problems);
  map.finish();
  return fine;
}

}  // namespace

bool read_inputs(const Yaml& yaml, std::vector<InputSpec>& inputs, Problems& problems) {
  bool fine = true;
  each_entry(yaml, "inputs", problems, [&](const Yaml& name, const Yaml& value) {
    InputSpec input;
    input.name = name.text;
    input.place = name.place;
    const std::string what = fmt::format("input '{}'", name.text);
    if (value.kind == Yaml::map) {
      fine &= read_full(value, what, input, problems);
    } else {
      const auto shape = read_shape(value, what, problems);
      fine &= shape.has_value();
      input.shape = shape.value_or(std::vector<AxisSpec>{});
    }
    inputs.push_back(std::move(input));
  });
  return fine;
}

bool read_parameters(const Yaml& yaml, std::vector<ParameterSpec>& parameters, Problems& problems,
                     const BlockSizes* sizes) {
  bool fine = true;
  each_entry(yaml, "parameters", problems, [&](const Yaml& name, const Yaml& value) {
    ParameterSpec parameter;
    parameter.name = name.text;
    parameter.place = name.place;
    const std::string what = fmt::format("parameter '{}'", name.text);
    MapReader map(value, what, problems);
    if (const Yaml* y = map.require("shape", "a list of sizes")) {
      const auto shape = read_shape(*y, what, problems, sizes);
      fine &= shape.has_value();
      parameter.shape = shape.value_or(std::vector<AxisSpec>{});
    }
    if (const Yaml* y = map.require("init", "an initialiser: " + initialisers()))
      if (const auto init = read_init(*y, what + ", init", problems)) parameter.init = *init;
    map.finish();
    parameters.push_back(std::move(parameter));
  });
  return fine;
}

}  // namespace graph_runner
