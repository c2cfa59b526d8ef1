// Data files of every format are read for what they hold: files of writers that are not ours, and small ones
// in place.
#include "tests/data_files.hpp"

#include <zlib.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numeric>

#include "data/column.hpp"
#include "file/data_reader.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
namespace fs = std::filesystem;

namespace graph_runner::test {

std::vector<double> entries_of(const Array& array) {
  Conversion conversion;
  conversion.type = array.type;
  conversion.stored = static_cast<std::size_t>(graph_runner::entries_of(array.sample_shape));
  std::vector<double> sample(conversion.stored), all;
  for (std::int64_t row = 0; row < array.samples; ++row) {
    conversion.read(array.bytes.data() + static_cast<std::size_t>(row) * array.row_bytes(), sample.data());
    all.insert(all.end(), sample.begin(), sample.end());
  }
  return all;
}

std::optional<std::vector<double>> read_or_refuse(const std::string& file, const ArraySpec& spec) {
  try {
    return entries_of(read_array(file, spec));
  } catch (const Error& e) {
    CHECK(e.exit() == Exit::bad_request);
    CHECK(contains(e.problems()[0].message, file));
    return std::nullopt;
  }
}

void run_script(const std::string& script, const fs::path& folder) {
  const Outcome o = run_tool("/usr/bin/python3", {source_folder() / "tests" / script, folder});
  INFO("where python3-numpy is missing, tools/test installs it", o.out, o.err);
  REQUIRE(o.code == 0);
}

std::string png(std::uint32_t height, std::uint32_t width, const std::vector<std::uint8_t>& pixels) {
  const auto big_endian = [](std::uint32_t n) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(n >> shift);
    return bytes;
  };
  const auto chunk = [&](const std::string& kind, const std::string& body) {
    const std::string summed = kind + body;
    const auto sum =
        crc32(0, reinterpret_cast<const Bytef*>(summed.data()), static_cast<uInt>(summed.size()));
    return big_endian(static_cast<std::uint32_t>(body.size())) + summed +
           big_endian(static_cast<std::uint32_t>(sum));
  };
  std::string rows;
  for (std::size_t y = 0; y < height && !pixels.empty(); ++y) {
    rows += '\0';
    rows.append(reinterpret_cast<const char*>(pixels.data()) + y * width, width);
  }
  uLongf size = compressBound(rows.size());
  std::string packed(size, '\0');
  REQUIRE(compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                   reinterpret_cast<const Bytef*>(rows.data()), rows.size()) == Z_OK);
  packed.resize(size);
  return "\x89PNG\r\n\x1a\n" +
         chunk("IHDR", big_endian(width) + big_endian(height) + std::string("\x08\0\0\0\0", 5)) +
         chunk("IDAT", packed) + chunk("IEND", "");
}

}  // namespace graph_runner::test

namespace {

using Numbers = std::vector<double>;

// The options of an array as a graph file gives them: "columns: [a, b], header: true".
ArraySpec spec_of(const std::string& options) {
  Problems problems;
  const Yaml yaml =
      parse_yaml("x: {file: a" + (options.empty() ? "" : ", " + options) + "}\n", "test.yaml", problems);
  const ArraySpec spec = read_array_spec(yaml.entries[0].key, yaml.entries[0].value, "x", problems);
  problems.raise();
  return spec;
}

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

bool same(const Numbers& a, const Numbers& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
           return x == y || (std::isnan(x) && std::isnan(y));
         });
}

// The pixels that tests/write_images.py has drawn: 5 rows of 7.
unsigned sample(std::size_t pixel, unsigned c, int bits) {
  const auto y = static_cast<unsigned>(pixel / 7), x = static_cast<unsigned>(pixel % 7);
  return 101 * (31 * y + 17 * x + 73 * c) % (1u << bits);
}
// Red, green and blue of a pixel of a file called as there, over white.
std::vector<double> colours(int type, int bits, std::size_t pixel) {
  const auto byte = [&](unsigned c) {
    const unsigned s = sample(pixel, c, bits);
    return std::floor(255.0 * s / ((1u << bits) - 1) + 0.5);
  };
  if (type == 3) {
    const unsigned i = sample(pixel, 0, bits);
    return {double(i), 255.0 - i, double(7 * i % 256)};
  }
  const bool grey = type == 0 || type == 4;
  std::vector<double> rgb{byte(0), byte(grey ? 0 : 1), byte(grey ? 0 : 2)};
  if (type >= 4) {
    const double alpha = byte(grey ? 1 : 3);
    for (double& c : rgb) c = std::floor((c * alpha + 255 * (255 - alpha) + 127) / 255);
  }
  return rgb;
}

}  // namespace

TEST_CASE("CSV files are read, however they are written") {
  const TemporaryFolder folder;
  const struct {
    const char *what, *text, *options;
    Numbers entries;
  } table[] = {
      {"without a header", "1,2\n3,4\n", "", {1, 2, 3, 4}},
      {"with one", "a,b\n1,2\n3,4\n", "", {1, 2, 3, 4}},
      {"without a last line end", "a,b\n1,2\n3,4", "", {1, 2, 3, 4}},
      {"with lines as Windows ends them", "a,b\r\n1,2\r\n3,4\r\n", "", {1, 2, 3, 4}},
      {"with a byte order mark",
       "\xEF\xBB\xBF"
       "a,b\n1,2\n",
       "columns: [a, b]",
       {1, 2}},
      {"separated by semicolons", "a;b\n1;2\n", "", {1, 2}},
      {"separated by tabs", "a\tb\n1\t2\n", "", {1, 2}},
      {"separated by semicolons, with commas in a name", "\"a, b\";c\n1;2\n", "columns: 'a, b'", {1}},
      {"with spaces around cells", " a , b\n 1 ,  2 \n", "columns: [b, a]", {2, 1}},
      {"with cells in quotes", "\"a\",\"b\"\n\"1\",\"2\"\n", "", {1, 2}},
      {"with doubled quotes", "\"a \"\"x\"\"\",b\n1,2\n", "columns: 'a \"x\"'", {1}},
      {"with separators and line ends in quotes", "a,b\n\"x,\ny\",2\n\"z\",3\n", "columns: b", {2, 3}},
      {"with quotes inside of cells", "a,b\n6\" long,2\n", "columns: b", {2}},
      {"with empty quotes", "a,b\n\"\",2\n", "columns: b", {2}},
      {"with empty rows at the end", "1\n2\n\n\r\n", "", {1, 2}},
      {"of one column", "1\n2\n", "", {1, 2}},
      {"of one row", "1,2", "", {1, 2}},
      {"by number", "a,b,c\n1,2,3\n", "columns: [3, 1]", {3, 1}},
      {"by number, without a header", "1,2,3\n4,5,6\n", "columns: [3, 1]", {3, 1, 6, 4}},
      {"by a name that is a number", "2001,2002\n1,2\n3,4\n", "columns: ['2002']", {2, 4}},
      {"with a header of numbers", "2001,2002\n1,2\n", "header: true", {1, 2}},
      {"with a first row of data among names", "x,1,2\ny,3,4\n", "columns: [2, 3]", {1, 2, 3, 4}},
      {"with texts that nobody asks for", "1,abc\n2,\n", "columns: 1", {1, 2}},
      {"with numbers of all kinds",
       "-1.5e3,+2,.5,1.,1E-2,0x1,007\n",
       "columns: [1, 2, 3, 4, 5, 7]",
       {-1500, 2, 0.5, 1, 0.01, 7}},
      {"with the digits of a double",
       "0.1,0.30000000000000004\n1.7976931348623157e308,5e-324\n",
       "",
       {0.1, 0.30000000000000004, 1.7976931348623157e308, 5e-324}},
      {"with what is too small for a double", "1e-400,1\n", "", {0, 1}},
      {"with missing cells", "a,b\n1,\nNA,2\n?,nan\n", "missing: mean", {1, gap, gap, 2, gap, gap}},
      {"with classes", "1,cat\n2,dog\n3,cat\n", "columns: 2, one_hot: [dog, cat]", {0, 1, 1, 0, 0, 1}},
      {"with classes below a header", "kind\ncat\ndog\n", "one_hot: [dog, cat]", {0, 1, 1, 0}},
      {"with classes in quotes", "kind\n\"a, b\"\nc\n", "columns: kind, one_hot: ['a, b', c]", {1, 0, 0, 1}},
      {"with a class called NA", "k\nNA\nB\n", "one_hot: [B, NA]", {0, 1, 1, 0}},
      {"with labels that are numbers", "k\n1\n0\n", "one_hot: 2", {0, 1, 1, 0}},
  };
  for (const auto& [what, text, options, entries] : table) {
    INFO(what);
    ArraySpec spec = spec_of(options);
    spec.file = folder.write("a.csv", text);
    std::string said;
    try {
      const Column column(0, spec, load_array(spec, "", {}, UINT64_MAX));
      std::vector<std::uint32_t> samples(static_cast<std::size_t>(column.samples()));
      std::iota(samples.begin(), samples.end(), 0u);
      std::vector<double> all(samples.size() * column.conversion.entries());
      column.convert(std::span<const std::uint32_t>(samples), nullptr, all.data());
      CHECK(same(all, entries));
      CHECK(column.array->classes ==
            (spec.options.classes ? *spec.options.classes : std::vector<std::string>()));
    } catch (const Error& e) {
      said = e.what();
    }
    CHECK(said == "");
  }
}

TEST_CASE("a CSV file is read alike in windows of any content: rows longer than one, quotes across two") {
  const TemporaryFolder folder;
  std::string text = "note,x\n";
  Numbers expected;
  for (int i = 0; i < 60; ++i) {  // rows of some 50 kB, and one of 3 MB
    const auto length = static_cast<std::size_t>(i == 30 ? 3000000 : 49000 + 37 * i);
    text += "\"" + std::string(length, i % 2 ? '\n' : '"') + "\"," + std::to_string(i) + "\r\n";
    expected.push_back(i);
  }
  const ArraySpec spec = spec_of("columns: x");
  CHECK(entries_of(read_array(folder.write("a.csv", text), spec)) == expected);
}

TEST_CASE("arrays that NumPy has written are read: all types, orders of bytes and axes, versions, archives") {
  const TemporaryFolder folder;
  run_script("write_arrays.py", folder.path());
  int files = 0;
  for (const std::string type : {"b1", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"})
    for (const std::string order : {"little", "big"})
      for (const std::string layout : {"C", "F"}) {
        const std::string name = type + order + layout + ".npy";
        INFO(name);
        const Array array = read_array(folder.path() / name);
        Numbers expected;
        for (int k = 0; k < 24; ++k)
          expected.push_back(type == "b1" ? k % 2 : type[0] == 'u' ? 5 * k : 5 * k - 20);
        CHECK(array.samples == 3);
        CHECK(array.sample_shape == Shape{2, 4});
        CHECK(entries_of(array) == expected);
        Conversion conversion;
        conversion.type = array.type;
        conversion.stored = 8;
        std::vector<float> floats(8);
        conversion(array.bytes.data() + array.row_bytes(), floats.data());
        CHECK(std::equal(floats.begin(), floats.end(), expected.begin() + 8));
        ++files;
      }
  CHECK(files == 48);
  Numbers counted, halved;
  for (int k = 0; k < 24; ++k) counted.push_back(k), halved.push_back(0.5 * k);
  for (const char* file : {"version1.npy", "version2.npy", "version3.npy", "single.npz"})
    CHECK(entries_of(read_array(folder.path() / file)) == counted);
  for (const char* file : {"stored.npz", "deflated.npz"}) {
    CHECK(entries_of(read_array(folder.path() / file, spec_of("array: x_train"))) == halved);
    CHECK(entries_of(read_array(folder.path() / file, spec_of("array: y_train"))) == Numbers{0, 8, 16});
  }
  CHECK(entries_of(read_array(folder.path() / "halves.npy")) ==
        Numbers{0, std::ldexp(1, -24), std::ldexp(-1023, -24), std::ldexp(1, -14), 1365 * std::ldexp(1, -12),
                -65504});
  CHECK(entries_of(read_array(folder.path() / "large.npy")) ==
        Numbers{std::ldexp(1, 53), std::ldexp(1, 63) + 4096, std::ldexp(1, 64) - 2048});
  const auto refuse = [&](const std::string& file, const std::string& message) {
    INFO(file);
    std::string said;
    try {
      read_array(folder.path() / file);
    } catch (const Error& e) {
      said = e.what();
    }
    CHECK(contains(said, file + ": " + message));
  };
  refuse("unexact.npy", "entry [2, 2] is 9007199254740993, which no double holds");
  refuse("rounds_up.npy", "entry [1] is 18446744073709551615, which no double holds");
  refuse("complex.npy", "holds entries of type '<c16'");
  refuse("text.npy", "holds entries of type '<U1'");
  refuse("long.npy", "holds entries of type '<f16'");
  refuse("objects.npy", "holds entries of type '|O'");
  refuse("records.npy", "holds records of several fields");
  refuse("number.npy", "has rank 0");
  refuse("empty.npy", "axis 1 has size 0");
  refuse("stored.npz", "holds 2 arrays; say which by 'array': 'x_train' or 'y_train'");
}

TEST_CASE("PNG files of every colour type, depth and order of rows are read, in colour and in grey") {
  const TemporaryFolder folder;
  run_script("write_images.py", folder.path());
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    const std::string name = entry.path().filename();
    INFO(name);
    if (name == "transparent.png") continue;
    const int type = name[0] - '0', bits = std::atoi(name.c_str() + 2);
    const Numbers coloured = entries_of(read_array(entry.path(), {}, {-1, -1, 3}));
    const Numbers planes = entries_of(read_array(entry.path(), {}, {3, -1, -1}));
    const Numbers grey = entries_of(read_array(entry.path()));
    REQUIRE(coloured.size() == 105);
    REQUIRE(grey.size() == 35);
    CHECK(entries_of(read_array(entry.path(), {}, {105})) == coloured);
    double off = 0, off_grey = 0, off_planes = 0;
    for (std::size_t pixel = 0; pixel < 35; ++pixel) {
      const Numbers rgb = colours(type, bits, pixel);
      for (std::size_t c = 0; c < 3; ++c) {
        off = std::max(off, std::abs(coloured[3 * pixel + c] - rgb[c]));
        off_planes = std::max(off_planes, std::abs(planes[35 * c + pixel] - coloured[3 * pixel + c]));
      }
      const Numbers read(coloured.begin() + std::ptrdiff_t(3 * pixel),
                         coloured.begin() + std::ptrdiff_t(3 * pixel + 3));
      off_grey = std::max(off_grey, std::abs(grey[pixel] - std::floor(0.299 * read[0] + 0.587 * read[1] +
                                                                      0.114 * read[2] + 0.5)));
    }
    CHECK(off == 0);
    CHECK(off_planes == 0);
    CHECK(off_grey == 0);
    ++files;
  }
  CHECK(files == 30);
  // What is transparent is white.
  const Numbers seen = entries_of(read_array(folder.path() / "transparent.png", {}, {5, 7, 3}));
  for (std::size_t pixel = 0; pixel < 35; ++pixel)
    CHECK(seen[3 * pixel] == (sample(pixel, 0, 2) == 3 ? 255 : sample(pixel, 0, 2)));
}

TEST_CASE("images are resampled by the area that a pixel covers, and inverted") {
  const TemporaryFolder folder;
  const std::string file = folder.write("a.png", png(2, 4, {0, 10, 20, 30, 40, 50, 60, 255}));
  const auto read = [&](const std::string& options) {
    return entries_of(read_array(file, spec_of(options)));
  };
  CHECK(read("size: [2, 4]") == Numbers{0, 10, 20, 30, 40, 50, 60, 255});
  CHECK(read("size: [1, 2]") == Numbers{25, 91});       // 25 and 91.25
  CHECK(read("size: [1, 3]") == Numbers{23, 35, 117});  // 22.5, 35 and 116.875
  CHECK(read("size: [4, 4]") == Numbers{0, 10, 20, 30, 0, 10, 20, 30, 40, 50, 60, 255, 40, 50, 60, 255});
  CHECK(read("invert: true") == Numbers{255, 245, 235, 225, 215, 205, 195, 0});
  CHECK(read("invert: false") == Numbers{0, 10, 20, 30, 40, 50, 60, 255});
}

TEST_CASE("a digit is centred as MNIST's are: a box of 20 by 20, the centre of mass in the middle") {
  const TemporaryFolder folder;
  // An upright bar of 60×15 on a page of 100×80, its lower half twice as wide: its mass lies low and right.
  std::vector<std::uint8_t> page(100 * 80, 255);
  for (std::size_t y = 20; y < 80; ++y)
    for (std::size_t x = 10; x < (y < 50 ? 25u : 40u); ++x) page[y * 80 + x] = 0;
  const std::string file = folder.write("a.png", png(100, 80, page));
  const Array array = read_array(file, spec_of("invert: true, centre: true"));
  CHECK(array.sample_shape == Shape{28, 28});
  const Numbers pixels = entries_of(array);
  double mass = 0, down = 0, across = 0, top = 28, bottom = 0, left = 28, right = 0;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const double y = double(i / 28), x = double(i % 28);
    mass += pixels[i];
    down += pixels[i] * (y + 0.5);
    across += pixels[i] * (x + 0.5);
    if (pixels[i] == 0) continue;
    top = std::min(top, y), bottom = std::max(bottom, y + 1), left = std::min(left, x),
    right = std::max(right, x + 1);
  }
  CHECK(bottom - top == 20);
  CHECK(right - left == 10);
  CHECK(std::abs(down / mass - 14) <= 0.5);
  CHECK(std::abs(across / mass - 14) <= 0.5);
  // What is already as it has to be stays as it is.
  std::vector<std::uint8_t> again(pixels.begin(), pixels.end());
  CHECK(entries_of(read_array(folder.write("b.png", png(28, 28, again)), spec_of("centre: true"))) == pixels);
}

TEST_CASE(
    "a folder of PNG files is sorted by name, a folder of folders gives images and labels in one order") {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "flat");
  for (const char* name : {"10", "9", "b", "a"})
    folder.write(std::string("flat/") + name + ".png", png(1, 1, {static_cast<std::uint8_t>(name[0])}));
  folder.write("flat/notes.txt", "no image");
  folder.write("flat/.hidden.png", "no image");
  CHECK(entries_of(read_array(folder.path() / "flat")) == Numbers{'9', '1', 'a', 'b'});
  for (const char* name : {"cat/2.png", "cat/1.PNG", "dog/1.png"}) {
    fs::create_directories((folder.path() / "pets" / name).parent_path());
    folder.write(std::string("pets/") + name,
                 png(1, 1, {static_cast<std::uint8_t>(10 * (name[0] == 'd') + name[4] - '0')}));
  }
  CHECK(entries_of(read_array(folder.path() / "pets")) == Numbers{1, 2, 11});
  ArraySpec spec = spec_of("one_hot: 2");
  spec.file = "pets";
  Array labels = load_array(spec, folder.path(), {}, UINT64_MAX);
  CHECK(labels.classes == std::vector<std::string>{"cat", "dog"});
  CHECK(entries_of(labels) == Numbers{0, 0, 1});
  spec = spec_of("one_hot: [dog, bird, cat]");
  spec.file = "pets";
  labels = load_array(spec, folder.path(), {}, UINT64_MAX);
  CHECK(entries_of(labels) == Numbers{2, 2, 0});
}

TEST_CASE("a format is told by the first bytes of a file, then by its name, also behind gzip") {
  const TemporaryFolder folder;
  const std::string two("\0\0\x08\1\0\0\0\2\1\2", 10);
  CHECK(entries_of(read_array(folder.write("idx.csv", two))) == Numbers{1, 2});
  CHECK(entries_of(read_array(folder.write("numbers", "1\n2\n"))) == Numbers{1, 2});
  CHECK(entries_of(read_array(folder.write("image", png(1, 1, {7})))) == Numbers{7});
  const std::string zipped = folder.path() / "a.csv.gz";
  gzFile gz = gzopen(zipped.c_str(), "wb");
  gzputs(gz, "x\n3\n4\n");
  gzclose(gz);
  CHECK(entries_of(read_array(zipped)) == Numbers{3, 4});
}
