// Over the steps of a sequence, from h = c = 0, with gates a = W x_t + b + U h_(t-1) + c in PyTorch's order:
// c_t = σ(a_f) c_(t-1) + σ(a_i) tanh(a_g),   h_t = σ(a_o) tanh(c_t).
// Gradients by backpropagation through time, derived from the formula of a unit (recurrent.hpp).
// Source: Hochreiter & Schmidhuber, "Long short-term memory" (1997), with the forget gate of Gers et al.
// (2000).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct LSTM : Recurrent<LSTM, 4, 2> {
  int units = 1;

  static void describe(Spec<LSTM>& s) {
    s.doc("Long short-term memory: the hidden state after each step of a sequence, from zeros.");
    s.attribute("units", &LSTM::units, "size of the hidden state").required().at_least(1);
    s.input("x", "... steps in");
    s.parameter("W", "4 units in", Init::fan("units")).doc("of the gates i, f, g, o: PyTorch's weight_ih");
    s.parameter("U", "4 units units", Init::fan("units")).doc("PyTorch's weight_hh");
    s.parameter("b", "4 units", Init::fan("units")).doc("PyTorch's bias_ih");
    s.parameter("c", "4 units", Init::fan("units")).doc("PyTorch's bias_hh");
    s.output("h", "... steps units");
    s.saved("p", "... steps 4 units");
    s.saved("q", "... steps 4 units");
    s.saved("state", "... steps 2 units");
  }
  template <class T>
  void step(const T* p, const T* q, T* state) const {
    const T i = sigmoid(p[0] + q[0]), f = sigmoid(p[1] + q[1]), o = sigmoid(p[3] + q[3]);
    state[1] = f * state[1] + i * tanh(p[2] + q[2]);
    state[0] = o * tanh(state[1]);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(LSTM)
