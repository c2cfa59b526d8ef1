#include "tools/report_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <thread>
#include <utility>

#include "exchange/drawing.hpp"
#include "tools/outputs.hpp"

namespace graph_runner::cli {

namespace {

// "AMD EPYC 9R14, 2 processors": as Linux calls it.
std::string machine() {
  std::ifstream in("/proc/cpuinfo");
  std::string name;
  for (std::string line; name.empty() && std::getline(in, line);)
    if (const std::size_t at = line.find(": "); at != std::string::npos && line.rfind("model name", 0) == 0)
      name = line.substr(at + 2) + ", ";
  const unsigned n = std::thread::hardware_concurrency();
  return fmt::format("{}{} processor{}", name, n, n == 1 ? "" : "s");
}

}  // namespace

ReportFile::ReportFile(const RunOptions& options) {
  std::vector<std::filesystem::path> inputs(options.files.begin(), options.files.end());
  if (!options.claims.empty()) inputs.emplace_back(options.claims);
  keep_inputs("--report", options.report, inputs);
  file_ = std::make_unique<AtomicFile>(options.report);
}

void ReportFile::draw(const GraphFile& file, const Graph& graph) {
  try {
    std::vector<Drawing> all = drawings(graph, file.uses, file.train ? file.train->minimize.name : "");
    for (Drawing& d : all) {
      place(d);
      const std::string title = std::exchange(d.title, "");  // stands beside the picture
      report.take(Json{{"event", "drawing"}, {"title", title}, {"svg", svg({&d, 1})}}.dump());
    }
  } catch (const Error& e) {
    report.take(Json{{"event", "drawing"}, {"message", e.problems()[0].message}}.dump());
  }
}

void ReportFile::write() {
  if (!file_) return;
  file_->write(report.page({.version = GRAPH_RUNNER_VERSION,
                            .time = fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::time(nullptr))),
                            .machine = machine()}));
  file_->commit();
}

}  // namespace graph_runner::cli
