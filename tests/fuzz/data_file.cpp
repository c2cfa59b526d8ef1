// Fuzzers of the formats of data files: bytes are read as a file of the one that FUZZ_FORMAT names (csv, idx,
// npy, npz, png, text), by options that the last byte picks, and what comes out is converted. Errors are
// answers; crashes, sanitizers' findings and hangs are not. tests/fuzz/run builds and runs them.
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>

#include "data/column.hpp"
#include "data/formats.hpp"
#include "data/vocabulary.hpp"

using namespace graph_runner;

namespace {

#define NAME_OF(format) NAME_OF_(format)
#define NAME_OF_(format) #format
const std::string format = NAME_OF(FUZZ_FORMAT);

class Memory : public ByteStream {
 public:
  Memory(const std::uint8_t* bytes, std::size_t size) : bytes_(bytes), left_(size) {}
  std::size_t read(std::byte* to, std::size_t count) override {
    const std::size_t n = std::min(count, left_);
    if (n) std::memcpy(to, bytes_, n);
    bytes_ += n;
    left_ -= n;
    return n;
  }

 private:
  const std::uint8_t* bytes_;
  std::size_t left_;
};

ArraySpec options(unsigned pick) {
  ArraySpec spec;
  if (pick & 1) spec.options.header.value = (pick & 2) != 0;
  if (pick & 4) spec.options.missing.value = Fill::mean;
  if (pick & 8) spec.options.columns.value = std::vector<ColumnSpec>{{"b", 0, {}}, {"1", 1, {}}};
  if (pick & 16) spec.options.classes.value = std::vector<std::string>{"a", "b"};
  if (pick & 2) spec.options.size.value = std::pair<std::int64_t, std::int64_t>(5, 3);
  if (pick & 1) spec.options.centre.value = true;
  if (pick & 4) spec.options.invert.value = true;
  if (pick & 8) spec.options.array.value = "a";
  spec.options.characters.value = pick & 1 ? Characters::next : Characters::current;
  if (format != "png") spec.one_hot = pick & 16 ? 2 : 0;
  return spec;
}

std::uint32_t number_at(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
         bytes[3];
}

Array read(const std::uint8_t* data, std::size_t size, const ArraySpec& spec, unsigned pick) {
  Shape wanted;
  if (pick & 32) wanted = pick & 64 ? Shape{3, -1, -1} : Shape{45};
  Source source("fuzz", "fuzz", std::make_unique<Memory>(data, size), size * Source::most_deflated);
  if (format == "csv") return read_csv(source, spec, wanted);
  if (format == "idx") return read_idx(source, spec, wanted);
  if (format == "npy") return read_npy(source, spec, wanted);
  if (format == "text")
    return read_characters(source, spec, pick & 64 ? Shape{-1, 3} : Shape{1 + (pick & 7)});
  if (format == "png") return read_png(source, spec, wanted);
  // An archive is opened by its name.
  static const std::string file = "/dev/shm/graph-runner-fuzz-" + std::to_string(getpid());
  std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<long>(size));
  Source named(file, file, std::make_unique<Memory>(data, size), 0);
  return read_npz(named, spec, wanted);
}

// Large images are slow, and no other code.
bool small_image(const std::uint8_t* data, std::size_t size) {
  return size < 24 || std::uint64_t{number_at(data + 16)} * number_at(data + 20) < 10000;
}

}  // namespace

extern "C" const char* __asan_default_options() { return "malloc_context_size=6:quarantine_size_mb=32"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (format == "png" && !small_image(data, size)) return 0;
  try {
    const unsigned pick = size ? data[size - 1] : 0;
    const ArraySpec spec = options(pick);
    Column column(0, spec, read(data, size, spec, pick));
    if (format == "text") use_characters(column, characters_of(column), "train");
    std::vector<float> sample(column.conversion.entries());
    column.each([&](std::uint32_t, const std::byte* row) { column.conversion(row, sample.data()); });
  } catch (const Error&) {
  }
  return 0;
}

#ifdef FUZZ_CHECKSUMS
// The checksums of a PNG file's chunks are made right, most times: behind wrong ones nothing is reached.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  size = LLVMFuzzerMutate(data, size, most);
  if (seed % 8 == 0) return size;
  for (std::size_t at = 8; at + 12 <= size;) {
    const std::size_t length = number_at(data + at);
    if (length > size - at - 12) break;
    const auto sum = static_cast<std::uint32_t>(crc32(0, data + at + 4, static_cast<uInt>(length + 4)));
    for (std::size_t i = 0; i < 4; ++i)
      data[at + 8 + length + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
    at += length + 12;
  }
  return size;
}
#endif
