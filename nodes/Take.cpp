// y_k = entry at_k of x, counted from 1, row by row: any entries, in any order, as a vector.
// dx = the sum of dy at the places that each entry went to.
// Source: homework 7, section 3 (a_k = A_ij with k = (i-1)n + j).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Take {
  std::vector<int> at;

  static void describe(Spec<Take>& s) {
    s.doc("Entries of a tensor, by their numbers row by row, as a vector.");
    s.attribute("at", &Take::at, "the number of each entry, from 1")
        .required()
        .at_least(1)
        .length(1, 0);  // no limit
    s.input("x", "...");
    s.output("y", "_");
  }
  void shapes(Shapes& s) const {
    Size entries{1};
    for (std::int64_t i = 0; i < s.rank(0); ++i) entries = s.product(entries, s.get(0, i));
    for (std::size_t k = 0; entries.value >= 0 && k < at.size(); ++k) place(k, entries.value);
    s.set(1, 0, {static_cast<std::int64_t>(at.size())});
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    for (std::size_t k = 0; k < at.size(); ++k) y(static_cast<Eigen::Index>(k)) = x(place(k, x.size()));
  }
  template <class T>
  void backward(Unread, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    if (!dx.wanted()) return;
    auto& to = dx.entries();
    for (std::size_t k = 0; k < at.size(); ++k) to(place(k, to.size())) += dy(static_cast<Eigen::Index>(k));
  }

 private:
  Eigen::Index place(std::size_t k, Eigen::Index size) const {
    if (at[k] > size)
      throw std::invalid_argument("there is no entry " + std::to_string(at[k]) + " among " +
                                  std::to_string(size));
    return at[k] - 1;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Take)
