// Over the steps of a sequence, from h = 0, with p = W x_t + b, q = U h_(t-1) + c, gates in PyTorch's order:
// r = σ(p_r + q_r),   z = σ(p_z + q_z),   n = tanh(p_n + r q_n),   h_t = (1 - z) n + z h_(t-1).
// Gradients by backpropagation through time, derived from the formula of a unit (recurrent.hpp).
// Source: Cho et al., arXiv:1406.1078, with r after the product with U, as in torch.nn.GRU.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct GRU : Recurrent<GRU, 3, 1> {
  int units = 1;

  static void describe(Spec<GRU>& s) {
    s.doc("Gated recurrent unit: the hidden state after each step of a sequence, from zeros.");
    s.attribute("units", &GRU::units, "size of the hidden state").required().at_least(1);
    s.input("x", "... steps in");
    s.parameter("W", "3 units in", Init::fan("units")).doc("of the gates r, z, n: PyTorch's weight_ih");
    s.parameter("U", "3 units units", Init::fan("units")).doc("PyTorch's weight_hh");
    s.parameter("b", "3 units", Init::fan("units")).doc("PyTorch's bias_ih");
    s.parameter("c", "3 units", Init::fan("units")).doc("PyTorch's bias_hh");
    s.output("h", "... steps units");
    s.saved("p", "... steps 3 units");
    s.saved("q", "... steps 3 units");
    s.saved("state", "... steps 1 units");
  }
  template <class T>
  void step(const T* p, const T* q, T* state) const {
    const T n = tanh(p[2] + sigmoid(p[0] + q[0]) * q[2]), a = p[1] + q[1];
    // σ(-a) is 1 - σ(a), with its digits where that is small.
    state[0] = sigmoid(-a) * n + sigmoid(a) * state[0];
  }
};

}  // namespace
GRAPH_RUNNER_NODE(GRU)
