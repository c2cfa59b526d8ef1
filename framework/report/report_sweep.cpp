// The runs of a sweep, over each other.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "report/chart.hpp"
#include "report/report_parts.hpp"

namespace graph_runner {

namespace {

// "3: 0.1, 128": a run by its number and the values of its settings.
std::string name_of(const Event& run) {
  std::string values;
  for (const auto& [path, value] : run.at("settings").items())
    values += (values.empty() ? "" : ", ") + value.get<std::string>();
  return fmt::format("{}: {}", run.at("run").dump(), values);
}

std::string table(const std::vector<const Event*>& runs, std::int64_t best) {
  HtmlTable made{"", {"run"}, "r", {}, ""};
  for (const auto& [path, value] : runs[0]->at("settings").items())
    made.heads.push_back(path), made.columns += 'l';
  std::vector<std::string> means;  // the names of all that some run has
  for (const Event* run : runs)
    for (const Mean& m : means_of(*run))
      if (const std::string name = m.split + "." + m.value;
          std::find(means.begin(), means.end(), name) == means.end())
        means.push_back(name);
  made.heads.insert(made.heads.end(), means.begin(), means.end());
  made.columns.resize(made.heads.size(), 'r');
  made.heads.insert(made.heads.end(), {"took", ""});
  made.columns += "rl";
  for (const Event* run : runs) {
    std::vector<std::string>& row = made.rows.emplace_back(1, run->at("run").dump());
    for (const auto& [path, value] : run->at("settings").items())
      row.push_back(escaped(value.get<std::string>()));
    std::map<std::string, double> found;
    for (const Mean& m : means_of(*run)) found[m.split + "." + m.value] = m.mean;
    for (const std::string& name : means) row.push_back(found.count(name) ? number_html(found.at(name)) : "");
    const std::string error = text_of(*run, "error");
    row.push_back(seconds_html(number_of(run->at("seconds"))));
    row.push_back(!error.empty()           ? verdict_html(false, "failed: " + error)
                  : run->at("run") == best ? verdict_html(true, "best")
                                           : escaped(text_of(*run, "hint")));
  }
  return table_html(made);
}

// A chart a value: of each run a colour, its training data dashed.
std::string charts(const Events& events, const std::vector<const Event*>& runs) {
  const std::vector<const Event*> epochs = of_kind(events, "epoch");
  std::set<double> at;
  for (const Event* e : epochs) at.insert(number_of(e->at("epoch")));
  std::vector<Chart> all;
  for (std::size_t r = 0; r < runs.size(); ++r)
    for (const Event* e : epochs) {
      if (!e->contains("run") || e->at("run") != runs[r]->at("run")) continue;
      const bool compared = e->contains("test") || e->contains("validation");
      const auto place = std::distance(at.begin(), at.find(number_of(e->at("epoch"))));
      for (const Mean& m : means_of(*e)) {
        auto chart = std::find_if(all.begin(), all.end(), [&](const Chart& c) { return c.title == m.value; });
        if (chart == all.end())
          chart = all.insert(chart, Chart{m.value, "epoch", {at.begin(), at.end()}, {}, {}});
        const std::string name = fmt::format("run {}, {}", runs[r]->at("run").dump(), m.split);
        auto curve = std::find_if(chart->curves.begin(), chart->curves.end(),
                                  [&](const Curve& c) { return c.name == name; });
        if (curve == chart->curves.end())
          curve = chart->curves.insert(curve, Curve{name, static_cast<int>(r), compared && m.split == "train",
                                                    std::vector<double>(at.size(), NAN)});
        curve->values[static_cast<std::size_t>(place)] = m.mean;
      }
    }
  std::string out;
  for (Chart& chart : all) {
    for (const Event* run : runs) chart.legend.push_back(name_of(*run));
    out += chart_html(chart);
  }
  return out.empty() ? "" : fmt::format("<div class=\"charts\">\n{}</div>\n", out);
}

}  // namespace

std::string sweep_part(const Events& events) {
  const std::vector<const Event*> runs = of_kind(events, "run");
  if (runs.empty()) return "";
  std::int64_t best = 0;
  std::string said;
  for (const Event* sweep : of_kind(events, "sweep")) {
    best = sweep->at("best").get<std::int64_t>();
    said +=
        fmt::format("<p>Best by {}: run {}, {}. {}</p>\n", escaped(text_of(*sweep, "by")), best,
                    number_html(number_of(sweep->at("value"))),
                    sweep->at("ok").get<bool>() ? "" : verdict_html(false, "What is required is NOT MET."));
  }
  std::string out = section_html("Sweep", said + table(runs, best));
  if (const std::string drawn = charts(events, runs); !drawn.empty())
    out += section_html(
        "Training",
        "<p class=\"note\">A colour a run; training data dashed where others are drawn too.</p>\n" + drawn);
  return out;
}

}  // namespace graph_runner
