#include "train/state.hpp"

#include <algorithm>

namespace graph_runner {

void TrainingState::take_parameters(const Parameters& from, const std::vector<ValueId>& which) {
  for (const ValueId v : which) {
    if (parameters.size() <= v) parameters.resize(v + 1);
    const auto entries = from.tensor(v).as<float>();
    parameters[v].assign(entries.begin(), entries.end());
  }
}

void TrainingState::give_parameters(const Parameters& to) const {
  for (ValueId v = 0; v < parameters.size(); ++v)
    if (!parameters[v].empty())
      std::copy(parameters[v].begin(), parameters[v].end(), to.tensor(v).as<float>().begin());
}

}  // namespace graph_runner
