#include "formulas/assignments.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "formulas/notation.hpp"

namespace graph_runner {

namespace {

class Reader {
 public:
  Reader(const FormulaText& text, std::size_t from, const AxesOf& declared)
      : text_(text), at_(from), declared_(declared) {}

  std::vector<Assignment> read() {
    std::vector<Assignment> all;
    do {
      all.push_back(read_one());
      const Assignment& last = all.back();
      if (std::any_of(all.begin(), all.end() - 1, [&](const Assignment& a) { return a.name == last.name; }))
        throw Error(Exit::bad_request, last.place, fmt::format("'{}' is given twice", last.name));
    } while (take(","));
    if (at_ < text_.text().size()) fail(fmt::format("found '{}', expected ',' or the end", character()));
    return all;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw Error(Exit::bad_request, text_.place(at_, std::max<std::size_t>(1, character().size())), why);
  }
  std::string character() const {
    const std::string_view rest = std::string_view(text_.text()).substr(at_);
    return std::string(rest.empty() ? rest
                                    : rest.substr(0, std::max<std::size_t>(1, first_character(rest).bytes)));
  }
  void skip_blanks() {
    while (at_ < text_.text().size() && (text_.text()[at_] == ' ' || text_.text()[at_] == '\t')) ++at_;
  }
  bool take(std::string_view symbol) {
    skip_blanks();
    if (text_.text().compare(at_, symbol.size(), symbol) != 0) return false;
    at_ += symbol.size();
    skip_blanks();
    return true;
  }

  Assignment read_one() {
    skip_blanks();
    if (at_ == text_.text().size()) fail("an assignment is missing here, such as x = [0, 1]");
    const Formula name = parse_formula(text_, {}, &at_);
    if (name.kind == Formula::index && name.parts[0].kind == Formula::name)
      throw Error(Exit::bad_request, name.place,
                  fmt::format("a value is given as a whole: {} = […]", name.parts[0].text));
    if (name.kind != Formula::name)
      throw Error(Exit::bad_request, name.place,
                  fmt::format("found {}, expected the name of an input or parameter", print_formula(name)));
    if (!take("="))
      fail(at_ == text_.text().size() ? fmt::format("'{}' has no value here: = is missing", name.text)
                                      : fmt::format("found '{}', expected '='", character()));
    Assignment a;
    a.name = name.text;
    a.place = name.place;
    a.value_place = text_.place(at_, 1);
    const Formula value = understood(parse_formula(text_, {}, &at_), declared_);
    for (const Formula* f = &value; f->kind == Formula::list; f = &f->parts[0])
      a.shape.push_back(static_cast<std::int64_t>(f->parts.size()));
    if (a.shape.size() > GR_MAX_RANK)
      throw Error(Exit::bad_request, value.place, fmt::format("nested more than {} deep", GR_MAX_RANK));
    append(value, 0, a);
    return a;
  }

  void append(const Formula& f, std::size_t depth, Assignment& a) {
    if (depth == a.shape.size()) {
      if (f.kind == Formula::list)
        throw Error(Exit::bad_request, f.place, "found a list, expected a number as before in this list");
      const auto x = constant_value(f);
      if (!x)
        throw Error(Exit::bad_request, f.place,
                    fmt::format("{} is no constant: only numbers, pi, e, + - * / ^ and parentheses make one",
                                print_formula(f)));
      return a.entries.push_back(*x);
    }
    if (f.kind != Formula::list)
      throw Error(Exit::bad_request, f.place, "found a number, expected a list like the first one here");
    if (static_cast<std::int64_t>(f.parts.size()) != a.shape[depth])
      throw Error(Exit::bad_request, f.place,
                  fmt::format("found a list of {}, expected {} entries like the first one here",
                              f.parts.size(), a.shape[depth]));
    for (const Formula& part : f.parts) append(part, depth + 1, a);
  }

  const FormulaText& text_;
  std::size_t at_;
  const AxesOf& declared_;
};

// Compares shapes, a named size taking the first number that it meets. What is computed from sizes, such as
// the 2*n entries of a bias, is compared once they are known.
class SizeBinder {
 public:
  SizeBinder(const Sizes& sizes, SizeValues& values) : sizes_(sizes), values_(values) {}

  // Returns what is wrong, or "".
  std::string bind(const gr_shape& declared, const Assignment& a) {
    const auto found = [&] {
      return a.shape.empty() ? "a number" : fmt::format("a value of shape {}", to_string(a.shape));
    };
    if (declared.rank != static_cast<std::int64_t>(a.shape.size()))
      return fmt::format("found {}, expected {}{}", found(),
                         declared.rank ? "the shape " + sizes_.text(declared) : "a number",
                         declared.rank == 2 && a.shape.size() == 1
                             ? "; a matrix of one row is [[a, b]], of one column [[a], [b]]"
                             : "");
    for (std::size_t i = 0; i < a.shape.size(); ++i) {
      const gr_size size = declared.dims[i];
      const std::string name = sizes_.text(size);
      const bool named =
          std::find(sizes_.names().begin(), sizes_.names().end(), name) != sizes_.names().end();
      if (named && values_.try_emplace(name, a.shape[i]).first->second != a.shape[i])
        return fmt::format("found {}, expected the shape {}, where {} is {} by what is given before", found(),
                           sizes_.text(declared), name, values_[name]);
      if (!named && size >= 0 && size != a.shape[i])
        return fmt::format("found {}, expected the shape {}", found(), sizes_.text(declared));
    }
    return "";
  }
  std::string compare(const gr_shape& declared, const Assignment& a) const {
    for (std::size_t i = 0; i < a.shape.size(); ++i) try {
        if (const std::int64_t n = sizes_.evaluate(declared.dims[i], values_); n != a.shape[i])
          return fmt::format("found a value of shape {}, expected the shape {}, where {} is {}",
                             to_string(a.shape), sizes_.text(declared), sizes_.text(declared.dims[i]), n);
      } catch (const Error& e) {
        return e.what();
      }
    return "";
  }

 private:
  const Sizes& sizes_;
  SizeValues& values_;
};

}  // namespace

std::vector<Assignment> parse_assignments(const FormulaText& text, std::size_t from, const AxesOf& declared) {
  return Reader(text, from, declared).read();
}

FixedValues fix_values(const Graph& graph, const std::vector<Assignment>& assignments) {
  FixedValues fixed;
  SizeBinder binder(graph.sizes(), fixed.sizes);
  Problems problems;
  std::vector<std::pair<const Assignment*, ValueId>> fitting;
  for (const Assignment& a : assignments) try {
      const ValueId v = graph.find(a.name, a.place);
      const Value& value = graph.values()[v];
      std::string wrong;
      if (value.origin != Origin::input && value.origin != Origin::parameter)
        problems.add(a.place,
                     fmt::format("'{}' is computed; only inputs and parameters can be given", a.name));
      else if (wrong = binder.bind(value.shape, a); !wrong.empty())
        problems.add(a.value_place, fmt::format("'{}': {}", a.name, wrong));
      else
        fitting.emplace_back(&a, v);
    } catch (const Error& e) {
      problems.add(e);
    }
  for (const auto& [a, v] : fitting)
    if (const std::string wrong = binder.compare(graph.values()[v].shape, *a); !wrong.empty())
      problems.add(a->value_place, fmt::format("'{}': {}", a->name, wrong));
    else
      fixed.entries[v] = a->entries;
  problems.raise();
  return fixed;
}

}  // namespace graph_runner
