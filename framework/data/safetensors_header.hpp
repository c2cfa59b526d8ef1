// The header of a safetensors file, read strictly: what stands twice, or is not of the format, is refused.
// Private to safetensors.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/safetensors.hpp"

namespace graph_runner {

struct SafetensorsHeader {
  struct Tensor {
    std::string name, type;
    Shape shape;
    std::uint64_t begin = 0, end = 0;  // of its entries, in bytes behind the header
  };
  Metadata metadata;
  std::vector<Tensor> tensors;
};

// Each tensor has as many bytes as its type and shape want. Throws Error (bad_request): "NAME: why". Linear
// in the text, without recursion.
SafetensorsHeader parse_safetensors_header(std::string_view text, const std::string& name);

}  // namespace graph_runner
