// A plan with the parameters and the memory that its walks need, and entries as doubles whatever its scalar.
#pragma once

#include <span>
#include <vector>

#include "core/walk.hpp"

namespace graph_runner {

struct Evaluation {
  Evaluation(const Graph& graph, PlanRequest request)
      : plan(graph, std::move(request)),
        parameters(graph, plan.request().sizes, plan.scalar()),
        workspace(plan, parameters) {}
  Evaluation(const Evaluation&) = delete;  // the workspace points into it
  Evaluation& operator=(const Evaluation&) = delete;

  Plan plan;
  Parameters parameters;
  Workspace workspace;
  Step step;  // how whoever made it walks it
};

// Whether every number that a forward walk has computed is 0 or between 1e-150 and 1e150, where the plan does
// not reuse memory.
bool is_moderate(const Workspace& workspace);

// All entries of a tensor as doubles: their values, or the tangents of duals.
std::vector<double> read(const Tensor& tensor);
std::vector<double> read_tangents(const Tensor& tensor);
// Sets the tangents of duals; write() of core/walk.hpp sets their values.
void write_tangents(const Tensor& tensor, std::span<const double> tangents);

}  // namespace graph_runner
