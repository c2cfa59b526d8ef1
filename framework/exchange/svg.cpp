// Drawings as SVG 1.1, which browsers, editors and papers take.
#include <fmt/format.h>

#include <map>

#include "exchange/drawing.hpp"
#include "exchange/writers.hpp"
#include "file/graph_file.hpp"

namespace graph_runner {

namespace {

// Light and dark, as the reader has it. The colours of one role are far from those of others for the
// colour-blind too (Okabe & Ito, 2008), and each has a border of its own kind besides.
constexpr const char* style = R"(<style>
.gr{font-family:"DejaVu Sans",Verdana,"Segoe UI",Helvetica,Arial,sans-serif;--ink:#1f2328;--soft:#59636e;--line:#818b98;
--page:#ffffff;--node:#f6f8fa;--input:#ddf1fc;--parameter:#d6f2e8;--formula:#fdf6dc;--objective:#fbe0cf;--block:#ebe3f7}
@media (prefers-color-scheme:dark){.gr{--ink:#e6edf3;--soft:#a6b0bb;--line:#7d8590;--page:#0d1117;--node:#1b222c;
--input:#0f3a52;--parameter:#0d4434;--formula:#453c10;--objective:#57290f;--block:#372a52}}
.gr text{fill:var(--ink);text-anchor:middle;font-size:11px}
.gr .name{font-size:13px;font-weight:600}
.gr .shape{fill:var(--soft);font-size:10px}
.gr .title{font-size:15px;font-weight:600;text-anchor:start}
.gr rect{stroke:var(--line);fill:var(--node)}
.gr .input rect{fill:var(--input)}
.gr .parameter rect{fill:var(--parameter)}
.gr .formula rect{fill:var(--formula);stroke-dasharray:4 2}
.gr .objective rect{fill:var(--objective);stroke-width:2}
.gr .block rect{fill:var(--block)}
.gr .outside rect{fill:var(--page);stroke-dasharray:1 3}
.gr path{fill:none;stroke:var(--line)}
.gr marker path{fill:var(--line);stroke:none}
</style>
)";

constexpr double margin = 16, title_height = 30, line_height = 15;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

const char* name_of(Role role) {
  switch (role) {
    case Role::input:
      return "input";
    case Role::parameter:
      return "parameter";
    case Role::node:
      return "node";
    case Role::formula:
      return "formula";
    case Role::objective:
      return "objective";
    case Role::block:
      return "block";
    case Role::outside:
      return "outside";
  }
  return "";
}

// What a reader who does not see the arrows is told of a box.
std::string told(const Drawing& d, std::size_t at) {
  std::string out = d.boxes[at].name;
  for (std::size_t i = 1; i < d.boxes[at].lines.size(); ++i) out += ", " + d.boxes[at].lines[i];
  std::string fed;
  for (const Arrow& a : d.arrows) {
    if (a.to != at) continue;
    const Box& from = d.boxes[a.from];
    fed += fmt::format("{}{} {}", fed.empty() ? "; fed from " : ", ",
                       from.role == Role::outside ? from.lines[0] : from.name, a.label);
  }
  return out + fed;
}

void write_box(const Drawing& d, std::size_t at, std::string& out) {
  const Box& b = d.boxes[at];
  const double left = b.centre.x - b.width / 2, top = b.centre.y - b.height / 2;
  const double radius = b.role == Role::input || b.role == Role::parameter ? b.height / 2 : 5;
  out += fmt::format("<g class=\"{}\" role=\"listitem\"><title>{}</title>\n", name_of(b.role),
                     escaped(told(d, at)));
  constexpr double behind = 3;  // a second sheet: there is more beneath
  if (b.role == Role::block)
    out += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"5\"/>\n",
                       left + behind, top + behind, b.width, b.height);
  out += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"{:.1f}\"/>\n",
                     left, top, b.width, b.height, radius);
  double y = b.centre.y - static_cast<double>(b.lines.size() - 1) * line_height / 2 + 4;
  for (std::size_t i = 0; i < b.lines.size(); ++i, y += line_height)
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\"{}>{}</text>\n", b.centre.x, y,
                       i == 0 ? " class=\"name\"" : "", escaped(b.lines[i]));
  out += "</g>\n";
}

void write_arrow(const Arrow& a, std::string& out) {
  if (a.path.empty()) return;
  out += fmt::format("<path marker-end=\"url(#gr-tip)\" d=\"M{:.1f},{:.1f}C", a.path[0].x, a.path[0].y);
  for (std::size_t i = 1; i < a.path.size(); ++i)
    out += fmt::format("{}{:.1f},{:.1f}", i == 1 ? "" : " ", a.path[i].x, a.path[i].y);
  out += fmt::format("\"/>\n<text class=\"shape\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", a.label_centre.x,
                     a.label_centre.y + 4, escaped(a.label));
}

}  // namespace

std::string svg(std::span<const Drawing> drawings) {
  double width = 0, height = margin;
  for (const Drawing& d : drawings) {
    width = std::max(width, d.width);
    height += d.height + margin + (d.title.empty() ? 0 : title_height);
  }
  width += 2 * margin;
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"gr\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"list\" aria-label=\"The computation graph\">\n{2}"
      "<defs><marker id=\"gr-tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" "
      "markerHeight=\"7\" "
      "orient=\"auto\"><path d=\"M0,0L8,4L0,8z\"/></marker></defs>\n"
      "<rect width=\"{0:.0f}\" height=\"{1:.0f}\" style=\"fill:var(--page);stroke:none\"/>\n",
      width, height, style);
  double top = margin;
  for (const Drawing& d : drawings) {
    if (!d.title.empty()) {
      out += fmt::format("<text class=\"title\" x=\"{:.0f}\" y=\"{:.1f}\">{}</text>\n", margin, top + 18,
                         escaped(d.title));
      top += title_height;
    }
    out += fmt::format("<g transform=\"translate({:.1f},{:.1f})\">\n", margin, top);
    for (const Arrow& a : d.arrows) write_arrow(a, out);
    for (std::size_t b = 0; b < d.boxes.size(); ++b) write_box(d, b, out);
    out += "</g>\n";
    top += d.height + margin;
  }
  return out + "</svg>\n";
}

std::string write_svg(const std::string& path, Registry& registry) {
  const GraphFile file = read_graph_file(path, registry);
  std::vector<Drawing> all =
      drawings(build_graph(file, registry), file.uses, file.train ? file.train->minimize.name : "");
  for (Drawing& d : all) place(d);
  return svg(all);
}

}  // namespace graph_runner
