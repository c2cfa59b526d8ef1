// The page of --report: takes events while a tool works, and is written when all is done.
#pragma once

#include <memory>

#include "core/atomic_file.hpp"
#include "report/report.hpp"
#include "tools/run_task.hpp"

namespace graph_runner::cli {

class ReportFile {
 public:
  // Finds out at once whether it can be written. Throws Error (file_failed; bad_request where it would take
  // the place of what the command line says is read).
  explicit ReportFile(const RunOptions& options);

  Report report;
  // Draws the graph of a file for it; or says why not, which is no reason to fail.
  void draw(const GraphFile& file, const Graph& graph);
  // Once it is given up, it is not written: where it would take the place of what a graph file reads.
  void give_up() { file_.reset(); }
  // Throws Error (file_failed).
  void write();

 private:
  std::unique_ptr<AtomicFile> file_;
};

}  // namespace graph_runner::cli
