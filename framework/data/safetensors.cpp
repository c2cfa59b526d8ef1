#include "data/safetensors.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "data/safetensors_header.hpp"
#include "data/source.hpp"

namespace graph_runner {

namespace {

static_assert(std::endian::native == std::endian::little, "files hold the bytes of little-endian machines");

constexpr std::size_t length_bytes = 8;
constexpr std::string_view checksum_key = "\"checksum\":\"", no_checksum = "00000000";

std::uint32_t add(std::uint32_t crc, std::span<const std::byte> bytes) {
  if (bytes.empty()) return crc;  // zlib begins anew where there is no pointer
  return static_cast<std::uint32_t>(crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::string header_of(const Metadata& metadata, const std::vector<StoredTensor>& tensors) {
  using Json = nlohmann::ordered_json;
  Json header = Json::object();
  Json& texts = header["__metadata__"] = Json::object();
  texts["checksum"] = no_checksum;
  for (const auto& [key, text] : metadata) texts[key] = text;
  std::size_t at = 0;
  for (const StoredTensor& t : tensors) {
    header[t.name] = {{"dtype", t.type}, {"shape", t.shape}, {"data_offsets", {at, at + t.bytes.size()}}};
    at += t.bytes.size();
  }
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.resize((text.size() + length_bytes - 1) / length_bytes * length_bytes, ' ');  // entries are aligned
  return text;
}

}  // namespace

const StoredTensor* Safetensors::find(const std::string& name) const {
  for (const StoredTensor& t : tensors)
    if (t.name == name) return &t;
  return nullptr;
}

void write_safetensors(const std::filesystem::path& file, const Metadata& metadata,
                       const std::vector<StoredTensor>& tensors) {
  std::string header = header_of(metadata, tensors);
  const std::uint64_t length = header.size();
  std::uint32_t crc = add(0, std::as_bytes(std::span(&length, 1)));
  crc = add(crc, std::as_bytes(std::span(header)));
  for (const StoredTensor& t : tensors) crc = add(crc, t.bytes);
  header.replace(header.find(checksum_key) + checksum_key.size(), no_checksum.size(),
                 fmt::format("{:08x}", crc));
  AtomicFile to(file);
  to.write(std::as_bytes(std::span(&length, 1)));
  to.write(header);
  for (const StoredTensor& t : tensors) to.write(t.bytes);
  to.commit();
}

namespace {

// Whether the checksum that a file names is its own. `header` is the stretch of it behind the length.
bool is_whole(std::vector<std::byte>& bytes, std::string_view header, const std::string& name) {
  const std::size_t key = header.find(checksum_key), in_header = key + checksum_key.size();
  if (key == header.npos || in_header + no_checksum.size() > header.size())
    throw Error(
        Exit::bad_request,
        fmt::format("{}: it has no checksum: it was not written by graph-runner, or is damaged", name));
  const std::string found(header.substr(in_header, no_checksum.size()));
  std::memcpy(bytes.data() + length_bytes + in_header, no_checksum.data(), no_checksum.size());
  return fmt::format("{:08x}", add(0, bytes)) == found;
}

}  // namespace

Safetensors parse_safetensors(std::vector<std::byte> bytes, const std::string& name) {
  const auto refuse = [&](const std::string& why) {
    throw Error(Exit::bad_request, fmt::format("{}: {}", name, why));
  };
  if (bytes.size() < length_bytes)
    refuse("no safetensors file: shorter than the 8 bytes that it begins with");
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), length_bytes);
  if (length > bytes.size() - length_bytes)
    refuse(fmt::format("no safetensors file, or cut short: its header would have {} bytes, and it has {}",
                       length, bytes.size()));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + length_bytes, length);
  if (!is_whole(bytes, text, name)) refuse("it is damaged: its checksum is not that of what it holds");
  SafetensorsHeader header = parse_safetensors_header(text, name);
  Safetensors made{std::move(header.metadata), {}, {}};
  const std::size_t data = length_bytes + length, all = bytes.size() - data;
  std::size_t at = 0;
  for (const SafetensorsHeader::Tensor& t : header.tensors) {
    if (t.begin != at || t.end > all)
      refuse(fmt::format("tensor '{}' lies at {} to {}; expected it from {} on, of {} bytes", t.name, t.begin,
                         t.end, at, all));
    at = t.end;
    made.tensors.push_back({t.name, t.type, t.shape, {bytes.data() + data + t.begin, t.end - t.begin}});
  }
  if (at != all) refuse(fmt::format("there are {} bytes behind its last tensor", all - at));
  made.metadata.erase("checksum");
  made.bytes = std::move(bytes);  // the entries stay where they are
  return made;
}

Safetensors read_safetensors(const std::filesystem::path& file) {
  Source source(file);
  std::vector<std::byte> bytes(source.bytes_on_disk());
  bytes.resize(source.read(bytes.data(), bytes.size()));
  return parse_safetensors(std::move(bytes), file.string());
}

}  // namespace graph_runner
