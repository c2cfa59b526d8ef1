// Every refusal of a CSV, NPY, NPZ or PNG file has its place in the graph file and its message; and small
// files cut anywhere, or with any bit flipped, are refused or read for what they hold.
#include <zlib.h>

#include "tests/bad_files.hpp"
#include "tests/data_files.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace fs = std::filesystem;
using namespace std::string_literals;

namespace {

// Line 5 is the data; what feeds input x begins at 5:19, the name of its file at 5:26.
std::string fed(const std::string& x, const std::string& shape = "[batch, 2]") {
  return "inputs: {x: " + shape + "}\nnodes:\n  y: {type: Multiply, in: [x, x]}\n\ndata: {train: {x: " + x +
         "}}\n";
}

// Refuses the files of one format, each called by one name.
struct Refusing {
  const TemporaryFolder& folder;
  std::string name;

  void operator()(const std::string& refused, const std::string& bytes, const std::string& message,
                  const std::string& options = "", const std::string& place = "5:26") const {
    folder.write(name, bytes);
    const std::string more = options.empty() ? "" : ", " + options;
    check_refused({refused, fed("{file: " + name + more + "}"), place, message}, folder);
  }
};

std::string little(std::size_t number, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i));
  return out;
}

std::string npy(const std::string& header, const std::string& entries, const std::string& version = "\1\0"s) {
  return "\x93NUMPY" + version + little(header.size(), version[0] == 1 ? 2 : 4) + header + entries;
}
std::string npy_of(const std::string& type, const std::string& shape, const std::string& entries) {
  return npy("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n", entries);
}
// Two samples of two bytes.
const std::string good_npy = npy_of("|u1", "(2, 2)", "\1\2\3\4");

// A ZIP archive of one file, stored as it is.
std::string archive(const std::string& name, const std::string& contents) {
  const auto sum =
      crc32(0, reinterpret_cast<const Bytef*>(contents.data()), static_cast<uInt>(contents.size()));
  const std::string common = little(20, 2) + little(0, 2) + little(0, 2) + little(0x21, 4) + little(sum, 4) +
                             little(contents.size(), 4) + little(contents.size(), 4) +
                             little(name.size(), 2) + little(0, 2);
  const std::string local = "PK\3\4" + common + name + contents;
  const std::string central = "PK\1\2" + little(20, 2) + common + little(0, 2) + little(0, 2) + little(0, 2) +
                              little(0, 4) + little(0, 4) + name;
  return local + central + "PK\5\6" + little(0, 4) + little(1, 2) + little(1, 2) + little(central.size(), 4) +
         little(local.size(), 4) + little(0, 2);
}

}  // namespace

TEST_CASE("CSV files that are not as they should be are refused, with row, column and file") {
  const TemporaryFolder folder;
  const Refusing refuse{folder, "a.csv"};
  refuse("an empty file", "", "a.csv: is empty");
  refuse("a byte order mark alone", "\xEF\xBB\xBF", "a.csv: is empty");
  refuse("a header alone", "a,b\n", "a.csv: holds no rows of data");
  refuse("an empty first row", "\na,b\n1,2\n", "a.csv: row 1: the row is empty");
  refuse("an empty row among others", "1,2\n\n3,4\n", "a.csv: row 2: the row is empty");
  refuse("UTF-16",
         "\xFF\xFE"
         "1\0,\0002\0"s,
         "a.csv: is UTF-16; save it as UTF-8");
  refuse("a NUL", "1,2\n3,\0004\n"s, "a.csv: not a text: byte 7 is 0x00");
  refuse("lines that end with a carriage return alone", "1,2\r3,4\r",
         "a.csv: row 1: holds a carriage return");
  refuse("a carriage return inside a cell", "1,2\n3\r,4\n",
         "a.csv: row 2: column 1: found '3\\x0D', expected a number");
  refuse("a text among numbers", "1,2\n3,x\n", "a.csv: row 2: column 2: found 'x', expected a number");
  refuse("a text below a header", "a,b\n1,2\nx,4\n",
         "a.csv: row 3: column 1 ('a'): found 'x', expected a number");
  refuse("a text in the first row, among numbers", "1,x\n3,4\n",
         "a.csv: row 1: column 2: found 'x', expected a number ('header: true'");
  refuse("a decimal comma", "a;b\n1,5;2\n",
         "a.csv: row 2: column 1 ('a'): found '1,5', expected a number (with a decimal point)");
  refuse("two numbers in a cell", "a,b\n1 2,3\n", "found '1 2', expected a number");
  refuse("a number with a unit", "a,b\n1cm,3\n", "found '1cm', expected a number");
  refuse("a hexadecimal number", "a,b\n0x10,3\n", "found '0x10', expected a number");
  refuse("two signs", "a,b\n+-1,3\n", "found '+-1', expected a number");
  refuse("infinity", "a,b\n1,inf\n", "a.csv: row 2: column 2 ('b'): found 'inf', expected a finite number");
  refuse("a number past doubles", "a,b\n1,-1e999\n", "found '-1e999', expected a number that a double holds");
  refuse("an escape sequence", "a,b\n1,\x1b[31m\n", "found '\\x1B[31m', expected a number");
  refuse("Latin-1", "a,b\n1,\xE4\n", "found '\\xE4', expected a number");
  refuse("a long text", "a,b\n1," + repeat("x", 1000) + "\n", "found '" + repeat("x", 40) + "…', expected");
  refuse("a row that is too short", "a,b\n1,2\n3\n",
         "a.csv: row 3: has 1 cell, but the first row has 2 (separated by commas)");
  refuse("a row that is too long", "a;b\n1;2\n3;4;5\n",
         "row 3: has 3 cells, but the first row has 2 (separated by semicolons)");
  refuse("a row that is too long and no number", "a,b\n1,2\nx,4,5\n",
         "row 3: has 3 cells, but the first row has 2");
  refuse("a last cell that is cut off", "a,b\n1,2\n3,",
         "a.csv: row 3, column 2 ('b'): the cell is missing; 'missing: mean'");
  refuse("missing cells", "a,b\n1,NA\n,4\n5,?\n",
         "a.csv: row 2, column 2 ('b'): the cell is missing ('NA'), and 2 more are; 'missing: mean'");
  refuse("a quote that is not closed", "a,b\n\"1,2\n3,4\n", "a.csv: row 2: a quote (\") is never closed");
  refuse("a quote that the file ends with", "a,b\n1,\"", "a.csv: row 2: a quote (\") is never closed");
  refuse("a text after a closing quote", "a,b\n\"1\"2,3\n",
         "a.csv: row 2: a text goes on after its closing quote");
  refuse("a row of 17 MB", "a,b\n\"" + std::string(17000000, 'x') + "\",1\n",
         "a.csv: row 2 is longer than 16 MiB");
  refuse("a line break in quotes before the mistake", "a,b\n\"1\",2\n\"x\ny\",3\n",
         "row 3: column 1 ('a'): found 'x\\x0Ay', expected a number");
  refuse("a mistake behind a line break in quotes", "\"a\nb\",c\n1,2\nx,3\n", "row 3 (line 4): column 1");
  refuse("70,000 columns", repeat("1,", 70000) + "1\n", "a.csv: row 1: has more than 65536 columns");
  refuse("a page of HTML", "<!DOCTYPE html>\n<p>Not found</p>\n",
         "a.csv: row 2: column 1 ('<!DOCTYPE html>'): found '<p>Not found</p>'");
}

TEST_CASE("columns, headers and classes that a CSV file has not are refused where they are asked for") {
  const TemporaryFolder folder;
  const Refusing refuse{folder, "a.csv"};
  const std::string table = "width,height\n1,2\n3,4\n";
  refuse("a column that is misspelt", table,
         "a.csv: no column is called 'widht' (did you mean 'width'?); expected 'width' or 'height' "
         "(separated by commas)",
         "columns: [widht]", "5:43");
  refuse("a column past the last", table, "a.csv: column 3 of a file with 2 columns (separated by commas)",
         "columns: [1, 3]", "5:46");
  refuse("a column by two names", table, "a.csv: column 1 is asked for twice", "columns: [width, 1]", "5:50");
  refuse("a name that two columns have", "a,a\n1,2\n", "a.csv: columns 1 and 2 are both called 'a'",
         "columns: [a]", "5:43");
  refuse("a name without a header", "1,2\n", "column 'a' is asked for by its name, but 'header: false'",
         "header: false, columns: [a]", "5:58");
  refuse("a header that is none", table, "a.csv: row 1: column 1: found 'width', expected a number",
         "header: false");
  refuse("a class that is misspelt", "1,cat\n2,dgo\n",
         "a.csv: row 2: column 2: found 'dgo' (did you mean 'dog'?), expected a class: 'cat' or 'dog'",
         "columns: 2, one_hot: [cat, dog]");
  refuse("a missing class", "1,cat\n2,\n", "a.csv: row 2: column 2: found '', expected a class",
         "columns: 2, one_hot: [cat, dog]");
  refuse("classes of two columns", table, "a.csv: one_hot wants one column of labels, of the 2 here",
         "one_hot: [cat, dog]");
  refuse("a name where labels are numbers", "1,0\n2,cat\n",
         "found 'cat', expected a number ('one_hot: [NAME, …]' takes names of classes)",
         "columns: 2, one_hot: 2");
  refuse("a label outside the classes", "1,0\n2,5\n", "the label of sample 2 is 5; one_hot: 2",
         "columns: 2, one_hot: 2");
  refuse("a missing label", "1,0\n2,\n", "a.csv: row 2, column 2: the cell is missing",
         "columns: 2, one_hot: 2, missing: mean");
  refuse("rows past the end", table, "rows [1, 3] of data with 2 samples", "rows: [1, 3]", "5:39");
  for (const auto& [option, says] :
       {std::pair("columns: []", "columns: found an empty list"),
        std::pair("columns: [0]", "found '0', expected an integer of at least 1"),
        std::pair("columns: {a: 1}", "found a map, expected a text"),
        std::pair("header: 1", "found '1', expected true or false"),
        std::pair("missing: zero", "missing: found 'zero', expected mean"),
        std::pair("one_hot: [a, a]", "the class 'a' stands here twice"),
        std::pair("one_hot: []", "found an empty list, expected names")})
    check_refused({option, fed("{file: a.csv, "s + option + "}"), "", says}, folder);
}

TEST_CASE("options that a format does not take are refused where they stand") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "folder");
  folder.write("a.csv", "1,2\n");
  folder.write("a.npy", good_npy);
  folder.write("a.npz", archive("a.npy", good_npy));
  folder.write("a.png", png(1, 2, {1, 2}));
  folder.write("a.idx", "\0\0\x08\2\0\0\0\1\0\0\0\2\1\2"s);
  const auto refuse = [&](const std::string& file, const std::string& option, const std::string& message) {
    check_refused({file + " with " + option, fed("{file: " + file + ", " + option + "}"),
                   fmt::format("5:{}", 28 + file.size() + option.find(": ") + 2), "input 'x': " + message},
                  folder);
  };
  refuse("a.idx", "columns: [a]", "'columns' is for CSV files; a.idx is IDX");
  refuse("a.npy", "header: true", "'header' is for CSV files; a.npy is NPY");
  refuse("a.npz", "missing: mean", "'missing' is for CSV files; a.npz is NPZ");
  refuse("a.npy", "array: x", "'array' is for NPZ files; a.npy is NPY");
  refuse("a.csv", "size: [1, 2]", "'size' is for PNG files; a.csv is CSV");
  refuse("a.idx", "invert: true", "'invert' is for PNG files; a.idx is IDX");
  refuse("a.npz", "centre: true", "'centre' is for PNG files; a.npz is NPZ");
  refuse("a.png", "columns: 1", "'columns' is for CSV files; a.png is PNG");
  refuse("folder", "array: a", "'array' is for NPZ files; folder is a folder of PNG files");
  refuse("a.idx", "one_hot: [a]", "'one_hot: [names]' is for PNG and CSV files; a.idx is IDX");
  check_refused({"values in place with columns", fed("{values: [[1, 2]], columns: [1, 2]}"), "5:47",
                 "'columns' is for CSV files; these are values in place"},
                folder);
  check_refused({"two options", fed("{file: a.idx, header: true, invert: true}"), "5:41",
                 "'header' is for CSV files", 2, 2},
                folder);
}

TEST_CASE("NPY files that are not whole are refused") {
  const TemporaryFolder folder;
  const Refusing refuse{folder, "a.npy"};
  const std::string no_magic = "a.npy: not an NPY file", none = "a.npy: its header is none of NPY",
                    large = "a.npy: the sizes in its header are too large";
  refuse("an empty file", "", no_magic);
  refuse("a text", "1, 2\n", no_magic);
  refuse("another magic", "\x93NUMPZ\1\0"s, no_magic);
  refuse("a version of its own", npy("{}", "", "\4\0"s), "a.npy: is of version 4.0 of NPY");
  refuse("a version of its own within 1", npy("{}", "", "\1\1"s), "a.npy: is of version 1.1 of NPY");
  refuse("a header of 100 MB", "\x93NUMPY\2\0\0\0\0\6"s,
         "a.npy: has a header of 100663296 bytes; 65536 is the most");
  refuse("an empty header", npy("", ""), none);
  refuse("a header without its end",
         npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2)", "\1\2\3\4"), none);
  refuse("a header without a shape", npy("{'descr': '|u1', 'fortran_order': False}", "\1\2\3\4"), none);
  refuse("a key twice", npy("{'descr': '|u1', 'descr': '|u1', 'shape': (2, 2)}", "\1\2\3\4"), none);
  refuse("a key too many",
         npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), 'a': 1}", "\1\2\3\4"), none);
  refuse("a header that goes on",
         npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2)} 1", "\1\2\3\4"), none);
  refuse("a call of a function",
         npy("{'descr': __import__('os'), 'fortran_order': False, 'shape': (2, 2)}", "\1\2\3\4"), none);
  refuse("an order that is a number",
         npy("{'descr': '|u1', 'fortran_order': 0, 'shape': (2, 2)}", "\1\2\3\4"), none);
  refuse("a negative size", npy_of("|u1", "(-2, 2)", "\1\2\3\4"), none);
  refuse("a shape that is a list", npy_of("|u1", "[2, 2]", "\1\2\3\4"), none);
  refuse("a size that is a fraction", npy_of("|u1", "(2.0, 2)", "\1\2\3\4"), none);
  refuse("a type without an order", npy_of("f8", "(2, 2)", ""), "a.npy: holds entries of type 'f8'");
  refuse("a type of one letter", npy_of("<", "(2, 2)", ""), "a.npy: holds entries of type '<'");
  refuse("no type", npy_of("", "(2, 2)", ""), "a.npy: holds entries of type ''");
  refuse("a wide type of no order", npy_of("|f8", "(2, 2)", ""), "a.npy: holds entries of type '|f8'");
  refuse("integers of 16 bytes", npy_of("<i16", "(2, 2)", ""), "a.npy: holds entries of type '<i16'");
  refuse("records", npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,)}", ""),
         "a.npy: holds records of several fields");
  refuse("no axes", npy_of("|u1", "()", "\1"), "a.npy: has rank 0; 1 to 8 are possible");
  refuse("nine axes", npy_of("|u1", "(1,1,1,1,1,1,1,1,1)", "\1"), "a.npy: has rank 9");
  refuse("no samples", npy_of("|u1", "(0, 2)", ""), "a.npy: axis 1 has size 0");
  refuse("sizes whose product overflows", npy_of("<f8", "(4294967296, 4294967296)", ""), large);
  refuse("sizes whose product overflows to 0", npy_of("<f8", "(2305843009213693952, 8)", ""), large);
  refuse("a size past 64 bits", npy_of("<f8", "(99999999999999999999, 2)", ""), large);
  refuse("8 TiB that are not there", npy_of("<f8", "(1099511627776, 1)", "abc"),
         "a.npy: holds 3 bytes of data; its header promises 8796093022208");
  refuse("one byte too few", good_npy.substr(0, good_npy.size() - 1),
         "a.npy: holds 3 bytes of data; its header promises 4");
  refuse("one byte too many", good_npy + "\5", "a.npy: goes on after the 4 bytes");
  refuse("a bool of 2", npy_of("|b1", "(2, 2)", "\1\0\1\2"s),
         "a.npy: entry [2, 2] is a bool of 2, neither 0 nor 1");
  refuse("an integer that no double holds",
         npy_of(">i8", "(1, 2)", "\0\0\0\0\0\0\0\1\xff\xdf\xff\xff\xff\xff\xff\xff"s),
         "a.npy: entry [1, 2] is -9007199254740993, which no double holds");
  refuse("samples of another length", npy_of("|u1", "(1, 3)", "\1\2\3"),
         "has shape [batch, 2], but its data have shape [1, 3]");
}

TEST_CASE("NPZ files that are not whole, or lack the array asked for, are refused") {
  const TemporaryFolder folder;
  const Refusing refuse{folder, "a.npz"};
  const std::string good = archive("x.npy", good_npy);
  refuse("an empty file", "", "a.npz: not an archive of arrays (NPZ)");
  refuse("a text", "x, y\n", "a.npz: not an archive of arrays (NPZ)");
  refuse("an archive without its end", good.substr(0, good.size() - 30),
         "a.npz: not an archive of arrays (NPZ)");
  refuse("an archive of nothing", "PK\5\6" + std::string(18, '\0'), "a.npz: holds no arrays (NAME.npy)");
  refuse("an archive of texts", archive("x.txt", "1"), "a.npz: holds no arrays (NAME.npy)");
  refuse("an array that is not there", good, "a.npz: no array is called 'y'; expected 'x'", "array: y",
         "5:40");
  refuse("an array that is none", archive("x.npy", "1, 2\n"), "a.npz, array 'x': not an NPY file");
  refuse("an array that is cut short", archive("x.npy", good_npy.substr(0, good_npy.size() - 2)),
         "a.npz, array 'x': holds 2 bytes of data; its header promises 4");
  std::string changed = good;
  changed[good.find("\1\2\3\4")] = 9;
  refuse("a wrong checksum", changed, "a.npz, array 'x': CRC error");
  changed = good;
  changed[8] = changed[good.find("PK\1\2") + 10] = 77;
  refuse("a method of packing that nobody knows", changed,
         "a.npz, array 'x': Compression method not supported");
}

TEST_CASE("PNG files that are not whole are refused") {
  const TemporaryFolder folder;
  const Refusing refuse{folder, "a.png"};
  const std::string good = png(1, 2, {1, 2});
  const std::string not_whole = "a.png: not a whole PNG file: ";
  refuse("an empty file", "", not_whole + "it is cut short");
  refuse("a text", "<!DOCTYPE html>\n<p>\n", not_whole + "Not a PNG file");
  refuse("a signature alone", good.substr(0, 8), not_whole + "it is cut short");
  refuse("a file without pixels", good.substr(0, 33) + good.substr(good.size() - 12), not_whole);
  refuse("a file without its end", good.substr(0, good.size() - 12), not_whole + "it is cut short");
  std::string changed = good;
  changed[19] = 5;
  refuse("a wrong checksum of the header", changed, not_whole + "IHDR: CRC error");
  changed = good;
  changed[good.find("IDAT") + 6] ^= 1;
  refuse("a wrong checksum of the pixels", changed, not_whole + "IDAT");
  refuse("a width of 0", png(1, 0, {}), not_whole + "Invalid IHDR data");
  refuse("a width past the limit", png(1, 20000, {}), not_whole + "Invalid IHDR data");
  refuse("a height past 2³¹", png(0xFFFFFFFF, 1, {}), not_whole);
  refuse("200 million pixels", png(14000, 14000, {}),
         "a.png: is 14000×14000 pixels; 33554432 in all are the most");
  refuse("25 million pixels that are not there", png(5000, 5000, {}), not_whole);
  refuse("half the rows", png(2, 2, {}).substr(0, 33) + png(1, 2, {1, 2}).substr(33), not_whole);
  refuse("labels of one image", good, "a.png: one_hot wants labels", "one_hot: 2");
  refuse("a page of white", png(2, 1, {0, 0}), "a.png: all of it is black", "centre: true");
  refuse("an image of another size", png(1, 3, {1, 2, 3}),
         "has shape [batch, 2], but its data have shape [1, 1, 3]");
  check_refused({"a colour that is centred",
                 "inputs: {x: [batch, 3, 28, 28]}\nnodes:\n  y: {type: Multiply, in: [x, x]}\n\ndata: "
                 "{train: {x: {file: a.png, centre: true}}}\n",
                 "5:41", "'centre' is for grey images"},
                folder);
  for (const auto& [option, says] :
       {std::pair("size: 28", "size: found '28', expected [height, width]"),
        std::pair("size: [28]", "expected [height, width]"),
        std::pair("size: [28, 0]", "found '0', expected an integer from 1 to 4096"),
        std::pair("size: [5000, 1]", "found '5000', expected an integer from 1 to 4096"),
        std::pair("centre: yes", "found 'yes', expected true or false"),
        std::pair("one_hot: 2, size: [1, 1]", "'size' does nothing to rows of 'one_hot'")})
    check_refused({option, fed("{file: a.png, "s + option + "}"), "", says}, folder);
}

TEST_CASE("folders that are no data are refused") {
  const TemporaryFolder folder;
  const auto refuse = [&](const std::string& refused, const std::string& message,
                          const std::string& options = "") {
    check_refused({refused, fed("{file: digits" + options + "}"), "5:26", "input 'x': digits" + message},
                  folder);
  };
  fs::create_directory(folder.path() / "digits");
  refuse("an empty folder", ": holds no PNG files");
  folder.write("digits/notes.txt", "no image");
  refuse("a folder of texts", ": holds no PNG files");
  refuse("labels of a folder without folders", ": one_hot wants a folder for each class", ", one_hot: 2");
  folder.write("digits/1.png", png(1, 2, {1, 2}));
  folder.write("digits/2.png", "no image");
  refuse("a file that is no image", "/2.png: not a whole PNG file");
  folder.write("digits/2.png", png(2, 1, {1, 2}));
  refuse("images of two sizes",
         "/2.png: is 2×1 pixels, but digits/1.png is 1×2; 'size: [1, 2]' makes all of one size");
  fs::create_directories(folder.path() / "digits" / "a");
  refuse("images beside folders", ": holds both PNG files and folders");
  fs::remove(folder.path() / "digits/1.png");
  fs::remove(folder.path() / "digits/2.png");
  refuse("a class without images", "/a: holds no PNG files");
  folder.write("digits/a/1.png", png(1, 2, {1, 2}));
  refuse("another number of classes", ": holds 1 folders, one a class, but one_hot is 3: 'a'",
         ", one_hot: 3");
  refuse("a class that is not named",
         ": the folder 'a' is none of one_hot's classes; expected 'zero' or 'one'", ", one_hot: [zero, one]");
  fs::create_directories(folder.path() / "digits" / "a" / "b");
  refuse("a folder inside that of a class", "/a/b: is a folder inside that of a class");
}

TEST_CASE("files of no format that is known say what they begin with") {
  const TemporaryFolder folder;
  const Refusing refuse{folder, "a"};
  refuse("an empty file", "", "a: is empty");
  refuse("bytes", "\1\2\3\4\5",
         "a: is of no format that is known (IDX, NPY, NPZ, PNG, CSV): it begins with the bytes 01 02 03 04");
  refuse("one byte", "\1",
         "a: is of no format that is known (IDX, NPY, NPZ, PNG, CSV): it begins with the bytes 01");
  refuse("a JPEG file", "\xFF\xD8\xFF\xE0", "it begins with the bytes FF D8 FF E0");
}

TEST_CASE(
    "small files of every format, cut anywhere, are refused or shorter, and with a bit flipped, refused or a "
    "file still") {
  const TemporaryFolder folder;
  const struct {
    const char* name;
    std::string whole;
    bool summed;  // checksums cover all that is read
  } files[] = {
      {"a.csv", "a,b\n1,2\n\"3\",4\n-5e1,.25\n", false},
      {"a.npy", good_npy, false},
      {"a.npz", archive("x.npy", good_npy), true},
      {"a.png", png(3, 4, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}), true},
      {"a.idx", "\0\0\x08\2\0\0\0\2\0\0\0\2\1\2\3\4"s, false},
  };
  for (const auto& [name, whole, summed] : files) {
    INFO(name);
    const auto read = [&](const std::string& bytes) { return read_or_refuse(folder.write(name, bytes)); };
    const auto entries = read(whole);
    REQUIRE(entries);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      INFO("cut at ", length, " of ", whole.size());
      const auto found = read(whole.substr(0, length));
      // Of a text, a part is one too: whole rows of numbers.
      if (found) CHECK((name == "a.csv"s && found->size() % 2 == 0 && found->size() <= entries->size()));
    }
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
      INFO("bit ", bit % 8, " of byte ", bit / 8);
      std::string changed = whole;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      const auto found = read(changed);
      if (found && summed) CHECK(*found == *entries);
    }
  }
}
