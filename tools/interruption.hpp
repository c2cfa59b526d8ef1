// SIGINT and SIGTERM, which mean the same in all tools: the first ends the work at the next good place, says
// what is known by then and exits with 130 or 143; a second one ends the program at once, with that code.
#pragma once

#include <csignal>
#include <string>

#include "core/stop.hpp"
#include "tools/cli.hpp"

namespace graph_runner::cli {

// From here on, work may be lost by ending at once: before, when the command line is read, none can.
void begin_work(bool with_json);

// Whether a signal has come; what work is given that can end early.
bool interrupted();
Stop stop();
// 130 or 143, by the signal.
int interruption_code();
// Tells on stderr, or as an event with details, that the work was interrupted, and where or what that leaves
// undone (": 3 of 5 claims not judged"). Returns the exit code.
int say_interrupted(const Common& common, const std::string& where, Json details = Json::object());

// While one lives, the first signal ends the program at once: nothing is known that is not printed, and
// nothing is being written. Prints what is not yet printed.
class EndsAtOnce {
 public:
  EndsAtOnce();
  ~EndsAtOnce();
  EndsAtOnce(const EndsAtOnce&) = delete;
  EndsAtOnce& operator=(const EndsAtOnce&) = delete;

 private:
  std::sig_atomic_t before_;
};
// What such work makes.
template <class Work>
auto at_once(Work&& work) {
  const EndsAtOnce scope;
  return work();
}

}  // namespace graph_runner::cli
