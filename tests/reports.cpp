// Reports: what came of a run as one page, with the figures that --json prints.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "report/chart.hpp"
#include "report/html.hpp"
#include "report/report.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

const std::string network = R"(inputs: {x: [batch, 2], y: [batch, 1]}
nodes:
  hidden: {type: Linear, in: x, units: 4}
  active: {type: Tanh, in: hidden}
  output: {type: Linear, in: active, units: 1}
  loss:   {type: SquaredLoss, in: [output, y]}
  off:    {type: Add, in: [output, y]}
data:
  train: {x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [[0], [1], [1], [0]]}
  test:  {x: [[0, 0], [1, 1]], y: [[0], [0]]}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.1}, batch: 2, epochs: 3, watch: [off], require: {test.loss: 1e-9}}
)";

struct Reported {
  explicit Reported(const std::string& yaml, std::vector<std::string> options = {}) {
    options.insert(options.begin(), {folder.write("g.yaml", yaml), "--json", "--report", page_file()});
    outcome = run_tool("graph-runner", options, folder.path());
    if (fs::exists(page_file())) page = read_file(page_file());
  }
  std::string page_file() const { return folder.path() / "run.html"; }
  std::vector<Json> events(const std::string& kind) const {
    std::vector<Json> found;
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);)
      if (Json event = Json::parse(line); event["event"] == kind) found.push_back(event);
    return found;
  }
  TemporaryFolder folder;
  Outcome outcome;
  std::string page;
};

// The page but for what takes time or tells it, and the machine.
std::string without_time(const std::string& page) {
  return std::regex_replace(page, std::regex("<time[^>]*>[^<]*</time>"), "");
}

// The numbers of the table with a caption, row by row, with all of their digits.
std::vector<std::vector<double>> numbers(const std::string& page, const std::string& caption) {
  const std::size_t start = page.find("<caption>" + caption + "</caption>");
  REQUIRE(start != std::string::npos);
  std::istringstream rows(page.substr(start, page.find("</table>", start) - start));
  std::vector<std::vector<double>> found;
  static const std::regex number("<data value=\"([^\"]*)\">");
  for (std::string line; std::getline(rows, line);) {
    if (line.rfind("<tr><th scope=\"row\"", 0) != 0) continue;
    found.emplace_back();
    for (std::sregex_iterator at(line.begin(), line.end(), number), end; at != end; ++at)
      found.back().push_back(std::stod((*at)[1]));
  }
  return found;
}

}  // namespace

TEST_CASE("the numbers of a chart are those of --json") {
  const Reported r(network);
  CHECK(r.outcome.code == 1);
  const std::vector<Json> epochs = r.events("epoch");
  REQUIRE(epochs.size() == 3);
  for (const char* value : {"loss", "off"}) {
    const auto found = numbers(r.page, std::string(value) + " by epoch");
    REQUIRE(found.size() == 3);
    for (std::size_t i = 0; i < 3; ++i)
      CHECK(found[i] == std::vector<double>{epochs[i]["train"][value], epochs[i]["test"][value]});
  }
  const Json verdict = r.events("verdict").at(0);
  const auto last = numbers(r.page, "After epoch 3");
  CHECK(last[0] ==
        std::vector<double>{verdict["train"]["loss"], verdict["test"]["loss"], verdict["gap"]["loss"]});
  CHECK(numbers(r.page, "Required")[0][0] == verdict["checked"][0]["found"].get<double>());
  CHECK(contains(r.page, "<span class=\"bad\">NOT MET</span>"));
  CHECK(contains(r.page, "<span class=\"bad\">the check said no</span>"));
}

TEST_CASE("a report is the same for the same file but for time, and asks for nothing from elsewhere") {
  const Reported a(network);
  CHECK(a.page.size() > 1000);
  const auto nameless = [](const Reported& r) {
    return without_time(std::regex_replace(r.page, std::regex(r.folder.path().string()), ""));
  };
  CHECK(nameless(a) == nameless(Reported(network)));
  // Nothing but the name of SVG's elements.
  CHECK(!contains(std::regex_replace(a.page, std::regex("xmlns=\"http://www.w3.org/2000/svg\""), ""), "://"));
  CHECK(!contains(a.page, " src="));
  CHECK(contains(a.page, "default-src 'none'"));
  CHECK(a.page.ends_with("</html>\n"));
}

TEST_CASE("what --json prints does not depend on a report") {
  const Reported r(network);
  const Outcome alone = run_tool("graph-runner", {"g.yaml", "--json"}, r.folder.path());
  const auto plain = [&](const std::string& out) {
    return std::regex_replace(
        std::regex_replace(out, std::regex("\"(seconds|samples_per_second)\":[^,}]*"), ""),
        std::regex(r.folder.path().string() + "/"), "");
  };
  CHECK(plain(alone.out) == plain(r.outcome.out));
}

TEST_CASE("the runs of a sweep are rows and curves, with the figures of --json") {
  const Reported r(network, {"--sweep", "train.optimizer.rate=0.01,0.1,1e9", "--set", "train.require={}"});
  const std::vector<Json> runs = r.events("run");
  REQUIRE(runs.size() == 3);
  const auto curves = numbers(r.page, "loss by epoch");
  REQUIRE(curves.size() == 3);
  CHECK(curves[2][0] == runs[0]["train"]["loss"].get<double>());
  CHECK(curves[2][3] == runs[1]["test"]["loss"].get<double>());
  CHECK(contains(r.page, "failed: "));
  CHECK(contains(r.page, ">best</span>"));
}

TEST_CASE("claims stand in a report with their diagnoses") {
  const Reported r("inputs: {x: [n]}\nnodes: {f: x'*x}\ncheck:\n  - df/dx = 2*x\n  - df/dx = x\n");
  CHECK(r.outcome.code == 1);
  CHECK(contains(r.page, "<span class=\"good\">holds</span>"));
  CHECK(contains(r.page, "<span class=\"bad\">refuted</span>"));
  const Json wrong = r.events("claim").at(1);
  CHECK(contains(r.page, escaped(wrong["diagnosis"].get<std::string>())));
  CHECK(contains(r.page, escaped(wrong["where"].get<std::string>())));
}

TEST_CASE("grades stand in a report, a row a student, whatever the name of a file") {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "answers");
  folder.write("answers/<b onclick='x'>&\".yaml", "check:\n  - df/dx = 2*x\n");
  folder.write("answers/zed.yaml", "check: 3\n");
  folder.write(
      "g.yaml",
      "inputs: {x: [n]}\nnodes: {f: x'*x}\ncheck:\n  - {question: 'df/dx = ?', name: <i>1, points: 2}\n");
  const Outcome o =
      run_tool("graph-runner", {"g.yaml", "--claims", "answers", "--report", "r.html"}, folder.path());
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  const std::string page = read_file(folder.path() / "r.html");
  CHECK(contains(page, "&lt;b onclick=&#39;x&#39;&gt;&amp;&quot;"));
  CHECK(contains(page, "&lt;i&gt;1"));
  CHECK(!contains(page, "<b onclick"));
  CHECK(!contains(page, "<i>1"));
}

TEST_CASE("texts of events stay texts, and broken ones are replaced") {
  Report report;
  report.begin_file("</title><script>alert(1)</script>.yaml");
  report.take(R"({"event":"error","file":"<a&b>","line":1,"column":2,"message":"\"</p><img src=x>'"})");
  report.end_file(2);
  const std::string page = report.page({"1", "now", "<machine>"});
  CHECK(!contains(page, "<script>alert"));
  CHECK(!contains(page, "<img"));
  CHECK(!contains(page, "<machine>"));
  CHECK(contains(page, "&lt;a&amp;b&gt;:1:2: error: &quot;&lt;/p&gt;"));
  CHECK(escaped("a\xff\x01") == "a\uFFFD\uFFFD");
}

TEST_CASE("a report takes the place of nothing that is read, and is no device") {
  const TemporaryFolder folder;
  folder.write("g.yaml", network);
  const auto refused = [&](const std::string& to) {
    return run_tool("graph-runner", {"g.yaml", "--report", to}, folder.path());
  };
  CHECK(refused("g.yaml").code == 2);
  CHECK(read_file(folder.path() / "g.yaml") == network);
  CHECK(refused("/dev/null").code == 4);
  CHECK(refused("nowhere/r.html").code == 4);
  std::string with_file = network;
  with_file.replace(with_file.find("[[0], [0]]}"), 11, "{file: y.csv}}");
  folder.write("y.csv", "0\n0\n");
  folder.write("g.yaml", with_file);
  CHECK(refused("y.csv").code == 2);
  CHECK(read_file(folder.path() / "y.csv") == "0\n0\n");
}

TEST_CASE("of very many points, a chart draws the least and the largest of each span") {
  Chart chart{"loss", "epoch", {}, {{"train", 0, false, {}}, {"test", 1, false, {}}}, {"train", "test"}};
  for (int i = 0; i < 100000; ++i) {
    chart.at.push_back(i + 1);
    chart.curves[0].values.push_back(i == 54321 ? 1e3 : 1.0 / (i + 1));
    chart.curves[1].values.push_back(i == 65432 ? -1e3 : 2.0 / (i + 1));
  }
  const std::vector<std::size_t> drawn = drawn_places(chart);
  CHECK(drawn.size() <= most_points);
  CHECK(std::is_sorted(drawn.begin(), drawn.end()));
  for (const std::size_t place : {0, 54321, 65432, 99999})
    CHECK(std::binary_search(drawn.begin(), drawn.end(), place));
  CHECK(contains(chart_html(chart), " of 100000 points are drawn"));
}
