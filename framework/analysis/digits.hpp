// How many digits show what is different.
#pragma once

namespace graph_runner {

// The digits, 9 or more, at which two numbers are written differently, where they differ.
int digits_to_tell(double a, double b);

}  // namespace graph_runner
