// Memory for a probe in which every buffer stands between forbidden pages and known bytes: what a kernel
// touches outside its buffers shows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/probe.hpp"

namespace graph_runner {

class Fences final : public ProbeMemory {
 public:
  // Which edge of each buffer lies at a forbidden page; at the other there are known bytes up to one. The end
  // of a buffer is a multiple of GR_ALIGNMENT away from its start, with known bytes before that. Scratch
  // memory holds known bytes, all else zeros.
  enum class Edge { start, end };
  enum class Phase { open, forward, backward };

  Fences(const Subject& subject, Edge edge, unsigned char known);
  ~Fences() override;
  Fences(const Fences&) = delete;
  Fences& operator=(const Fences&) = delete;

  std::byte* take(Use use, std::size_t tensor, std::size_t bytes) override;
  // Forbids writing what a call may not write: in forward, inputs and parameters; in backward, all values and
  // output gradients.
  void enter(Phase phase);
  // "writes past the end of output 'y'", where a known byte has changed.
  std::optional<std::string> touched() const;

 private:
  struct Buffer {
    Use use = Use::value;
    bool result = false;
    std::string name;
    std::byte *pages = nullptr, *data = nullptr;
    std::size_t bytes = 0, page_bytes = 0;  // without the forbidden pages
  };
  const Subject& subject_;
  Edge edge_;
  unsigned char known_;
  std::vector<Buffer> buffers_;
};

}  // namespace graph_runner
