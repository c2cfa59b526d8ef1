// Drives graphs/xor.yaml from C++: walks one sample forward and backward, then trains as the file declares.
#include <cstdio>
#include <filesystem>

#include "core/walk.hpp"
#include "file/graph_file.hpp"
#include "train/trainer.hpp"

using namespace graph_runner;

int main(int count, char** arguments) try {
  const std::filesystem::path path = count > 1 ? arguments[1] : "graphs/xor.yaml";
  Registry registry({PLUGINS});  // the folders of node plugins
  const GraphFile file = read_graph_file(path, registry);
  const Graph graph = build_graph(file, registry);

  // A plan fixes the sizes and what is wanted: the gradient of the loss by a weight.
  const ValueId loss = graph.find("loss"), weight = graph.find("hidden.W");
  PlanRequest request;
  request.sizes = {{"batch", 1}};
  request.seeds = {loss};
  request.wanted = {weight};
  const Plan plan(graph, request);
  Parameters parameters(graph, request.sizes, plan.scalar());
  parameters.initialise(graph, request.sizes, /*seed*/ 1);

  // A workspace is the memory of its walks; inputs are written, values and gradients read.
  Workspace w(plan, parameters);
  write(w.value(graph.find("x")), std::vector<double>{1, 1});
  write(w.value(graph.find("y")), std::vector<double>{0});
  walk_forward(w);
  std::printf("loss of (1, 1): %.4f\n", w.value(loss).at(0));
  fill(w.gradient(loss), 1);
  walk_backward(w);
  const Tensor gradient = w.gradient(weight);
  std::printf("d loss / d hidden.W, shape %s:", to_string(*gradient.shape).c_str());
  for (std::int64_t i = 0; i < gradient.entries; ++i) std::printf(" %.4f", gradient.at(i));

  Trainer trainer(graph, *file.train, &*file.data, path.parent_path());
  const TrainingResult result = trainer.run();
  for (const auto& [name, mean] : result.last.train)
    std::printf("\nafter training: %s %.2g\n", name.c_str(), mean);
  return result.requirements_held() ? 0 : 1;
} catch (const Error& error) {  // of the file, the graph, a plugin or the run
  for (const Problem& p : error.problems()) std::fputs(render(p, "error", false).c_str(), stderr);
  return static_cast<int>(error.exit());
}
