// The formats of data files: a row of the table in formats.cpp and a file (idx.cpp) each. A file's format is
// told by how it begins, then by how its name ends.
#pragma once

#include <filesystem>
#include <span>

#include "data/array.hpp"
#include "data/layout.hpp"
#include "data/source.hpp"

namespace graph_runner {

// Reads a data file, or a folder of images. Of `spec`, it takes `one_hot` and the options of the file's
// format; `wanted` and `memory` are as load_array has them. Throws Error: file_failed where the file cannot
// be read, bad_request where it is malformed, or at an option that its format does not take.
Array read_array(const std::filesystem::path& file, const ArraySpec& spec = {}, const Shape& wanted = {},
                 std::uint64_t memory = UINT64_MAX);

// Throws Error (bad_request), a problem each, where values in place or drawn are given options of data files.
void refuse_format_options(const ArraySpec& spec);

// ---- The formats: whether a file that begins so is one, and what reads it

// IDX. The header is checked against the file's size before anything is believed.
// Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits", section "The IDX file format".
bool begins_as_idx(std::span<const std::byte> head);
Layout idx_layout(Source& source);
Array read_idx(Source& source, const ArraySpec& spec, const Shape& wanted);

// NPY: an array of NumPy's, its first axis the samples, of any integers, bools or floats but complex and long
// ones, in either order of bytes and of axes.
// Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
bool begins_as_npy(std::span<const std::byte> head);
Layout npy_layout(Source& source);
Array read_npy(Source& source, const ArraySpec& spec, const Shape& wanted);

// NPZ: a ZIP archive of NPY files, each with the checksum of its contents.
bool begins_as_zip(std::span<const std::byte> head);
Array read_npz(Source& source, const ArraySpec& spec, const Shape& wanted);

// PNG: a picture a sample, in bytes, of one file or of the files of a folder or of its folders, sorted by
// name; with `one_hot`, which of the folders each lies in. A picture is grey unless the input has entries for
// its colours: [3, height, width], [height, width, 3] or, flat, as many.
bool begins_as_png(std::span<const std::byte> head);
Array read_png(Source& source, const ArraySpec& spec, const Shape& wanted);
Array read_png_files(const std::vector<std::filesystem::path>& files, const ArraySpec& spec,
                     const Shape& wanted);
Array read_png_folder(const std::filesystem::path& folder, const ArraySpec& spec, const Shape& wanted);

// CSV: a row a sample, of the columns asked for, in double; of one column, samples are single numbers. A file
// of which nothing else can be told is one where it begins as a text does.
// Source: RFC 4180, with other separators, and spaces around cells.
bool begins_as_text(std::span<const std::byte> head);
Array read_csv(Source& source, const ArraySpec& spec, const Shape& wanted);

// A text in UTF-8, by the option `characters`: samples of as many characters (code points) as the input has
// places, one after the other. Of n characters in samples of m there are ⌊(n - 1) / m⌋, so that each has a
// next one. A byte order mark is no character; line ends are characters as they stand.
Array read_characters(Source& source, const ArraySpec& spec, const Shape& wanted);

}  // namespace graph_runner
