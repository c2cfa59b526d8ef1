#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <memory>

#include "core/text.hpp"
#include "data/formats.hpp"
#include "data/shown.hpp"

namespace graph_runner {

namespace {

struct Closing {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, Closing>;
using ArchiveFile = std::unique_ptr<zip_file_t, Closing>;

class ZipStream : public ByteStream {
 public:
  ZipStream(const Archive& archive, zip_uint64_t index, std::string name)
      : name_(std::move(name)), file_(zip_fopen_index(archive.get(), index, 0)) {
    if (!file_) throw Error(Exit::bad_request, fmt::format("{}: {}", name_, zip_strerror(archive.get())));
  }
  std::size_t read(std::byte* to, std::size_t count) override {
    std::size_t total = 0;
    while (total < count) {
      const zip_int64_t n = zip_fread(file_.get(), to + total, count - total);
      if (n < 0) throw Error(Exit::bad_request, fmt::format("{}: {}", name_, zip_file_strerror(file_.get())));
      if (n == 0) break;
      total += static_cast<std::size_t>(n);
    }
    return total;
  }

 private:
  std::string name_;
  ArchiveFile file_;
};

struct Member {
  zip_uint64_t index;
  std::string array;  // its name without ".npy"
  std::uintmax_t most_bytes;
};

std::vector<Member> members_of(const Archive& archive) {
  constexpr std::string_view ending = ".npy";
  std::vector<Member> members;
  for (zip_int64_t i = 0; i < zip_get_num_entries(archive.get(), 0); ++i) {
    zip_stat_t stat;
    if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(i), 0, &stat) != 0 || !stat.name) continue;
    std::string name = stat.name;
    if (name.size() < ending.size() || name.compare(name.size() - ending.size(), ending.size(), ending) != 0)
      continue;
    name.resize(name.size() - ending.size());
    const bool known =
        (stat.valid & ZIP_STAT_COMP_SIZE) && stat.comp_size < UINTMAX_MAX / Source::most_deflated;
    members.push_back(
        {static_cast<zip_uint64_t>(i), std::move(name), known ? stat.comp_size * Source::most_deflated : 0});
  }
  return members;
}

// The array that is asked for, or the only one.
const Member& choose(const Source& source, const std::vector<Member>& members,
                     const Option<std::string>& wanted) {
  std::vector<std::string> names;
  for (const Member& m : members) names.push_back(m.array);
  if (names.empty()) source.malformed("holds no arrays (NAME.npy)");
  if (!wanted) {
    if (names.size() > 1)
      source.malformed(
          fmt::format("holds {} arrays; say which by 'array': {}", names.size(), some_of(names)));
    return members[0];
  }
  const auto found = std::find(names.begin(), names.end(), *wanted);
  if (found == names.end())
    throw Error(Exit::bad_request, wanted.place,
                fmt::format("{}: no array is called {}{}; expected {}", source.name(), shown(*wanted),
                            did_you_mean(*wanted, names), some_of(names)));
  return members[static_cast<std::size_t>(found - names.begin())];
}

}  // namespace

bool begins_as_zip(std::span<const std::byte> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()),
                              std::min<std::size_t>(head.size(), 4));
  return text == "PK\3\4" || text == "PK\5\6";  // the latter where it is empty
}

Array read_npz(Source& in, const ArraySpec& spec, const Shape& wanted) {
  int code = 0;
  const Archive archive(zip_open(in.file().c_str(), ZIP_RDONLY, &code));
  if (!archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    in.malformed(fmt::format("not an archive of arrays (NPZ): {}", why));
  }
  const std::vector<Member> members = members_of(archive);
  const Member& member = choose(in, members, spec.options.array);
  const std::string name = fmt::format("{}, array {}", in.name(), shown(member.array));
  Source source(in.file(), name, std::make_unique<ZipStream>(archive, member.index, name), member.most_bytes);
  return read_npy(source, spec, wanted);
}

}  // namespace graph_runner
