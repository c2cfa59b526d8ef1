#include "core/sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/error.hpp"

namespace graph_runner {

namespace {

std::int64_t checked_add(std::int64_t a, std::int64_t b) {
  if (__builtin_add_overflow(a, b, &a)) throw Error(Exit::bad_request, "the size of an axis overflows");
  return a;
}
std::int64_t checked_multiply(std::int64_t a, std::int64_t b) {
  if (__builtin_mul_overflow(a, b, &a)) throw Error(Exit::bad_request, "the size of an axis overflows");
  return a;
}

}  // namespace

gr_size Sizes::named(const std::string& name) {
  const auto found = std::find(names_.begin(), names_.end(), name);
  const auto index = static_cast<std::size_t>(found - names_.begin());
  if (found == names_.end()) names_.push_back(name);
  return intern({{{index}, 1}});
}

Sizes::Polynomial Sizes::polynomial(gr_size size) const {
  if (size < 0) return interned_[static_cast<std::size_t>(-1 - size)];
  return size == 0 ? Polynomial{} : Polynomial{{{}, size}};
}

gr_size Sizes::intern(Polynomial p) {
  std::erase_if(p, [](const auto& term) { return term.second == 0; });
  if (p.empty()) return 0;
  if (p.size() == 1 && p.begin()->first.empty()) return p.begin()->second;
  const auto [at, added] = handles_.try_emplace(std::move(p), -1 - static_cast<gr_size>(interned_.size()));
  if (added) interned_.push_back(at->first);
  return at->second;
}

gr_size Sizes::sum(gr_size a, gr_size b) {
  Polynomial p = polynomial(a);
  for (const auto& [monomial, coefficient] : polynomial(b))
    p[monomial] = checked_add(p[monomial], coefficient);
  return intern(std::move(p));
}

gr_size Sizes::product(gr_size a, gr_size b) {
  Polynomial p;
  for (const auto& [m, x] : polynomial(a))
    for (const auto& [n, y] : polynomial(b)) {
      std::vector<std::size_t> monomial;
      std::merge(m.begin(), m.end(), n.begin(), n.end(), std::back_inserter(monomial));
      p[monomial] = checked_add(p[monomial], checked_multiply(x, y));
    }
  return intern(std::move(p));
}

gr_size Sizes::difference(gr_size a, gr_size b) {
  Polynomial p = polynomial(a);
  for (const auto& [monomial, coefficient] : polynomial(b))
    p[monomial] = checked_add(p[monomial], -coefficient);
  std::erase_if(p, [](const auto& term) { return term.second == 0; });
  if (p.size() == 1 && p.begin()->first.empty() && p.begin()->second < 0)
    throw Error(Exit::bad_request, fmt::format("a size would be {}", p.begin()->second));
  return intern(std::move(p));
}

std::string Sizes::text(gr_size size) const {
  if (size == GR_UNKNOWN) return "?";
  if (size >= 0) return fmt::to_string(size);
  std::string out;
  const Polynomial p = polynomial(size);
  for (auto term = p.rbegin(); term != p.rend(); ++term) {  // the constant term last
    const auto& [monomial, coefficient] = *term;
    const std::int64_t factor = out.empty() ? coefficient : std::abs(coefficient);
    if (!out.empty()) out += coefficient < 0 ? " - " : " + ";
    if (monomial.empty() || factor != 1) out += fmt::to_string(factor);
    for (std::size_t i = 0; i < monomial.size(); ++i)
      out += fmt::format("{}{}", i || factor != 1 ? "*" : "", names_[monomial[i]]);
  }
  return out;
}

std::string Sizes::text(const gr_shape& shape) const {
  std::string out = "[";
  for (std::int64_t i = 0; i < shape.rank; ++i) out += (i ? ", " : "") + text(shape.dims[i]);
  return out + "]";
}

std::int64_t Sizes::evaluate(gr_size size, const SizeValues& values) const {
  if (size >= 0) return size;
  std::int64_t total = 0;
  bool subtracts = false;
  for (const auto& [monomial, coefficient] : polynomial(size)) {
    subtracts = subtracts || coefficient < 0;
    std::int64_t term = coefficient;
    for (const std::size_t i : monomial) {
      const auto found = values.find(names_[i]);
      if (found == values.end())
        throw Error(Exit::bad_request, fmt::format("nothing fixes the size '{}'", names_[i]));
      term = checked_multiply(term, found->second);
    }
    total = checked_add(total, term);
  }
  if (subtracts && total < 1)
    throw Error(Exit::bad_request, fmt::format("the size {} would be {}", text(size), total));
  return total;
}

bool Sizes::depends_on(gr_size size, const std::string& name) const {
  if (size >= 0) return false;
  for (const auto& [monomial, coefficient] : polynomial(size))
    for (const std::size_t i : monomial)
      if (names_[i] == name) return true;
  return false;
}

}  // namespace graph_runner
