#include "tools/training_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tools/terminal.hpp"

namespace graph_runner::cli {

using Clock = std::chrono::steady_clock;

TrainingReport::TrainingReport(const Common& common, bool quiet, std::int64_t epochs)
    : common_(common), quiet_(quiet), redraw_(!quiet && !common.json && is_terminal(2)), epochs_(epochs) {}

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
  const int room = terminal_width(2) - 1 - display_width(head) - display_width(tail) - 7;
  std::string bar;
  if (const int width = std::min(room, 30); width >= 8) {
    const int full = static_cast<int>(part * width);
    for (int i = 0; i < width; ++i) bar += i < full ? "█" : "░";
  }
  std::string line = fmt::format("{}{} {:3.0f} %{}", head, bar, 100 * part, tail);
  // A line that wraps cannot be redrawn: it is cut.
  const int width = terminal_width(2) - 1;
  fmt::print(stderr, "\r{}\x1b[K", broken(line, width, width)[0]);
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
    say("required {}: {} ({:.6g})\n", r.text, r.held ? "met" : "NOT MET", r.found);
}

Json means_json(const EpochReport& report) {
  Json all = Json::object();
  for (const auto& [split, means] : splits_of(report))
    for (const auto& [name, mean] : *means) all[split][name] = mean;
  return all;
}

Json epoch_event(const EpochReport& r, std::size_t run) {
  Json event{{"event", "epoch"}};
  if (run) event["run"] = run;
  event["epoch"] = r.epoch;
  event.update(means_json(r));
  event["train_samples"] = r.train_samples;
  event["seconds"] = r.seconds;
  event["samples_per_second"] = r.samples_per_second;
  return event;
}

void TrainingReport::epoch(const EpochReport& r) {
  clear();
  trend_.add(r.train[0].second);
  losses_.add(r.train[0].second);
  loss_ = r.train[0].first;
  if (wants_events(common_)) emit(common_, epoch_event(r));
  if (common_.json) return check_output();
  if (quiet_) return;
  // A graph trained for thousands of epochs gets a line for about twenty of them.
  if (epochs_ > 40 && r.epoch != 1 && r.epoch != epochs_ &&
      r.epoch % std::max<std::int64_t>(1, epochs_ / 20) != 0) {
    ++left_out_;
    return;
  }
  std::vector<std::string> heads{"epoch"}, cells{fmt::format("{}/{}", r.epoch, epochs_)};
  for (const auto& [split, means] : splits_of(r))
    for (const auto& [name, mean] : *means) {
      heads.push_back(fmt::format("{}.{}", split, name));
      cells.push_back(number(mean));
    }
  heads.insert(heads.end(), {"seconds", "samples/s"});
  cells.insert(cells.end(),
               {fmt::format("{:.2f}", r.seconds), grouped(static_cast<std::int64_t>(r.samples_per_second))});
  if (heads_.empty()) {
    heads_ = std::move(heads);
    print_line(heads_);
  }
  print_line(cells);
  check_output();
}

// A row of a table whose next rows are not known yet. What has no room goes on in further lines, below the
// second column.
void TrainingReport::print_line(const std::vector<std::string>& cells) const {
  const auto width = [&](std::size_t c) { return std::max(display_width(heads_[c]), 9); };
  const auto padded = [&](std::size_t c) {
    const int gap = std::max(0, width(c) - display_width(cells[c]));
    return " " + std::string(static_cast<std::size_t>(gap), ' ') + cells[c];
  };
  const int room = output_width();
  std::string line = " " + padded(0);
  const std::string margin(static_cast<std::size_t>(display_width(line)), ' ');
  for (std::size_t c = 1; c < cells.size(); ++c) {
    if (display_width(line) + 1 + width(c) > room && line != margin) {
      fmt::print("{}\n", line);
      line = margin;
    }
    line += padded(c);
  }
  fmt::print("{}\n", line);
}

void TrainingReport::say_left_out() const {
  if (left_out_ > 0)
    say("  … {} of {} epochs not shown; --json prints them all\n", grouped(left_out_), grouped(epochs_));
}

void TrainingReport::draw_losses() const {
  const std::string line = losses_.text();
  if (!quiet_ && !common_.json && is_terminal(1) && speaks_utf8() && !line.empty())
    say("  train.{} {}\n", loss_, line);
}

}  // namespace graph_runner::cli
