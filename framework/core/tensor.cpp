#include "core/tensor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstring>

#include "core/error.hpp"

namespace graph_runner {

std::int64_t entries_of(const Shape& shape) {
  std::int64_t n = 1;
  for (const std::int64_t d : shape)
    if (__builtin_mul_overflow(n, d, &n) || n > (std::int64_t{1} << 44))
      throw Error(Exit::bad_request, fmt::format("a tensor of shape {} is too large", to_string(shape)));
  return n;
}

std::string to_string(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

Buffer::Buffer(std::size_t bytes) : size_(bytes) {
  if (bytes == 0) return;
  // Linux promises memory that the machine has not, and ends the program that uses it.
  const double machine = double(sysconf(_SC_PHYS_PAGES)) * double(sysconf(_SC_PAGESIZE));
  void* p = double(bytes) > machine ? nullptr
                                    : ::operator new[](bytes, std::align_val_t{GR_ALIGNMENT}, std::nothrow);
  if (!p) throw Error(Exit::run_failed, fmt::format("out of memory: {} bytes are needed for tensors", bytes));
  data_.reset(static_cast<std::byte*>(p));
  std::memset(p, 0, bytes);
}

}  // namespace graph_runner
