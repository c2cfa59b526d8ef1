#include "tools/interruption.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <string_view>

namespace graph_runner::cli {

namespace {

std::atomic<bool> asked{false};
std::atomic<int> signal_number{0};
// Read by the handler. Before the work begins, nothing can be lost.
volatile std::sig_atomic_t nothing_to_lose = 1, json_is_spoken = 0, on_terminal = 0;

// As signal handlers may.
void put(int stream, std::string_view text) { (void)!write(stream, text.data(), text.size()); }

void say_at_once() {
  if (json_is_spoken)
    put(STDOUT_FILENO, "{\"event\":\"interrupted\"}\n");
  else
    put(STDERR_FILENO, "interrupted\n");
}

void on_signal(int number) {
  const int error = errno;  // of the call that it came between
  int none = 0;
  const bool first = signal_number.compare_exchange_strong(none, number);
  if (first && on_terminal) put(STDERR_FILENO, "\n");  // after the ^C that it shows
  if (first && nothing_to_lose) say_at_once();
  if (!first || nothing_to_lose) _exit(128 + number);
  asked = true;
  errno = error;
}

// Before main.
[[gnu::constructor]] void watch_signals() {
  on_terminal = isatty(STDERR_FILENO);
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM}) sigaction(number, &action, nullptr);
}

}  // namespace

void begin_work(bool with_json) {
  json_is_spoken = with_json;
  nothing_to_lose = 0;
}

bool interrupted() { return asked; }
Stop stop() { return asked; }
int interruption_code() { return 128 + signal_number; }

int say_interrupted(const Common& common, const std::string& where, Json details) {
  if (wants_events(common)) {
    Json event{{"event", "interrupted"}};
    event.update(details);
    emit(common, event);
  }
  if (!common.json) {
    std::fflush(stdout);
    fmt::print(stderr, "interrupted{}\n", where);
  }
  return interruption_code();
}

EndsAtOnce::EndsAtOnce() : before_(nothing_to_lose) {
  std::fflush(stdout);
  nothing_to_lose = 1;
  if (!asked) return;
  say_at_once();
  _exit(interruption_code());
}
EndsAtOnce::~EndsAtOnce() { nothing_to_lose = before_; }

}  // namespace graph_runner::cli
