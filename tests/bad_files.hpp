// What the tables of bad files share: a row, and the run of the real tool that judges it.
#pragma once

#include <string>
#include <vector>

#include "tests/support.hpp"

namespace graph_runner::test {

struct BadFile {
  std::string refused;  // what is wrong with the file
  std::string text;     // of bad.yaml
  std::string place;    // "line:column" of the first problem; "" where it has none
  std::string message;  // a distinctive part of it
  int code = 2;
  int problems = 1;          // how many are reported: one mistake is not to be complained about twice
  std::string used_at = "";  // of what is inside a block: "line:column" of the use
};

// Runs graph-runner on the file and checks code, place, message, number of problems, time and characters of
// what it prints. `folder` may hold further files.
void check_refused(const BadFile& bad, const TemporaryFolder& folder,
                   const std::vector<std::string>& options = {},
                   const std::vector<std::string>& environment = {});
void check_refused(const std::vector<BadFile>& table);

// `count` copies of a text.
std::string repeat(const std::string& text, int count);

}  // namespace graph_runner::test
