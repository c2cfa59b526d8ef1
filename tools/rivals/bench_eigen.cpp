// The rival of tools/bench: homework 7's MLP trained by the loop that one would write by hand in plain Eigen.
// The network, the sizes and the order of work are fixed here, so nothing stands between the products.
//
//   bench-eigen buffered|fused IMAGES LABELS BATCH HIDDEN EPOCHS RATE
//   bench-eigen about
//
// `buffered` writes each gradient into its own matrix and then updates; `fused` adds it to the weights in the
// product itself. Both do what graph-runner does in a step: gather a shuffled batch, the loss and its check,
// the hits, the gradients, the update. Prints the seconds of each epoch, shuffling apart, as graph-runner
// counts them. `about` tells the version of Eigen, the compiler and the instruction sets.
#include <Eigen/Core>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace {

using Eigen::Index;
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Row = Eigen::RowVectorXf;
constexpr Index pixels = 784, classes = 10;

// The bytes of an idx file behind its header of 4 (rank + 1) bytes.
std::vector<std::uint8_t> read_idx(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
  const std::size_t header = bytes.size() < 4 ? 0 : 4 * (std::size_t{bytes[3]} + 1);
  if (header == 0 || bytes.size() <= header) {
    std::fprintf(stderr, "bench-eigen: %s is no idx file\n", path);
    std::exit(2);
  }
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(header));
  return bytes;
}

struct Data {
  Matrix images;  // floats from the start: a batch is then gathered by copying rows
  std::vector<std::uint8_t> labels;

  Data(const char* image_file, const char* label_file) : labels(read_idx(label_file)) {
    const std::vector<std::uint8_t> bytes = read_idx(image_file);
    images.resize(static_cast<Index>(labels.size()), pixels);
    if (bytes.size() != static_cast<std::size_t>(images.size())) {
      std::fprintf(stderr, "bench-eigen: %s does not hold a picture for each label\n", image_file);
      std::exit(2);
    }
    std::transform(bytes.begin(), bytes.end(), images.data(), [](std::uint8_t b) { return float(b) / 255; });
  }
};

// y = x Wᵀ + b.
struct Layer {
  Matrix W, dW;
  Row b, db;

  Layer(Index in, Index units, std::mt19937& random) {
    std::uniform_real_distribution<float> uniform(-1 / std::sqrt(float(in)), 1 / std::sqrt(float(in)));
    const auto draw = [&] { return uniform(random); };
    W = Matrix::NullaryExpr(units, in, draw);
    b = Row::NullaryExpr(units, draw);
  }

  void forward(const Matrix& x, Matrix& y) const {
    y.noalias() = x * W.transpose();
    y.rowwise() += b;
  }

  // W -= rate dyᵀ x,  b -= rate Σ_rows dy. One sample makes an outer product, for which Eigen has faster code
  // than its general product; it must be told so in the types.
  template <bool fused>
  void descend(const Matrix& x, const Matrix& dy, float rate) {
    const bool single = x.rows() == 1;
    if constexpr (fused) {
      if (single)
        W.noalias() -= (rate * dy.row(0)).transpose() * x.row(0);
      else
        W.noalias() -= rate * dy.transpose() * x;
      b.noalias() -= rate * dy.colwise().sum();
    } else {
      dW.resizeLike(W);
      if (single)
        dW.noalias() = dy.row(0).transpose() * x.row(0);
      else
        dW.noalias() = dy.transpose() * x;
      db = dy.colwise().sum();
      W -= rate * dW;
      b -= rate * db;
    }
  }
};

class Network {
 public:
  Network(Index units, std::uint32_t seed)
      : random_(seed), hidden_(pixels, units, random_), scores_(units, classes, random_) {}

  // A step on these samples; adds to the sums of the loss and of the hits.
  template <bool fused>
  void step(const Data& data, const std::uint32_t* samples, Index batch, float rate, double& loss,
            Index& hits) {
    x_.resize(batch, pixels);
    for (Index i = 0; i < batch; ++i)
      std::memcpy(x_.row(i).data(), data.images.row(samples[i]).data(), pixels * sizeof(float));
    target_.setZero(batch, classes);
    for (Index i = 0; i < batch; ++i) target_(i, data.labels[samples[i]]) = 1;

    hidden_.forward(x_, h_);
    h_ = h_.cwiseMax(0.f);
    scores_.forward(h_, p_);

    for (Index i = 0; i < batch; ++i) {
      Index best;
      p_.row(i).maxCoeff(&best);
      hits += best == data.labels[samples[i]];
    }
    p_ -= target_;
    const float sum = p_.squaredNorm();
    if (!std::isfinite(sum)) {
      std::fprintf(stderr, "bench-eigen: the loss is not finite\n");
      std::exit(3);
    }
    loss += double(sum);

    p_ *= 2 / float(batch);  // now the gradient with respect to the scores
    dh_.noalias() = p_ * scores_.W;
    dh_ = (h_.array() > 0).select(dh_, 0.f);
    scores_.descend<fused>(h_, p_, rate);
    hidden_.descend<fused>(x_, dh_, rate);
  }

 private:
  std::mt19937 random_;
  Layer hidden_, scores_;
  Matrix x_, target_, h_, p_, dh_;
};

template <bool fused>
void train(const Data& data, Index batch, Index units, int epochs, float rate) {
  Network network(units, 1);
  std::mt19937 random(2);
  std::vector<std::uint32_t> order(data.labels.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto samples = static_cast<Index>(order.size());
  for (int epoch = 0; epoch < epochs; ++epoch) {
    std::shuffle(order.begin(), order.end(), random);
    double loss = 0;
    Index hits = 0;
    const auto start = std::chrono::steady_clock::now();
    for (Index at = 0; at < samples; at += batch)
      network.step<fused>(data, order.data() + at, std::min(batch, samples - at), rate, loss, hits);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf(
        "{\"event\": \"epoch\", \"epoch\": %d, \"train\": {\"loss\": %.6f, \"hits\": %.4f}, \"seconds\": "
        "%.6f}\n",
        epoch + 1, loss / double(samples), double(hits) / double(samples), seconds);
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "about") {
#ifdef __clang__
    const char* compiler = __VERSION__;
#else
    const char* compiler = "g++ " __VERSION__;
#endif
    std::printf("{\"eigen\": \"%d.%d.%d\", \"compiler\": \"%s\", \"instructions\": \"%s\"}\n",
                EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION, compiler,
                Eigen::SimdInstructionSetsInUse());
    return 0;
  }
  const std::string form = argc == 8 ? argv[1] : "";
  const Index batch = argc == 8 ? std::atol(argv[4]) : 0, units = argc == 8 ? std::atol(argv[5]) : 0;
  if ((form != "buffered" && form != "fused") || batch < 1 || units < 1) {
    std::fprintf(stderr,
                 "usage: bench-eigen buffered|fused IMAGES LABELS BATCH HIDDEN EPOCHS RATE, or about\n");
    return 2;
  }
  const Data data(argv[2], argv[3]);
  const auto run = form == "fused" ? train<true> : train<false>;
  run(data, batch, units, std::atoi(argv[6]), std::strtof(argv[7], nullptr));
}
