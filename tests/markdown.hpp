// The documents: the fenced blocks of a Markdown file, whether a program printed what one shows, and links.
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

// The documents whose commands and quoted files are held to be true, below the top folder.
const std::vector<std::string>& documents();

// Whether a block of one is for those outside the tree: tests/install.cpp follows it, tests/documents.cpp all
// others.
bool for_outsiders(const Block& block);

struct Link {
  std::string file, heading;  // of "nodes/README.md#build-it"; either may be empty
  int line = 0;
};
// The links of a Markdown file that lead to no other site.
std::vector<Link> links(const std::filesystem::path& file);

// What links call the headings of a Markdown file: "Build it" is "build-it".
std::vector<std::string> headings(const std::filesystem::path& file);

}  // namespace graph_runner::test
