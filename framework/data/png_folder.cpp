#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/text.hpp"
#include "data/formats.hpp"
#include "data/shown.hpp"

namespace graph_runner {

namespace {

namespace fs = std::filesystem;

// Numbers come first, by their value (2 before 10), then all else by its bytes.
bool comes_before(const fs::path& a, const fs::path& b) {
  const auto key = [](const fs::path& path) {
    const std::string stem = path.stem().string();
    const bool number = stem.find_first_not_of("0123456789") == std::string::npos;
    const std::size_t zeros = number ? std::min(stem.find_first_not_of('0'), stem.size()) : 0;
    return std::tuple(!number, number ? stem.size() - zeros : 0, stem.substr(zeros), path.string());
  };
  return key(a) < key(b);
}

struct Contents {
  std::vector<fs::path> folders, images;  // in order
};

// Hidden entries and files of other kinds are passed by.
Contents contents_of(const fs::path& folder) {
  Contents found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path& path = entry->path();
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c == 'P' || c == 'N' || c == 'G' ? static_cast<char>(c | 0x20) : c; });
    std::error_code unknown;
    if (path.filename().string()[0] == '.') continue;
    if (fs::is_directory(path, unknown))
      found.folders.push_back(path);
    else if (ending == ".png")
      found.images.push_back(path);
  }
  if (error) throw Error(Exit::file_failed, fmt::format("{}: {}", folder.string(), error.message()));
  std::sort(found.folders.begin(), found.folders.end(), comes_before);
  std::sort(found.images.begin(), found.images.end(), comes_before);
  return found;
}

[[noreturn]] void malformed(const fs::path& folder, const std::string& why) {
  throw Error(Exit::bad_request, fmt::format("{}: {}", folder.string(), why));
}

// The classes that one_hot names, or those of the folders.
std::vector<std::string> classes_of(const fs::path& folder, const std::vector<fs::path>& folders,
                                    const ArraySpec& spec) {
  std::vector<std::string> names;
  for (const fs::path& f : folders) names.push_back(f.filename().string());
  if (!spec.options.classes) {
    if (spec.one_hot != std::ssize(names))
      malformed(folder, fmt::format("holds {} folders, one a class, but one_hot is {}: {}", names.size(),
                                    spec.one_hot, some_of(names)));
    return names;
  }
  const std::vector<std::string>& classes = *spec.options.classes;
  for (const std::string& name : names)
    if (std::find(classes.begin(), classes.end(), name) == classes.end())
      malformed(folder, fmt::format("the folder {} is none of one_hot's classes{}; expected {}", shown(name),
                                    did_you_mean(name, classes), some_of(classes)));
  return classes;
}

}  // namespace

Array read_png_folder(const fs::path& folder, const ArraySpec& spec, const Shape& wanted) {
  Contents found = contents_of(folder);
  if (!found.folders.empty() && !found.images.empty())
    malformed(
        folder,
        "holds both PNG files and folders; expected either PNG files, or a folder of them for each class");
  if (found.folders.empty() && spec.one_hot > 0)
    malformed(folder, "one_hot wants a folder for each class, and there is none");
  std::vector<std::string> classes;
  if (spec.one_hot > 0) classes = classes_of(folder, found.folders, spec);
  std::vector<double> labels;
  for (const fs::path& f : found.folders) {
    const Contents of_class = contents_of(f);
    if (!of_class.folders.empty()) malformed(of_class.folders[0], "is a folder inside that of a class");
    if (of_class.images.empty()) malformed(f, "holds no PNG files");
    found.images.insert(found.images.end(), of_class.images.begin(), of_class.images.end());
    const auto label = std::find(classes.begin(), classes.end(), f.filename().string()) - classes.begin();
    labels.resize(found.images.size(), static_cast<double>(label));
  }
  if (found.images.empty()) malformed(folder, "holds no PNG files");
  if (spec.one_hot == 0) return read_png_files(found.images, spec, wanted);
  Array array;
  array.samples = std::ssize(labels);
  array.classes = std::move(classes);
  array.bytes.resize(labels.size() * sizeof(double));
  std::memcpy(array.bytes.data(), labels.data(), array.bytes.size());
  return array;
}

}  // namespace graph_runner
