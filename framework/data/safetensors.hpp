// Tensors in a file of the format safetensors: the length of the header (8 bytes, little-endian), the header
// (a JSON map from names to {dtype, shape, data_offsets}, and texts under __metadata__), then the entries.
// The metadata that are written here begin with a checksum, the CRC-32 of the whole file with zeros in its
// place: it sees every change of up to 32 bits in a row, and of more all but one in 2^32. Source:
// https://huggingface.co/docs/safetensors, as of 2023.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/tensor.hpp"

namespace graph_runner {

// The entries are somewhere else, and stay there.
struct StoredTensor {
  std::string name, type;  // "F32", "F64", "I64", …
  Shape shape;
  std::span<const std::byte> bytes;
};

using Metadata = std::map<std::string, std::string>;

// A file that was read. Its tensors' entries lie in `bytes`; they are in the order of the file.
struct Safetensors {
  Metadata metadata;  // without the checksum
  std::vector<StoredTensor> tensors;
  std::vector<std::byte> bytes;

  const StoredTensor* find(const std::string& name) const;
};

// Writes all of it or nothing (core/atomic_file.hpp). Two tensors may not have one name. Throws Error
// (file_failed).
void write_safetensors(const std::filesystem::path& file, const Metadata& metadata,
                       const std::vector<StoredTensor>& tensors);

// Throws Error: file_failed where the file cannot be read, bad_request where it is damaged or has no
// checksum.
Safetensors read_safetensors(const std::filesystem::path& file);
// The same of a file's bytes; `name` is what messages call it.
Safetensors parse_safetensors(std::vector<std::byte> bytes, const std::string& name);

}  // namespace graph_runner
