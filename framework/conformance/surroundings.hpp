// What a plugin shares with the program that loads it, and must leave as it is.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace graph_runner {

// The state of this process and thread: rounding, floating-point traps and flushing of small numbers, the C
// and C++ locale, the working folder, umask, environment, signal handlers and mask, handlers of the C++
// library, resource limits, threads, open files.
class Surroundings {
 public:
  static Surroundings now();
  // Each thing that differs, as "changes the locale from C to de_DE".
  std::vector<std::string> changes_to(const Surroundings& later) const;

 private:
  std::vector<std::pair<std::string, std::string>> state_;  // what, and how it is
};

}  // namespace graph_runner
