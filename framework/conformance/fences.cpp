#include "conformance/fences.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "conformance/child.hpp"

namespace graph_runner {

namespace {

std::size_t page() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

std::string name_of(const Subject& subject, ProbeMemory::Use use, std::size_t tensor) {
  using Use = ProbeMemory::Use;
  if (use == Use::written) return "the flags of written gradients";
  if (use == Use::scratch) return "the scratch memory";
  static const char* roles[] = {"input", "parameter", "output", "saved output"};
  const std::string name = fmt::format("{} '{}'", roles[subject.port(tensor).role], subject.label(tensor));
  return use == Use::value ? name : "the gradient of " + name;
}

}  // namespace

Fences::Fences(const Subject& subject, Edge edge, unsigned char known)
    : subject_(subject), edge_(edge), known_(known) {}

Fences::~Fences() {
  for (const Buffer& b : buffers_) {
    for (std::byte* from : {b.pages - page(), b.pages, b.pages + b.page_bytes}) forget_memory(from);
    munmap(b.pages - page(), b.page_bytes + 2 * page());
  }
}

std::byte* Fences::take(Use use, std::size_t tensor, std::size_t bytes) {
  Buffer b;
  b.use = use;
  b.result = use == Use::value && subject_.is_result(tensor);
  b.name = name_of(subject_, use, tensor);
  b.bytes = bytes;
  b.page_bytes = (std::max<std::size_t>(bytes, 1) + page() - 1) / page() * page();
  void* const all = mmap(nullptr, b.page_bytes + 2 * page(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) throw Error(Exit::run_failed, "out of memory for a buffer between forbidden pages");
  b.pages = static_cast<std::byte*>(all) + page();
  mprotect(b.pages, b.page_bytes, PROT_READ | PROT_WRITE);
  b.data = edge_ == Edge::start ? b.pages : b.pages + b.page_bytes - aligned(bytes);
  std::memset(b.pages, known_, b.page_bytes);
  if (use != Use::scratch) std::memset(b.data, 0, bytes);
  name_memory(b.pages - page(), page(), fmt::format("reads or writes before the start of {}", b.name));
  name_memory(b.pages + b.page_bytes, page(), fmt::format("reads or writes past the end of {}", b.name));
  buffers_.push_back(b);
  return b.data;
}

void Fences::enter(Phase phase) {
  for (const Buffer& b : buffers_) {
    const bool writable =
        phase == Phase::open || b.use == Use::scratch ||
        (phase == Phase::forward ? b.result : b.use == Use::gradient || b.use == Use::written);
    mprotect(b.pages, b.page_bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ);
    forget_memory(b.pages);
    name_memory(b.pages, b.page_bytes, fmt::format("writes {}, which it may only read", b.name));
  }
}

std::optional<std::string> Fences::touched() const {
  for (const Buffer& b : buffers_) {
    const auto changed = [&](const std::byte* from, const std::byte* to) {
      for (; from != to; ++from)
        if (*from != std::byte{known_}) return true;
      return false;
    };
    if (changed(b.pages, b.data)) return fmt::format("writes before the start of {}", b.name);
    if (changed(b.data + b.bytes, b.pages + b.page_bytes))
      return fmt::format("writes past the end of {}", b.name);
  }
  return std::nullopt;
}

}  // namespace graph_runner
