// The characters of a text as classes: those of the training data, ordered by code point, are labels 0, 1, ….
#pragma once

#include "data/column.hpp"

namespace graph_runner {

// The characters of a column of text, each in UTF-8.
std::vector<std::string> characters_of(const Column& column);

// Has a column of text use these as its classes; `split` names its data in messages. Throws Error
// (bad_request) where it has others, at their line and column, or more than `one_hot` says.
void use_characters(Column& column, const std::vector<std::string>& classes, const std::string& split);

// The class of each code point, -1 where it is none.
std::vector<std::int32_t> class_of_codes(const std::vector<std::string>& classes);

}  // namespace graph_runner
