// Shapes, scalars and memory: what every other file of the engine passes around.
#pragma once

#include <graph_runner/abi.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <vector>

namespace graph_runner {

// The scalar of all tensors of a walk (abi.h).
enum class ScalarType : gr_scalar { float32 = GR_FLOAT, float64 = GR_DOUBLE, dual64 = GR_DUAL };

inline std::size_t bytes_of(ScalarType s) {
  return s == ScalarType::float32   ? sizeof(float)
         : s == ScalarType::float64 ? sizeof(double)
                                    : 2 * sizeof(double);
}

inline constexpr ScalarType all_scalars[] = {ScalarType::float32, ScalarType::float64, ScalarType::dual64};
// "float", "double" or "dual".
const char* name_of(ScalarType scalar);

using Shape = std::vector<std::int64_t>;

// The number of entries of a tensor. Throws Error (bad_request) where it does not fit a 48-bit address space.
std::int64_t entries_of(const Shape& shape);
// "[2, 3]"
std::string to_string(const Shape& shape);
// The index, counted from 1, of entry i of a tensor.
Shape index_of(const Shape& shape, std::size_t i);
// A tensor of a call that is present: its `dims` is never null, not even for rank 0. The shape must stay.
gr_tensor call_tensor(void* data, const Shape& shape);

// Memory for tensors: zeroed, GR_ALIGNMENT-aligned, owned.
class Buffer {
 public:
  Buffer() = default;
  // Throws Error (run_failed) where the memory cannot be had.
  explicit Buffer(std::size_t bytes);
  std::byte* data() const { return data_.get(); }
  std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(std::byte* p) const { ::operator delete[](p, std::align_val_t{GR_ALIGNMENT}); }
  };
  std::unique_ptr<std::byte[], Free> data_;
  std::size_t size_ = 0;
};

// The next multiple of the alignment.
inline std::size_t aligned(std::size_t bytes) {
  return (bytes + GR_ALIGNMENT - 1) / GR_ALIGNMENT * GR_ALIGNMENT;
}

// A tensor somewhere in a buffer. Does not own; valid as long as the buffer and the shape are.
struct Tensor {
  void* data = nullptr;
  const Shape* shape = nullptr;
  ScalarType scalar = ScalarType::float32;
  std::int64_t entries = 0;

  std::size_t bytes() const { return static_cast<std::size_t>(entries) * bytes_of(scalar); }
  template <class T>
  std::span<T> as() const {
    return {static_cast<T*>(data), static_cast<std::size_t>(entries)};
  }
  // Entry i as a double; the value of a dual.
  double at(std::int64_t i) const {
    return scalar == ScalarType::float32   ? static_cast<const float*>(data)[i]
           : scalar == ScalarType::float64 ? static_cast<const double*>(data)[i]
                                           : static_cast<const double*>(data)[2 * i];
  }
};

}  // namespace graph_runner
