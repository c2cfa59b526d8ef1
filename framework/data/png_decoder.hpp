// PNG files as pictures: the only place that knows libpng.
#pragma once

#include "data/image.hpp"
#include "data/source.hpp"

namespace graph_runner {

// Any PNG file, in colour: 16 bits rounded to 8, what is transparent laid over white, gamma left as it is.
// Throws Error: file_failed where it cannot be read; bad_request where it is damaged or cut short, or has
// more than 2²⁵ pixels or 2¹⁴ in one direction.
Image decode_png(Source& source);

}  // namespace graph_runner
