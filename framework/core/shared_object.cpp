#include "core/shared_object.hpp"

#include <elf.h>
#include <fmt/format.h>
#include <graph_runner/abi.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "core/error.hpp"

namespace graph_runner {

namespace {

#if defined(__x86_64__)
constexpr Elf64_Half this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half this_machine = EM_AARCH64;
#elif defined(__riscv)
constexpr Elf64_Half this_machine = EM_RISCV;
#else
#error "name this machine as <elf.h> does"
#endif

std::string machine_name(Elf64_Half machine) {
  switch (machine) {
    case EM_X86_64:
      return "x86-64";
    case EM_386:
      return "x86 of 32 bits";
    case EM_AARCH64:
      return "AArch64";
    case EM_ARM:
      return "ARM of 32 bits";
    case EM_RISCV:
      return "RISC-V";
    default:
      return fmt::format("machine number {}", machine);
  }
}

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : file_(file) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error))
      throw Error(Exit::file_failed,
                  fmt::format("plugin {}: {}", file.string(), error ? error.message() : "is not a file"));
    std::ifstream in(file, std::ios::binary);
    std::ostringstream bytes;
    if (!in || (in.peek() != EOF && !(bytes << in.rdbuf())))
      throw Error(Exit::file_failed, fmt::format("plugin {}: {}", file.string(), std::strerror(errno)));
    bytes_ = std::move(bytes).str();
  }

  SharedObject read() {
    check_identity();
    check_segments();
    SharedObject out;
    out.bytes = bytes_.size();
    read_symbols(out);
    return out;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw Error(Exit::bad_request, fmt::format("plugin {}: cannot be loaded: {}", file_.string(), why));
  }
  // `size` bytes from `offset` on, wherever the file says that they lie.
  const char* at(std::uint64_t offset, std::uint64_t size, const char* what) const {
    if (offset > bytes_.size() || size > bytes_.size() - offset)
      fail(fmt::format("it is cut off: its {} should end at byte {}, but it has {}", what,
                       static_cast<double>(offset) + static_cast<double>(size), bytes_.size()));
    return bytes_.data() + offset;
  }
  template <class T>
  std::vector<T> table(std::uint64_t offset, std::uint64_t count, const char* what) const {
    if (count > bytes_.size() / sizeof(T)) at(offset, bytes_.size() + 1, what);
    std::vector<T> out(count);
    if (count) std::memcpy(out.data(), at(offset, count * sizeof(T), what), count * sizeof(T));
    return out;
  }

  void check_identity() {
    if (bytes_.empty()) fail("it is empty");
    if (bytes_.compare(0, SELFMAG, ELFMAG) != 0) fail("it is not a shared object (an ELF file)");
    if (bytes_.size() > EI_CLASS && bytes_[EI_CLASS] != ELFCLASS64) fail("it is not built for 64 bits");
    header_ = table<Elf64_Ehdr>(0, 1, "header")[0];
    constexpr unsigned char order = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
    if (header_.e_ident[EI_DATA] != order) fail("it is built for the other byte order");
    if (header_.e_machine != this_machine)
      fail(fmt::format("it is built for {}, and this machine is {}", machine_name(header_.e_machine),
                       machine_name(this_machine)));
    if (header_.e_type != ET_DYN) fail("it is an ELF file but no shared object; link it with -shared");
  }

  void check_segments() {
    if (header_.e_phentsize != sizeof(Elf64_Phdr)) fail("its program headers are not of the usual size");
    segments_ = table<Elf64_Phdr>(header_.e_phoff, header_.e_phnum, "program headers");
    for (const Elf64_Phdr& s : segments_)
      if (s.p_type != PT_NULL) at(s.p_offset, s.p_filesz, "segments");
    if (header_.e_shoff == 0 || header_.e_shentsize != sizeof(Elf64_Shdr))
      fail("it has no section headers, without which its symbols cannot be read before it is loaded");
    sections_ = table<Elf64_Shdr>(header_.e_shoff, header_.e_shnum, "section headers");
  }

  void read_symbols(SharedObject& out) const {
    for (const Elf64_Shdr& section : sections_) {
      if (section.sh_type != SHT_DYNSYM) continue;
      if (section.sh_link >= sections_.size()) fail("its symbols have no names");
      const Elf64_Shdr& names = sections_[section.sh_link];
      const char* const text = at(names.sh_offset, names.sh_size, "names of symbols");
      const auto name = [&](std::uint64_t from) {
        if (from >= names.sh_size) fail("the name of a symbol lies outside the names of symbols");
        return std::string(text + from, strnlen(text + from, names.sh_size - from));
      };
      for (const Elf64_Sym& s :
           table<Elf64_Sym>(section.sh_offset, section.sh_size / sizeof(Elf64_Sym), "symbols")) {
        const auto binding = ELF64_ST_BIND(s.st_info);
        if (s.st_shndx == SHN_UNDEF || binding == STB_LOCAL) continue;
        if (s.st_shndx == SHN_ABS) continue;  // the name of a version
        out.exported.push_back({name(s.st_name), binding == STB_GNU_UNIQUE});
        if (out.exported.back().name == GR_NEEDS) out.needs = read_needs(s);
      }
    }
  }

  // The text that a symbol stands for, found in the segment that holds its address.
  std::string read_needs(const Elf64_Sym& s) const {
    for (const Elf64_Phdr& p : segments_) {
      if (p.p_type != PT_LOAD || s.st_value < p.p_vaddr || s.st_value - p.p_vaddr >= p.p_filesz) continue;
      const std::uint64_t from = s.st_value - p.p_vaddr, room = p.p_filesz - from;
      const char* const text = at(p.p_offset + from, room, "segments");
      return std::string(text, strnlen(text, room));
    }
    fail("its '" GR_NEEDS "' is not a constant in the file");
  }

  const std::filesystem::path& file_;
  std::string bytes_;
  Elf64_Ehdr header_{};
  std::vector<Elf64_Phdr> segments_;
  std::vector<Elf64_Shdr> sections_;
};

// Whether this machine's processor has an instruction set, by GCC's name. __builtin_cpu_supports takes
// literals only.
bool processor_has([[maybe_unused]] std::string_view set) {
#if defined(__x86_64__)
  __builtin_cpu_init();
#define GRAPH_RUNNER_SET(NAME) \
  if (set == (NAME)) return __builtin_cpu_supports(NAME)
  GRAPH_RUNNER_SET("avx");
  GRAPH_RUNNER_SET("avx2");
  GRAPH_RUNNER_SET("fma");
  GRAPH_RUNNER_SET("bmi2");
  GRAPH_RUNNER_SET("avx512f");
  GRAPH_RUNNER_SET("avx512bw");
  GRAPH_RUNNER_SET("avx512dq");
  GRAPH_RUNNER_SET("avx512vl");
#undef GRAPH_RUNNER_SET
#endif
  return false;
}

}  // namespace

bool SharedObject::exports(std::string_view name) const {
  return std::any_of(exported.begin(), exported.end(), [&](const Symbol& s) { return s.name == name; });
}

SharedObject read_shared_object(const std::filesystem::path& file) { return Reader(file).read(); }

std::string lacking_instructions(std::string_view needs) {
  std::istringstream sets{std::string(needs)};
  for (std::string set; sets >> set;)
    if (!processor_has(set)) return set;
  return "";
}

}  // namespace graph_runner
