#include "report/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "report/axis.hpp"
#include "report/html.hpp"

namespace graph_runner {

namespace {

constexpr std::size_t most_cells = 40000;  // of the table of a chart with many curves
constexpr std::size_t most_dots = 60;      // of a curve whose points are marked
constexpr int colours = 8;                 // that the style knows

// The largest and the least of what is drawn; of positive numbers alone for a logarithmic scale.
struct Range {
  double low = INFINITY, high = -INFINITY;
  bool empty() const { return low > high; }
};
Range range_of(const Chart& chart, bool positive) {
  Range range;
  for (const Curve& curve : chart.curves)
    for (const double x : curve.values)
      if (std::isfinite(x) && (!positive || x > 0))
        range.low = std::min(range.low, x), range.high = std::max(range.high, x);
  return range;
}

// The lines of a curve, broken where it has no value; or a dot at each place.
std::string path(const Chart& chart, const Curve& curve, const std::vector<std::size_t>& places,
                 const Axis& across, const Axis& up, bool positive, bool dots) {
  std::string d;
  bool open = false;
  for (const std::size_t i : places) {
    const double x = curve.values[i];
    const bool there = std::isfinite(x) && (!positive || x > 0);
    if (there)
      d += fmt::format("{}{:.5g} {:.5g}{}", open && !dots ? "L" : "M", 1000 * across.place(chart.at[i]),
                       1000 - 1000 * up.place(x), dots ? "h0" : "");
    open = there;
  }
  return d;
}

// One of the two scales: lines of a grid, curves, and marks beside them as text of the page, so that they
// keep their size whatever that of the picture.
std::string area(const Chart& chart, const std::vector<std::size_t>& places, bool positive) {
  const Range range = range_of(chart, positive);
  const Axis across = Axis::counting(chart.at[places.front()], chart.at[places.back()]);
  const Axis up = positive ? Axis::logarithmic(range.low, range.high) : Axis::linear(range.low, range.high);
  std::string svg, marks;
  for (const double x : up.marks()) {
    svg += fmt::format("<path class=\"grid\" d=\"M0 {:.5g}h1000\"/>", 1000 - 1000 * up.place(x));
    marks += fmt::format("<span class=\"up\" style=\"bottom:{:.2f}%\">{:.4g}</span>", 100 * up.place(x),
                         x + 0.0);  // no -0
  }
  for (const double x : across.marks())
    marks +=
        fmt::format("<span class=\"across\" style=\"left:{:.2f}%\">{:g}</span>", 100 * across.place(x), x);
  for (const Curve& curve : chart.curves) {
    const std::string kind = fmt::format("{}\" data-of=\"{}", curve.colour % colours, curve.colour);
    svg += fmt::format("<path class=\"curve{} c{}\" d=\"{}\"/>", curve.dashed ? " dashed" : "", kind,
                       path(chart, curve, places, across, up, positive, false));
    if (places.size() <= most_dots)
      svg += fmt::format("<path class=\"dots c{}\" d=\"{}\"/>", kind,
                         path(chart, curve, places, across, up, positive, true));
  }
  return fmt::format(
      "<div class=\"area {}\"><svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\" "
      "aria-hidden=\"true\">{}</svg>{}</div>\n",
      positive ? "log" : "linear", svg, marks);
}

std::string table(const Chart& chart, const std::vector<std::size_t>& places) {
  HtmlTable made{fmt::format("{} by {}", chart.title, chart.over), {chart.over}, "r", {}, "numbers"};
  for (const Curve& curve : chart.curves) made.heads.push_back(curve.name), made.columns += 'r';
  for (const std::size_t i : places) {
    made.rows.push_back({fmt::format("{:g}", chart.at[i])});
    if (chart.at[i] >= 1e6) made.rows.back()[0] = fmt::format("{:.0f}", chart.at[i]);
    for (const Curve& curve : chart.curves) made.rows.back().push_back(number_html(curve.values[i]));
  }
  const std::string thinned =
      places.size() == chart.at.size()
          ? ""
          : fmt::format(
                "<p class=\"note\">{} of {} points are drawn: the least and the largest of each span, so "
                "that no peak is lost.</p>\n",
                places.size(), chart.at.size());
  return thinned + details_html("Numbers", table_html(made));
}

// What is drawn, in words: for who does not see it.
std::string words(const Chart& chart, const std::vector<std::size_t>& places) {
  std::string text = fmt::format("{} by {}, from {:g} to {:g}.", chart.title, chart.over,
                                 chart.at[places.front()], chart.at[places.back()]);
  for (const Curve& curve : chart.curves)
    text += fmt::format(" {}: {} to {}.", curve.name, number(curve.values[places.front()]),
                        number(curve.values[places.back()]));
  return text + " The numbers follow as a table.";
}

std::string legend(const Chart& chart, bool has_log) {
  std::string out = "<div class=\"legend\">";
  for (std::size_t c = 0; c < chart.legend.size(); ++c)
    out += fmt::format(
        "<label><input type=\"checkbox\" class=\"of\" value=\"{}\" checked><i class=\"key c{}\"></i>{}"
        "</label>",
        c, c % colours, escaped(chart.legend[c]));
  if (has_log) out += "<label class=\"scale\"><input type=\"checkbox\" class=\"to-log\">log scale</label>";
  return out + "</div>\n";
}

}  // namespace

std::vector<std::size_t> drawn_places(const Chart& chart) {
  const std::size_t n = chart.at.size();
  const std::size_t most = std::min(most_points, std::max<std::size_t>(20, most_cells / chart.curves.size()));
  std::set<std::size_t> kept;
  if (n <= most) {
    for (std::size_t i = 0; i < n; ++i) kept.insert(kept.end(), i);
    return {kept.begin(), kept.end()};
  }
  const std::size_t spans = std::max<std::size_t>(1, (most - 2) / (2 * chart.curves.size()));
  kept = {0, n - 1};
  for (std::size_t s = 0; s < spans; ++s)
    for (const Curve& curve : chart.curves) {
      const auto first = curve.values.begin() + static_cast<std::ptrdiff_t>(s * n / spans),
                 end = curve.values.begin() + static_cast<std::ptrdiff_t>((s + 1) * n / spans);
      // A NaN is neither: it compares as equal to all.
      const auto less = [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; };
      const auto more = [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a > b; };
      for (const auto at : {std::min_element(first, end, less), std::min_element(first, end, more)})
        if (at != end) kept.insert(static_cast<std::size_t>(at - curve.values.begin()));
    }
  return {kept.begin(), kept.end()};
}

std::string chart_html(const Chart& chart) {
  if (chart.at.empty() || chart.curves.empty() || range_of(chart, false).empty()) return "";
  const std::vector<std::size_t> places = drawn_places(chart);
  const bool has_log = !range_of(chart, true).empty();
  return fmt::format(
      "<figure class=\"chart\">\n<figcaption>{} <small>by {}</small></figcaption>\n{}"
      "<div class=\"plot\" role=\"img\" tabindex=\"0\" aria-label=\"{}\">\n{}{}"
      "<div class=\"cursor\" hidden></div></div>\n<output class=\"readout\" "
      "aria-live=\"polite\"></output>\n{}"
      "</figure>\n",
      escaped(chart.title), escaped(chart.over), legend(chart, has_log), escaped(words(chart, places)),
      area(chart, places, false), has_log ? area(chart, places, true) : "", table(chart, places));
}

}  // namespace graph_runner
