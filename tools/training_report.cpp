#include "tools/training_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/text.hpp"
#include "tools/summary.hpp"

namespace graph_runner::cli {

using Clock = std::chrono::steady_clock;

TrainingReport::TrainingReport(const Common& common, bool quiet, std::int64_t epochs)
    : common_(common), quiet_(quiet), redraw_(!quiet && !common.json && is_terminal(2)), epochs_(epochs) {}

std::string number(double x) {
  return std::abs(x) >= 1e-4 && std::abs(x) < 1e6 ? fmt::format("{:.4f}", x) : fmt::format("{:.3g}", x);
}

Json means_json(const Means& means) {
  Json made = Json::object();
  for (const auto& [name, mean] : means) made[name] = mean;
  return made;
}

bool TrainingReport::wants_progress() {
  if (!redraw_ || Clock::now() < next_) return false;
  next_ = Clock::now() + std::chrono::milliseconds(100);
  return true;
}

void TrainingReport::progress(const Progress& p) {
  const double part = static_cast<double>(p.done) / static_cast<double>(p.samples);
  std::string values;
  for (const auto& [name, mean] : p.means) values += fmt::format("  {} {}", name, number(mean));
  const double rate = static_cast<double>(p.done) / std::max(p.seconds, 1e-9);
  const double left =
      (static_cast<double>(p.samples - p.done) + static_cast<double>(p.samples * (p.epochs - p.epoch))) /
      rate;
  const auto seconds = static_cast<std::int64_t>(std::ceil(left));
  const std::string tail = fmt::format("{}  {} samples/s  {}:{:02} left", values,
                                       grouped(static_cast<std::int64_t>(rate)), seconds / 60, seconds % 60);
  const std::string head = fmt::format("epoch {}/{} ", p.epoch, p.epochs);
  const int room = terminal_width(2) - 1 - characters(head) - characters(tail) - 7;
  std::string bar;
  if (const int width = std::min(room, 30); width >= 8) {
    const int full = static_cast<int>(part * width);
    for (int i = 0; i < width; ++i) bar += i < full ? "█" : "░";
  }
  std::string line = fmt::format("{}{} {:3.0f} %{}", head, bar, 100 * part, tail);
  // A line that wraps cannot be redrawn: cut it at the terminal's width.
  const int width = terminal_width(2) - 1;
  while (characters(line) > width) {
    while ((static_cast<unsigned char>(line.back()) & 0xC0) == 0x80) line.pop_back();
    line.pop_back();
  }
  fmt::print(stderr, "\r{}\x1b[K", line);
  std::fflush(stderr);
  drawn_ = true;
}

void TrainingReport::clear() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  drawn_ = false;
}

std::vector<std::pair<const char*, const Means*>> splits_of(const EpochReport& report) {
  return {{"train", &report.train}, {"validation", &report.validation}, {"test", &report.test}};
}

std::string means_text(const std::string& split, const Means& means) {
  std::vector<std::string> parts;
  for (const auto& [name, mean] : means) parts.push_back(fmt::format("{}.{} {}", split, name, number(mean)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

void print_requirements(const TrainingResult& result) {
  for (const Requirement& r : result.requirements)
    fmt::print("required {}: {} ({:.6g})\n", r.text, r.held ? "met" : "NOT MET", r.found);
}

Json means_json(const EpochReport& report) {
  Json all = Json::object();
  for (const auto& [split, means] : splits_of(report))
    for (const auto& [name, mean] : *means) all[split][name] = mean;
  return all;
}

void TrainingReport::epoch(const EpochReport& r) {
  clear();
  trend_.add(r.train[0].second);
  if (common_.json) {
    Json event{{"event", "epoch"}, {"epoch", r.epoch}};
    event.update(means_json(r));
    event["train_samples"] = r.train_samples;
    event["seconds"] = r.seconds;
    event["samples_per_second"] = r.samples_per_second;
    print_json(event);
    return check_output();
  }
  if (quiet_) return;
  // A graph trained for thousands of epochs gets a line for about twenty of them.
  if (epochs_ > 40 && r.epoch != 1 && r.epoch != epochs_ &&
      r.epoch % std::max<std::int64_t>(1, epochs_ / 20) != 0)
    return;
  std::vector<std::string> heads{"epoch"}, cells{fmt::format("{}/{}", r.epoch, epochs_)};
  for (const auto& [split, means] : splits_of(r))
    for (const auto& [name, mean] : *means) {
      heads.push_back(fmt::format("{}.{}", split, name));
      cells.push_back(number(mean));
    }
  heads.insert(heads.end(), {"seconds", "samples/s"});
  cells.insert(cells.end(),
               {fmt::format("{:.2f}", r.seconds), grouped(static_cast<std::int64_t>(r.samples_per_second))});
  const auto print_line = [&](const std::vector<std::string>& row) {
    std::string line = " ";
    for (std::size_t c = 0; c < row.size(); ++c) {
      const int width = std::max(characters(heads[c]), 9);
      line += fmt::format(" {}{}",
                          std::string(static_cast<std::size_t>(std::max(0, width - characters(row[c]))), ' '),
                          row[c]);
    }
    fmt::print("{}\n", line);
  };
  if (!headed_) print_line(heads);
  headed_ = true;
  print_line(cells);
  check_output();
}

}  // namespace graph_runner::cli
