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

const char* name_of(ScalarType scalar) {
  return scalar == ScalarType::float32 ? "float" : scalar == ScalarType::float64 ? "double" : "dual";
}

Shape index_of(const Shape& shape, std::size_t i) {
  Shape index(shape.size());
  auto rest = static_cast<std::int64_t>(i);
  for (std::size_t a = shape.size(); a-- > 0;) {
    index[a] = rest % shape[a] + 1;
    rest /= shape[a];
  }
  return index;
}

gr_tensor call_tensor(void* data, const Shape& shape) {
  static const std::int64_t no_axes = 0;
  return {data, shape.empty() ? &no_axes : shape.data(), static_cast<std::int64_t>(shape.size())};
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
