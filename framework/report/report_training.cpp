// What came of training, and how it got there.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/text.hpp"
#include "report/chart.hpp"
#include "report/report_parts.hpp"

namespace graph_runner {

namespace {

// What an event says of a key, as a fact; "" where it does not.
std::string fact(const Event& event, const char* key) {
  const auto found = event.find(key);
  if (found == event.end()) return "";
  const std::string text = found->is_string() ? found->get<std::string>() : found->dump();
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", key, escaped(text));
}

std::string settings(const Events& events) {
  std::string out;
  for (const Event* summary : of_kind(events, "summary")) {
    for (const char* key : {"objective", "optimizer", "batch", "epochs"}) out += fact(*summary, key);
    if (const auto samples = summary->find("samples"); samples != summary->end())
      for (const auto& [split, n] : samples->items())
        out += fmt::format("<div><dt>{} samples</dt><dd>{}</dd></div>", escaped(split),
                           grouped(n.get<std::int64_t>()));
  }
  double seconds = 0;
  for (const Event* epoch : of_kind(events, "epoch")) seconds += number_of(epoch->at("seconds"));
  out += fmt::format("<div><dt>training took</dt><dd>{}</dd></div>", seconds_html(seconds));
  return fmt::format("<dl class=\"facts\">{}</dl>\n", out);
}

std::string requirements(const Event& verdict) {
  HtmlTable table{"Required", {"requirement", "found", ""}, "lrl", {}, ""};
  for (const Event& r : verdict.at("checked")) {
    const bool met = r.at("holds").get<bool>();
    table.rows.push_back({escaped(text_of(r, "requirement")), number_html(number_of(r.at("found"))),
                          verdict_html(met, met ? "met" : "NOT MET")});
  }
  return table.rows.empty() ? "" : table_html(table);
}

// A row a value: its means over the splits, the gap between them, and its best.
std::string last_means(const Event& verdict) {
  const std::vector<Mean> means = means_of(verdict);
  HtmlTable table{fmt::format("After epoch {}", verdict.at("epoch").dump()), {"value"}, "l", {}, ""};
  std::map<std::string, std::size_t> column, row;
  for (const Mean& m : means) {
    if (column.try_emplace(m.split, table.heads.size()).second) table.heads.push_back(m.split);
    if (row.try_emplace(m.value, table.rows.size()).second) table.rows.push_back({escaped(m.value)});
    table.rows[row.at(m.value)].push_back(number_html(m.mean));
  }
  if (const auto gap = verdict.find("gap"); gap != verdict.end()) {
    table.heads.push_back(fmt::format("train - {}", column.count("test") ? "test" : "validation"));
    for (const auto& [name, by] : gap->items())
      table.rows[row.at(name)].push_back(number_html(number_of(by)));
  }
  table.columns.resize(table.heads.size(), 'r');
  std::string out = table_html(table);
  if (const auto best = verdict.find("best"); best != verdict.end())
    for (const auto& [name, b] : best->items())
      out += fmt::format("<p>Best {}: {}, after epoch {}.</p>\n", escaped(name),
                         number_html(number_of(b.at("found"))), b.at("epoch").dump());
  if (const std::string hint = text_of(verdict, "hint"); !hint.empty())
    out += fmt::format("<p class=\"message warning\">hint: {}</p>\n", escaped(hint));
  return out;
}

// A chart a value, its splits over each other.
std::string curves(const Events& events) {
  const std::vector<const Event*> epochs = of_kind(events, "epoch");
  std::vector<Chart> charts;
  for (std::size_t i = 0; i < epochs.size(); ++i)
    for (const Mean& m : means_of(*epochs[i])) {
      auto chart =
          std::find_if(charts.begin(), charts.end(), [&](const Chart& c) { return c.title == m.value; });
      if (chart == charts.end()) chart = charts.insert(chart, Chart{m.value, "epoch", {}, {}, {}});
      auto curve = std::find_if(chart->curves.begin(), chart->curves.end(),
                                [&](const Curve& c) { return c.name == m.split; });
      if (curve == chart->curves.end()) {
        // Colours mean the same in all charts.
        curve =
            chart->curves.insert(curve, Curve{m.split, static_cast<int>(chart->curves.size()), false, {}});
        chart->legend.push_back(m.split);
      }
      curve->values.resize(epochs.size(), NAN);
      curve->values[i] = m.mean;
    }
  std::string out;
  for (Chart& chart : charts) {
    for (const Event* epoch : epochs) chart.at.push_back(number_of(epoch->at("epoch")));
    out += chart_html(chart);
  }
  return out.empty() ? "" : fmt::format("<div class=\"charts\">\n{}</div>\n", out);
}

}  // namespace

std::string training_part(const Events& events) {
  // A sweep's runs have a part of their own.
  if (!of_kind(events, "run").empty()) return "";
  std::string out;
  for (const Event* verdict : of_kind(events, "verdict"))
    if (verdict->contains("epoch"))
      out += section_html("Result", last_means(*verdict) + requirements(*verdict) + settings(events));
  if (const std::string drawn = curves(events); !drawn.empty()) out += section_html("Training", drawn);
  return out;
}

}  // namespace graph_runner
