// Reads formulas by recursive descent, a function a level of precedence. Private to the files that implement
// it: formula_parser.cpp (levels), formula_atoms.cpp (values and brackets), formula_derivatives.cpp,
// formula_hints.cpp.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formulas/formula.hpp"
#include "formulas/formula_lexer.hpp"

namespace graph_runner {

class FormulaReader {
 public:
  FormulaReader(const FormulaText& text, const FormulaOptions& options, std::size_t from, bool part)
      : text_(text), options_(options), tokens_(read_tokens(text, from, part)) {}

  Formula parse(std::size_t* end);

 private:
  // ---- Tokens

  const FormulaToken& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool is(std::string_view symbol, std::size_t ahead = 0) const {
    return peek(ahead).kind == FormulaToken::symbol && peek(ahead).text == symbol;
  }
  bool is_name(std::size_t ahead = 0) const { return peek(ahead).kind == FormulaToken::name; }
  bool take(std::string_view symbol);
  void expect(std::string_view symbol, const FormulaToken& opening);
  Place place(const FormulaToken& t) const { return text_.place(t.at, t.bytes); }
  std::string found() const;
  [[noreturn]] void fail(const std::string& why) const { throw Error(Exit::bad_request, place(peek()), why); }
  // ---- Trees

  Formula make(Formula::Kind kind, const FormulaToken& at, std::vector<Formula> parts,
               std::string text = "") const;
  Formula unary(Formula::Kind kind, const FormulaToken& at, Formula operand) const;
  Formula binary(Formula::Kind kind, const FormulaToken& at, Formula left, Formula right) const;
  Formula call(const FormulaToken& at, std::string function, Formula argument) const;

  struct Nested {
    explicit Nested(FormulaReader& r) : reader(r) {
      if (++reader.nested_ > 64) reader.fail("nested too deep; give a part of it a name of its own");
    }
    ~Nested() { --reader.nested_; }
    FormulaReader& reader;
  };

  // ---- Levels of precedence, loosest first

  Formula comparison();
  Formula sum();
  Formula product();
  Formula sign();
  Formula power();
  Formula postfix();
  // What stands behind the [ that is read, to its ].
  void indices(const FormulaToken& opening, std::vector<Formula>& parts);

  // formula_atoms.cpp
  Formula atom();
  Formula bracketed(const FormulaToken& at);
  Formula norm(const FormulaToken& at);
  Formula magnitude(const FormulaToken& at);
  Formula root(const FormulaToken& at);
  Formula inner(const FormulaToken& at);
  Formula list(const FormulaToken& at);
  Formula named();
  Formula added(const FormulaToken& at);
  void arguments(std::vector<Formula>& parts);

  // formula_derivatives.cpp
  bool at_derivative() const;
  Formula derivative();
  Formula quotient(DerivativeText names);
  Formula applied();
  Formula nabla();
  Formula gradient();
  Formula finish(const FormulaToken& whole, DerivativeText names, std::vector<std::vector<Formula>> at);
  std::size_t behind_indices(std::size_t ahead = 0) const;
  bool takes_square();

  // formula_hints.cpp
  // As written, from a byte to the token that was read last.
  std::string written(std::size_t from) const;
  // What comes after a whole operand and continues nothing.
  [[noreturn]] void unexpected();
  // The next operand as it is written; its first token alone where it cannot be read.
  std::string next_operand();
  // All operands that follow each other here, as a product, for hints.
  std::string next_product();
  std::string applied_function();
  std::string product_from(const std::string& left);
  void refuse_mixture(const Formula& left, std::size_t start, std::string_view before);

  const FormulaText& text_;
  const FormulaOptions& options_;
  std::vector<FormulaToken> tokens_;
  std::size_t at_ = 0;
  std::size_t operand_ = 0;  // the byte at which the operand that was read last begins
  int nested_ = 0;
};

}  // namespace graph_runner
