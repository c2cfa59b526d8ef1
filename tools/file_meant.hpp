// The file that a name was meant for: 'mlp' for graphs/mlp.yaml.
#pragma once

#include <string>

#include "core/error.hpp"

namespace graph_runner::cli {

// "; did you mean the file 'graphs/mlp.yaml'?" where there is one of that name, here or in a folder graphs,
// or else "".
std::string hint_at_file(const std::string& name);

// Does work for a name; where that fails and the name is no file, the error says which file may be meant.
template <class Work>
auto with_file_meant(const std::string& name, const Work& work) try {
  return work();
} catch (const Error& e) {
  const std::string hint = hint_at_file(name);
  if (hint.empty()) throw;
  std::vector<Problem> problems = e.problems();
  problems[0].message += hint;
  throw Error(e.exit(), std::move(problems));
}

}  // namespace graph_runner::cli
