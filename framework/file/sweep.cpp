#include "file/sweep.hpp"

#include <fmt/format.h>

#include "file/reader.hpp"

namespace graph_runner {

void read_sweep(const Yaml& yaml, std::vector<SweepAxis>& sweep, Problems& problems) {
  if (yaml.kind == Yaml::map && yaml.entries.empty())
    problems.add(yaml.place,
                 "sweep: tries nothing; expected settings with values, such as "
                 "train.optimizer.rate: [0.01, 0.1]");
  each_entry(yaml, "sweep", problems, [&](const Yaml& key, const Yaml& list) {
    const std::string what = fmt::format("sweep, {}", key.text);
    SweepAxis axis{key.text, {}};
    if (list.kind != Yaml::list || list.items.empty())
      problems.add(list.place, fmt::format("{}: found {}, expected a list of values, such as [0.01, 0.1]",
                                           what, list.kind == Yaml::list ? "an empty list" : list.found()));
    for (const Yaml& value : list.items)
      if (const auto text = read_text(value, what, problems))
        axis.values.push_back(value.plain ? *text : fmt::format("\"{}\"", *text));
    sweep.push_back(std::move(axis));
  });
}

SweepAxis parse_sweep(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error(Exit::bad_request,
                fmt::format("--sweep {}: expected path=values, such as train.optimizer.rate=0.01,0.1", text));
  SweepAxis axis{text.substr(0, equals), {""}};
  int depth = 0;
  char quote = 0;
  for (const char c : text.substr(equals + 1)) {
    if (c == ',' && depth == 0 && !quote) {
      axis.values.emplace_back();
      continue;
    }
    if (!quote) depth += (c == '(' || c == '[') - (c == ')' || c == ']');
    if (quote ? c == quote : c == '\'' || c == '"') quote = quote ? 0 : c;
    axis.values.back() += c;
  }
  for (const std::string& value : axis.values)
    if (value.find_first_not_of(' ') == std::string::npos)
      throw Error(Exit::bad_request, fmt::format("--sweep {}: a value is missing", text));
  return axis;
}

std::vector<std::vector<std::string>> combinations(const std::vector<SweepAxis>& sweep) {
  constexpr std::size_t most = 1000;
  std::vector<std::vector<std::string>> all{{}};
  for (const SweepAxis& axis : sweep) {
    if (all.size() * axis.values.size() > most)
      throw Error(Exit::bad_request,
                  fmt::format("sweep: there are more than {} combinations; try fewer values at once", most));
    std::vector<std::vector<std::string>> longer;
    for (const std::vector<std::string>& begun : all)
      for (const std::string& value : axis.values) {
        longer.push_back(begun);
        longer.back().push_back(fmt::format("{}={}", axis.path, value));
      }
    all = std::move(longer);
  }
  return all;
}

}  // namespace graph_runner
