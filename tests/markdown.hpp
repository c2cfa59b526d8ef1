// The fenced blocks of a Markdown file, and whether a program printed what one shows.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace graph_runner::test {

// What follows the language, which renderers do not show, is the file that the block quotes.
struct Block {
  std::string section;  // the heading above
  std::string language, file, text;
  int line = 0;
};
std::vector<Block> blocks(const std::filesystem::path& file);

// Of a block that shows one command after `$ ` and what it prints: the command, and the rest.
std::string command(const Block& block);
std::string printed(const Block& block);

// Whether a text is what a document shows, where `…` stands for anything on a line, and a line `…` for any
// lines.
bool matches(const std::string& shown, const std::string& found);

// Whether a block of README.md is for those outside the tree: tests/install.cpp follows it,
// tests/documents.cpp all others.
bool for_outsiders(const Block& block);

}  // namespace graph_runner::test
