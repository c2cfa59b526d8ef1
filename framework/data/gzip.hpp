// Files as streams of bytes, unpacked where they are gzipped.
#pragma once

#include <filesystem>
#include <memory>

#include "data/source.hpp"

namespace graph_runner {

// The bytes of a regular file; of one that begins as a gzip file does, what its members hold, one after the
// other. Throws Error, here or while it is read: file_failed where the file cannot be read, bad_request where
// its gzip stream is damaged, cut short, or followed by what is none.
// Source: Deutsch, "GZIP file format specification version 4.3", RFC 1952 (1996).
std::unique_ptr<ByteStream> open_file(const std::filesystem::path& file);

}  // namespace graph_runner
