// Products of matrices in the SDK, large ones its own (product.hpp): every size and layout gives what a sum
// in long double gives, nothing else is read or written, and panels change no bit. This file is built like a
// node, with the SDK's own products on every processor.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <graph_runner/node.hpp>
#include <limits>
#include <memory>
#include <random>
#include <vector>

using namespace graph_runner;

namespace {

using Eigen::Index;

// The tensor of a matrix. Its memory ends with its last entry or with the canaries behind it, so that
// AddressSanitizer sees whoever reads on.
template <class T>
class Matrix {
 public:
  Matrix(Index rows, Index columns, bool canaries = false)
      : dims_{rows, columns}, margin_(canaries ? 4 * GR_ALIGNMENT / sizeof(T) : 0) {
    void* memory = nullptr;
    REQUIRE(posix_memalign(&memory, GR_ALIGNMENT, (size() + 2 * margin_) * sizeof(T)) == 0);
    data_.reset(static_cast<T*>(memory));
    std::fill_n(data_.get(), size() + 2 * margin_, canary);
  }
  // Filled with numbers in [-1, 1): the same for a matrix and, transposed, for its transpose.
  Matrix(Index rows, Index columns, bool transposed, unsigned seed)
      : Matrix(transposed ? columns : rows, transposed ? rows : columns) {
    std::mt19937 random(seed);
    for (Index i = 0; i < rows; ++i)
      for (Index j = 0; j < columns; ++j)
        (transposed ? (*this)(j, i) : (*this)(i, j)) = static_cast<T>(random() >> 8) / T(1 << 23) - 1;
  }

  gr_tensor tensor() const { return {data_.get() + margin_, dims_, 2}; }
  T& operator()(Index i, Index j) const { return data_.get()[margin_ + std::size_t(i * dims_[1] + j)]; }
  std::size_t size() const { return std::size_t(dims_[0] * dims_[1]); }
  bool same_bits(const Matrix& other) const {
    return std::memcmp(tensor().data, other.tensor().data, size() * sizeof(T)) == 0;
  }
  bool canaries_live() const {
    const auto live = [](T x) { return x == canary; };
    const T *const begin = data_.get(), *const end = begin + size() + 2 * margin_;
    return std::all_of(begin, begin + margin_, live) && std::all_of(end - margin_, end, live);
  }

 private:
  static constexpr T canary = T(-77);
  struct Free {
    void operator()(T* p) const { std::free(p); }
  };
  std::int64_t dims_[2];
  std::size_t margin_;
  std::unique_ptr<T, Free> data_;
};

struct Sizes {
  Index m, n, k;
};

// Which operands lie transposed in memory, and whether the product is added to what is there.
struct Form {
  bool left, right, add;
};
const std::vector<Form> forms{{false, false, false}, {false, false, true}, {false, true, false},
                              {false, true, true},   {true, false, false}, {true, false, true},
                              {true, true, false},   {true, true, true}};

// A call with panels or without; tasks run from the last to the first.
gr_call call_with(bool panels) {
  gr_call call{};
  call.parallel = [](void*, std::size_t tasks, gr_task task, void* context) {
    while (tasks > 0) task(context, --tasks);
  };
  static int pool;
  call.pool = panels ? &pool : nullptr;
  return call;
}

// c = a b, or c += a b, as a node's kernel does it.
template <class T>
void multiply(const Matrix<T>& a, const Matrix<T>& b, const Matrix<T>& c, Form form, bool panels = false) {
  const gr_call call = call_with(panels);
  const Mat<T> A(a.tensor()), B(b.tensor());
  std::uint8_t written = 1;
  const auto assign = [&](const auto& product) {
    if (form.add)
      Grad<Mat<T>>(c.tensor(), &written, call) += product;
    else
      Out<Mat<T>>(c.tensor(), call) = product;
  };
  if (form.left && form.right)
    assign(A.transpose() * B.transpose());
  else if (form.left)
    assign(A.transpose() * B);
  else if (form.right)
    assign(A * B.transpose());
  else
    assign(A * B);
}

// Checks all forms of a product against the sum in long double, whose error bound is Higham's, Accuracy and
// Stability of Numerical Algorithms, section 3.5: |error| <= k u Σ |a||b|.
template <class T>
void check(Sizes s) {
  const Matrix<T> a(s.m, s.k, false, 1), b(s.k, s.n, false, 2), start(s.m, s.n, false, 3);
  std::vector<long double> sum(start.size()), bound(start.size());
  for (Index i = 0; i < s.m; ++i)
    for (Index k = 0; k < s.k; ++k)
      for (Index j = 0; j < s.n; ++j) {
        const long double term = static_cast<long double>(a(i, k)) * b(k, j);
        sum[std::size_t(i * s.n + j)] += term;
        bound[std::size_t(i * s.n + j)] += std::abs(term);
      }
  for (const Form& form : forms) {
    const Matrix<T> c(s.m, s.n, true);
    if (form.add) std::memcpy(c.tensor().data, start.tensor().data, start.size() * sizeof(T));
    multiply(Matrix<T>(s.m, s.k, form.left, 1), Matrix<T>(s.k, s.n, form.right, 2), c, form);
    bool right = true;
    for (Index i = 0; i < s.m; ++i)
      for (Index j = 0; j < s.n; ++j) {
        const auto at = std::size_t(i * s.n + j);
        const long double expected = sum[at] + (form.add ? start(i, j) : 0);
        const long double scale = bound[at] + (form.add ? 1 : 0);
        right = right && std::abs(c(i, j) - expected) <=
                             static_cast<long double>(s.k + 2) * std::numeric_limits<T>::epsilon() * scale;
      }
    INFO(s.m, " x ", s.k, " times ", s.k, " x ", s.n, ", transposed ", form.left, form.right,
         form.add ? ", added, " : ", ", sizeof(T) == 4 ? "float" : "double");
    CHECK(right);
    CHECK(c.canaries_live());
  }
}

}  // namespace

TEST_CASE_TEMPLATE("a product of any size around a tile's edges is right, and writes nothing else", T, float,
                   double) {
  for (const Index m : {1, 9, 15, 16, 17, 20, 22, 32})
    for (const Index n : {1, 10, 31, 32, 33, 47, 48, 49, 97})
      for (const Index k : {1, 2, 9, 10, 31, 64}) check<T>({m, n, k});
}

TEST_CASE_TEMPLATE("a product of any size around a block's edges is right, and writes nothing else", T, float,
                   double) {
  for (const Index n : {143, 144, 145, 287, 288, 289, 590})
    for (const Index k : {399, 400, 401, 801}) check<T>({19, n, k});
}

TEST_CASE_TEMPLATE("the products of a layer of 1024 units on a batch of 256 are right", T, float, double) {
  for (const Sizes s : {Sizes{256, 1024, 784}, Sizes{1024, 784, 256}, Sizes{256, 10, 1024},
                        Sizes{10, 1024, 256}, Sizes{256, 1024, 10}})
    check<T>({s.m / 4, s.n / 4, s.k});
}

TEST_CASE_TEMPLATE("a NaN in a row of the left operand reaches that row of the product and no other entry", T,
                   float, double) {
  for (const Form& form : forms) {
    const Matrix<T> a(27, 37, form.left, 1), b(37, 53, form.right, 2), c(27, 53, false, 3);
    (form.left ? a(36, 26) : a(26, 36)) = std::numeric_limits<T>::quiet_NaN();
    multiply(a, b, c, form);
    bool exact = true;
    for (Index i = 0; i < 27; ++i)
      for (Index j = 0; j < 53; ++j) exact = exact && std::isnan(c(i, j)) == (i == 26);
    CHECK(exact);
  }
}

TEST_CASE_TEMPLATE("a NaN in a column of the right operand reaches that column and no other entry", T, float,
                   double) {
  for (const Form& form : forms) {
    const Matrix<T> a(27, 37, form.left, 1), b(37, 53, form.right, 2), c(27, 53, false, 3);
    (form.right ? b(52, 36) : b(36, 52)) = std::numeric_limits<T>::quiet_NaN();
    multiply(a, b, c, form);
    bool exact = true;
    for (Index i = 0; i < 27; ++i)
      for (Index j = 0; j < 53; ++j) exact = exact && std::isnan(c(i, j)) == (j == 52);
    CHECK(exact);
  }
}

TEST_CASE_TEMPLATE("a product in panels has the bits of the product in one", T, float, double) {
  for (const Sizes s : {Sizes{97, 577, 401}, Sizes{577, 97, 401}, Sizes{1000, 49, 784}, Sizes{33, 1030, 300}})
    for (const Form& form : forms) {
      const Matrix<T> a(s.m, s.k, form.left, 1), b(s.k, s.n, form.right, 2);
      const Matrix<T> whole(s.m, s.n, false, 3), panels(s.m, s.n, false, 3);
      multiply(a, b, whole, form, false);
      multiply(a, b, panels, form, true);
      INFO(s.m, " x ", s.k, " times ", s.k, " x ", s.n, ", transposed ", form.left, form.right);
      CHECK(whole.same_bits(panels));
    }
}
