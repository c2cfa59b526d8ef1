#include "tests/claim_mistakes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/claim_truths.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// Mistakes that no rule makes. A branch forgotten is right at some points: what is said of sizes or
// entries there is chance.
const std::vector<Mistake> slips = {
    {"branch forgotten", bends, "dr/dz = ones(n)", {"bend", "side", "branch"}},
    {"branch forgotten", bends, "dr/dz = zeros(n)", {"bend", "side", "branch"}},
    {"branch forgotten", bends, "ds/dz = ones(n)", {"bend", "side", "branch"}},
    {"branch forgotten", bends, "ds/dz = -ones(n)", {"bend", "side", "branch"}},
    {"branch forgotten", bends, "r = sum(z)", {"bend", "side", "branch"}},
    {"branch forgotten", bends, "s = sum(z)", {"bend", "side", "branch"}},
    {"branch forgotten", bends, "dl/dz = ones(n)", {"bend", "side", "branch"}},
    {"branch forgotten", bends, "dl/dz = 0.1*ones(n)", {"bend", "side", "branch"}},
    {"branch forgotten", bends, "dc/dx = step(x)", {"bend", "side", "branch"}},
    {"branch forgotten", bends, "dc/dx = 1 - step(x - 1)", {"bend", "side", "branch"}},
    {"only of one size", sums, "u = z'*z + 2*z1*z2", {"some sizes", "n = 2", "n is 2"}},
    {"only of one size", layer, "f = h1^2 + h2^2", {"some sizes", "m = 2", "m is 2"}},
    {"only of one size", quadratic, "tr(A)^2 - q = 2*det(A)", {"some sizes", "n = 2", "n is 2"}},
    {"only of one size", quadratic, "det(2*A) = 4*det(A)", {"some sizes", "n = 2", "n is 2"}},
    {"only where m = n", layer, "df/dA = 2*h*v' + (m - n)*A", {"sizes agree", "m = n", "is one too many"}},
    {"only where m = n", layer, "df/dv = 2*A'*h + (m - n)*v", {"sizes agree", "m = n", "is one too many"}},
};

class Mistakes {
 public:
  std::vector<Mistake> make() {
    for (const Truth& t : truths) {
      factors(t);
      terms(t);
      turned(t);
      misfits(t);
      confusions(t);
    }
    for (const Listed& l : listed) entries(l);
    for (const Indexed& i : indexed) indices(i);
    made_.insert(made_.end(), slips.begin(), slips.end());
    return std::move(made_);
  }

 private:
  void add(const char* rule, const char* graph, const std::string& left, const std::string& right,
           const Texts& words) {
    made_.push_back({rule, graph, left + " = " + right, words});
  }

  void factors(const Truth& t) {
    const std::string all = "(" + sum_of(t.terms) + ")";
    const auto times = [&](const char* factor, Texts words) {
      add("factor", t.graph, t.left, factor + all, words);
    };
    // A term that is all there is should count half, where the whole should.
    times("2*", {"twice", "2 times", "should count half"});
    times("0.5*", {"half the left", "should count twice", "a term is missing"});
    times("3*", {"3 times"});
    times("1.0001*", {"1.0001 times"});
    times("1.0000001*", {"1.0000001 times"});
    times("-1*", {"the sign"});
    times("-", {"the sign"});
  }

  void terms(const Truth& t) {
    if (!t.extra.empty())
      add("term too many", t.graph, t.left, sum_of(t.terms) + " + " + t.extra,
          {"is one too many", "a term is missing: -"});
    if (t.terms.size() < 2) return;
    for (std::size_t i = 0; i < t.terms.size(); ++i) {
      const auto wrong = [&](const char* rule, Texts words, const auto& change) {
        std::vector<Term> terms = t.terms;
        change(terms);
        const std::string text = t.terms[i].text();
        // What is wrong with a term that is diagonal is wrong on the diagonal alone.
        if (contains(text, "diag(") || contains(text, "eye("))
          words.insert(words.end(), {"off the diagonal", "diagonal alone is wrong"});
        add(rule, t.graph, t.left, sum_of(terms), words);
      };
      wrong("sign of a term",
            {"the sign of the term", "a term is missing: 2*", "a term is missing: -2*",
             "a term is missing: 4*", "a term is missing: -4*"},
            [i](auto& terms) { terms[i].sign = terms[i].sign == '-' ? '+' : '-'; });
      wrong("term doubled", {"should count half", "is one too many", "a term is missing: "},
            [i](auto& terms) { terms[i].factors.insert(terms[i].factors.begin(), "2"); });
      wrong("term written twice", {"should count half", "is one too many", "a term is missing: "},
            [i](auto& terms) { terms.push_back(Term(terms[i])); });
      wrong("term dropped", {"a term is missing", "should count twice"},
            [i](auto& terms) { terms.erase(terms.begin() + static_cast<std::ptrdiff_t>(i)); });
    }
  }

  void turned(const Truth& t) {
    if (t.matrix)
      add("result turned", t.graph, t.left, "(" + sum_of(t.terms) + ")'",
          {"transpose", "order of columns", "sizes are 1"});
    for (std::size_t i = 0; i < t.terms.size(); ++i)
      for (std::size_t j = 0; j < t.terms[i].factors.size(); ++j) {
        std::vector<Term> wrong = t.terms;
        std::string& factor = wrong[i].factors[j];
        const bool was = factor.back() == '\'';
        const std::string name = was ? factor.substr(0, factor.size() - 1) : factor;
        if (name != "A" && name != "W" && name != "X") continue;
        if (t.left == "f" || (t.left == "df/dx" && t.terms.size() > 1)) continue;  // x'*A*x = x'*A'*x
        factor = was ? name : name + "'";
        add("factor turned", t.graph, t.left, sum_of(wrong),
            {"transpose", "sizes are 1", "a product wants", "the left side is", "do not fit"});
      }
  }

  // The last factor forgotten, where the rest is of another kind.
  void misfits(const Truth& t) {
    if (t.terms.size() != 1 || t.terms[0].factors.size() < 2) return;
    std::vector<Term> wrong = t.terms;
    const std::string last = wrong[0].factors.back();
    if (last.substr(0, 4) == "sum(") return;
    wrong[0].factors.pop_back();
    Texts words = {"the left side is"};
    if (last.substr(0, 3) == "eye") words.push_back("eye(");
    add("last factor forgotten", t.graph, t.left, sum_of(wrong), words);
    add("a number for all", t.graph, t.left, "6", {"the left side is"});
  }

  void confusions(const Truth& t) {
    const auto replaced = [&](const char* rule, const std::string& from, const std::string& to,
                              const Texts& words) {
      for (std::size_t i = 0; i < t.terms.size(); ++i)
        for (std::size_t j = 0; j < t.terms[i].factors.size(); ++j) {
          std::vector<Term> wrong = t.terms;
          std::string& factor = wrong[i].factors[j];
          const auto at = factor.find(from);
          if (at == std::string::npos) continue;
          factor.replace(at, from.size(), to);
          add(rule, t.graph, t.left, sum_of(wrong), words);
        }
    };
    replaced("mean for sum", "sum(", "mean(",
             {"1/n", "divided by n", "n times", "sizes are 1", "n = 1", "a factor n"});
    // The diagonal is right.
    const Texts words = {"right on the diagonal", "sizes are 1", "eye("};
    for (const char* size : {"n", "m", "k"}) {
      const std::string eye = fmt::format("eye({})", size);
      replaced("ones for eye", eye, fmt::format("ones({0}, {0})", size), words);
      if (t.terms.size() > 1) replaced("eye forgotten", eye, "1", words);
    }
    replaced("eye for ones", "ones(n, n)", "eye(n)", words);
    if (t.left == "dp/dc") add("eye forgotten", t.graph, t.left, "1", {"eye("});
  }

  static std::string list_of(const std::vector<Texts>& rows) {
    std::string out;
    const bool column = rows[0].size() == 1;
    for (const Texts& row : rows)
      out += fmt::format("{}{}", out.empty() ? "" : column ? ", " : "; ", fmt::join(row, ", "));
    return "[" + out + "]";
  }
  // A wrong entry, row or column; where all other entries are 0, a factor of one is a factor of all.
  void entries(const Listed& l) {
    const std::size_t columns = l.rows[0].size();
    for (std::size_t i = 0; i < l.rows.size(); ++i)
      for (std::size_t j = 0; j < columns; ++j) {
        const std::string place =
            columns == 1 ? fmt::format("entry [{}]", i + 1) : fmt::format("entry [{}, {}]", i + 1, j + 1);
        for (const char* other : {"x1 + 7", "2*(x1 + x2)", "5"}) {
          auto wrong = l.rows;
          wrong[i][j] = other;
          add("wrong entry", l.graph, l.left, list_of(wrong), {place});
        }
        auto wrong = l.rows;
        wrong[i][j] = fmt::format("{} + 1e-4*x2", wrong[i][j]);
        add("slightly wrong entry", l.graph, l.left, list_of(wrong), {place});
      }
    if (columns == 1) return;
    for (std::size_t i = 0; i < l.rows.size(); ++i) {
      auto wrong = l.rows;
      for (std::string& entry : wrong[i]) entry = "(" + entry + ") + x1 + 3";
      add("wrong row", l.graph, l.left, list_of(wrong), {fmt::format("row {}", i + 1)});
    }
    for (std::size_t j = 0; j < columns; ++j) {
      auto wrong = l.rows;
      for (Texts& row : wrong) row[j] = "(" + row[j] + ") + x1 + 3";
      add("wrong column", l.graph, l.left, list_of(wrong), {fmt::format("column {}", j + 1)});
    }
  }

  void indices(const Indexed& c) {
    const auto replaced = [&](const char* rule, const std::string& from, const std::string& to,
                              const Texts& words) {
      std::string wrong = c.right;
      const auto at = wrong.find(from);
      if (at == std::string::npos) return;
      wrong.replace(at, from.size(), to);
      add(rule, c.graph, c.left, wrong, words);
    };
    const bool both = contains(c.left, "[i,j]");
    for (const char* index : {"i", "j"}) {
      const std::string one = fmt::format("[{}]", index);
      replaced("index shifted", one, fmt::format("[{} + 1]", index), {"leaves"});
      replaced("index shifted", one, fmt::format("[{} - 1]", index), {"leaves"});
      replaced("index fixed", one, "[1]",
               {"sizes are 1", "row 1 alone is right", "column 1 alone is right", "entry [1] alone is right",
                "= 1"});
      // Where it leaves no range, the diagonal is right, or the turned claim.
      const char* other = index == std::string("i") ? "[j]" : "[i]";
      if (both) replaced("index for another", one, other, {"leaves", "right on the diagonal", "sizes are 1"});
    }
    if (!contains(c.right, "eye("))  // which is symmetric
      replaced("indices turned", "[i,j]", "[j,i]", {"leaves", "sizes are 1", "transpose"});
    replaced("indices turned", "[l,j]", "[j,l]", {"leaves", "sizes are 1", "transpose"});
    add("factor", c.graph, c.left, "2*(" + c.right + ")", {"twice", "should count half"});
    add("factor", c.graph, c.left, "-(" + c.right + ")", {"the sign"});
  }

  std::vector<Mistake> made_;
};

}  // namespace

std::vector<Mistake> graph_runner::test::make_mistakes() { return Mistakes().make(); }
