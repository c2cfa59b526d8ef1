#include "formulas/formula_nodes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace graph_runner {

std::optional<Formula> read_formula(const Yaml& yaml, const std::string& what, Problems& problems,
                                    const FormulaOptions& options) {
  const auto refuse = [&](const Place& place, const std::string& why) {
    problems.add(place, fmt::format("{}: {}", what, why));
    return std::nullopt;
  };
  if (yaml.kind == Yaml::map)
    return refuse(yaml.place, "found a map, expected a formula; quote a text that contains ': ' or braces");
  if (yaml.kind == Yaml::list) {
    if (yaml.items.empty()) return refuse(yaml.place, "an empty list, expected numbers or rows");
    Formula list;
    list.kind = Formula::list;
    list.place = yaml.place;
    bool fine = true;
    for (const Yaml& item : yaml.items) {
      std::optional<Formula> part = read_formula(item, what, problems, options);
      fine = fine && part;
      if (!part) continue;
      list.depth = std::max(list.depth, part->depth + 1);
      list.parts.push_back(std::move(*part));
    }
    return fine ? std::optional(std::move(list)) : std::nullopt;
  }
  if (yaml.block)
    return refuse(yaml.place,
                  "YAML takes a text that begins with | or > in its own way; put the formula in quotes");
  // A number is its text, without a search for its place: a line may hold very many.
  if (const auto x = yaml.plain ? plain_number(yaml.text) : std::nullopt; x && yaml.text[0] != '-')
    return Formula{Formula::number, yaml.text, *x, {}, yaml.place, 1};
  try {
    return parse_formula(FormulaText(yaml), options);
  } catch (const Error& e) {
    return refuse(e.problems()[0].place, e.problems()[0].message);
  }
}

}  // namespace graph_runner
