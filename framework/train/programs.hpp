// Plans that ask for the same of different numbers of samples, and their memory. Private to the room.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/walk.hpp"

namespace graph_runner {

class Programs {
 public:
  // `sample_axis` is the size that differs; empty where there are no data.
  Programs(const Graph& graph, PlanRequest request, std::string sample_axis, std::int64_t batch)
      : graph_(graph), request_(std::move(request)), sample_axis_(std::move(sample_axis)), batch_(batch) {}

  // Plans for so many samples, in batches of which the last may be smaller. Throws Error.
  void plan(std::int64_t samples);
  std::size_t arena_bytes() const;
  // Called once, when all is planned: memory of at least arena_bytes(), which others may share.
  void allocate(const Parameters& parameters, const std::shared_ptr<Buffer>& arena);

  // That for a batch of so many samples, which must have been planned.
  Workspace& of(std::int64_t samples);
  // Calls body(workspace, rows) for the batches of these samples, in order.
  template <class Body>
  void each_batch(std::span<const std::uint32_t> rows, Body&& body) {
    while (!rows.empty()) {
      const std::size_t n = std::min(rows.size(), static_cast<std::size_t>(batch_));
      body(of(static_cast<std::int64_t>(n)), rows.first(n));
      rows = rows.subspan(n);
    }
  }

 private:
  struct Program {
    std::int64_t samples = 0;
    std::unique_ptr<Plan> plan;
    std::unique_ptr<Workspace> workspace;
  };
  void plan_batch(std::int64_t samples);

  const Graph& graph_;
  PlanRequest request_;
  std::string sample_axis_;
  std::int64_t batch_;
  std::vector<Program> programs_;  // few: the whole batch, and a smaller last one a split
};

}  // namespace graph_runner
