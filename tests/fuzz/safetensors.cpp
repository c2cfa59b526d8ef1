// A fuzzer of the files of models: bytes are read as a safetensors file, whose checksum is first made right,
// so that what lies behind it is reached too. tests/fuzz/run builds and runs it.
#include <fmt/format.h>
#include <zlib.h>

#include <span>

#include "core/error.hpp"
#include "data/safetensors.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace graph_runner;
  std::string file(reinterpret_cast<const char*>(data), size);
  const std::string key = "\"checksum\":\"";
  if (const std::size_t at = file.find(key); at != file.npos && at + key.size() + 8 <= file.size()) {
    file.replace(at + key.size(), 8, "00000000");
    const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(file.data()), static_cast<uInt>(file.size()));
    file.replace(at + key.size(), 8, fmt::format("{:08x}", crc));
  }
  const auto bytes = std::as_bytes(std::span(file));
  try {
    const Safetensors read = parse_safetensors({bytes.begin(), bytes.end()}, "fuzz");
    for (const StoredTensor& t : read.tensors)
      if (t.bytes.data() < read.bytes.data() ||
          t.bytes.data() + t.bytes.size() > read.bytes.data() + read.bytes.size())
        __builtin_trap();
  } catch (const Error&) {
  }
  return 0;
}
