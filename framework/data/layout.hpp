// Numbers that lie in a file one after the other behind a header, as IDX and NPY files have them.
#pragma once

#include <bit>

#include "data/array.hpp"
#include "data/source.hpp"

namespace graph_runner {

// What a header says of the numbers behind it.
struct Layout {
  StoredType type = StoredType::f64;
  bool is_bool = false;  // of u8: 0 and 1 alone
  std::endian order = std::endian::native;
  bool first_axis_fastest = false;  // as Fortran has it; else the last, as C has it
  Shape shape;                      // samples first
  std::size_t offset = 0;           // bytes before the numbers
  std::size_t bytes = 0;            // of all of them

  // Takes `shape`, and works out `bytes`. Throws Error (bad_request) where there are no axes or more than
  // GR_MAX_RANK, where one is empty, and where the product is more than 2⁴⁴.
  void set_shape(const Source& source, Shape sizes);
};

// Reads the numbers from where the header ends; memory grows with what is really there. Throws Error:
// file_failed where they cannot be read; bad_request where there are fewer or more than the layout says, or
// an integer that no double holds.
Array read_laid_out(Source& source, const Layout& layout);

}  // namespace graph_runner
