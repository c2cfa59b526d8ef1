#include "file/optimizer_reader.hpp"

#include <fmt/format.h>

#include "core/binding.hpp"
#include "core/optimizer_type.hpp"
#include "core/text.hpp"
#include "file/node_reader.hpp"
#include "file/reader.hpp"
#include "formulas/lowering.hpp"
#include "formulas/notation.hpp"

namespace graph_runner {

namespace {

const std::string what = "train.optimizer";

// The type that is named, or null.
const NodeType* read_type(const Yaml& yaml, Registry& registry, Problems& problems) {
  const auto name = read_text(yaml, what + ".type", problems);
  if (!name) return nullptr;
  try {
    const NodeType& type = registry.get(*name);
    if (is_optimizer(type)) return &type;
    problems.add(yaml.place,
                 fmt::format("{}.type: {} is no optimizer, but a node of a graph; expected a type "
                             "such as SGD or Adam (graph-inspect lists them)",
                             what, *name));
  } catch (const Error& e) {
    problems.add(yaml.place, fmt::format("{}.type: {}", what, e.what()));
  }
  return nullptr;
}

// The formula as a graph of its own.
std::shared_ptr<const Graph> rate_graph(const Formula& formula, const Place& place, Registry& registry) {
  GraphSpec spec;
  Scope scope(registry);
  for (const char* name : rate_inputs) {
    InputSpec& input = spec.inputs.emplace_back();
    input.name = name;
    scope.declare(name, input.shape);
  }
  Lowering(scope, what + ".rate", "rate", spec.nodes).lower_as("rate", formula);
  const auto graph = std::make_shared<Graph>(spec, registry);
  if (const gr_shape& shape = graph->values()[graph->find("rate")].shape; shape.rank != 0)
    throw Error(Exit::bad_request, place,
                fmt::format("{}.rate: its shape is {}, expected a number", what, graph->sizes().text(shape)));
  return graph;
}

void read_rate(const Yaml& yaml, RateSpec& rate, Registry& registry, Problems& problems) {
  rate.place = yaml.place;
  rate.text = yaml.text;
  if (yaml.kind != Yaml::scalar)
    return problems.add(yaml.place,
                        fmt::format("{}.rate: found {}, expected a number or a formula", what, yaml.found()));
  const std::optional<Formula> formula = read_formula(yaml, what + ".rate", problems);
  if (!formula) return;
  const auto refuse = [&](const Error& e, const std::string& before, const std::string& after) {
    for (const Problem& p : e.problems())
      problems.add(p.place.source ? p.place : yaml.place, before + p.message + after);
  };
  std::optional<double> constant;
  try {
    constant = constant_value(understood(*formula, {}));
  } catch (const Error& e) {
    return refuse(e, what + ".rate: ", "");
  }
  if (constant && *constant <= 0)
    problems.add(yaml.place, fmt::format("{}.rate: found {}, expected a number above 0", what, *constant));
  rate.constant = constant.value_or(0);
  if (!constant) try {
      rate.formula = rate_graph(*formula, yaml.place, registry);
    } catch (const Error& e) {
      refuse(e, "",
             fmt::format("; the rate is a number, or a formula of {}",
                         any_of({std::begin(rate_inputs), std::end(rate_inputs)})));
    }
}

void read_clip(const Yaml& yaml, ClipSpec& clip, Problems& problems) {
  const std::string clip_what = what + ".clip";
  MapReader map(yaml, clip_what, problems);
  for (const auto& [key, kind] : {std::pair("norm", ClipSpec::norm), std::pair("value", ClipSpec::value)}) {
    const Yaml* y = map.get(key);
    const auto most = y ? read_real(*y, fmt::format("{}.{}", clip_what, key), problems) : std::nullopt;
    if (!most) continue;
    if (*most <= 0)
      problems.add(y->place,
                   fmt::format("{}.{}: found {}, expected a number above 0", clip_what, key, *most));
    clip = {kind, *most};
  }
  if (map.finish() && map.is_map() && yaml.entries.size() != 1)
    problems.add(yaml.place, fmt::format("{}: expected either 'norm' or 'value'", clip_what));
}

}  // namespace

void read_optimizer(const Yaml& yaml, OptimizerSpec& optimizer, Registry& registry, Problems& problems) {
  optimizer.place = yaml.place;
  MapReader map(yaml, what, problems);
  const Yaml* type = map.require("type", "the name of an optimizer, such as SGD or Adam");
  if (type) optimizer.type = read_type(*type, registry, problems);
  if (const Yaml* y = map.require("rate", "the learning rate, such as 0.1"))
    read_rate(*y, optimizer.rate, registry, problems);
  if (const Yaml* y = map.get("clip")) read_clip(*y, optimizer.clip, problems);
  if (!optimizer.type) return map.finish_open();
  NodeSpec settings;
  settings.place = yaml.place;
  for (const Attribute& a : optimizer.type->attributes())
    if (const Yaml* y = map.get(a.name))
      read_attribute(a, *y, fmt::format("{}.{}", what, a.name), problems, settings);
  map.finish();
  Sizes sizes;
  BoundAttributes bound = bind_attributes(settings, *optimizer.type, sizes);
  for (const Fault& f : bound.faults)
    problems.add(f.place,
                 fmt::format("{}{}{}: {}", what, f.attribute.empty() ? "" : ".", f.attribute, f.why));
  optimizer.attributes = std::move(bound.values);
}

}  // namespace graph_runner
