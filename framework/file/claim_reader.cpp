#include "file/claim_reader.hpp"

#include <fmt/format.h>

#include "yaml/source_text.hpp"

namespace graph_runner {

namespace {

// A list of names, of which none may be missing.
void read_names(const Yaml& yaml, const std::string& what, std::vector<Yaml>& names, Problems& problems) {
  if (yaml.kind != Yaml::list || yaml.items.empty())
    return problems.add(yaml.place, fmt::format("{}: found {}, expected a list of names", what,
                                                yaml.kind == Yaml::list ? "none" : yaml.found()));
  for (const Yaml& name : yaml.items)
    if (read_text(name, what, problems)) names.push_back(name);
}

// {question: 'df/dx = ?', name: 1.1 (a), points: 2, allow: derivatives, forbid: [kron], hide: [g]}
ClaimText read_question(const Yaml& yaml, Problems& problems) {
  MapReader map(yaml, "the question", problems);
  ClaimText question{yaml, true, QuestionTerms{}};
  QuestionTerms& terms = *question.terms;
  if (const Yaml* y = map.require("question", "an open question, such as df/dx = ?")) question.text = *y;
  if (const Yaml* y = map.get("name"))
    terms.name = read_text(*y, "the question, name", problems).value_or("");
  if (const Yaml* y = map.get("points")) {
    terms.points = read_real(*y, "the question, points", problems).value_or(0);
    if (terms.points < 0 || terms.points > 1e6)
      problems.add(y->place, fmt::format("the question, points: found {}, expected a number from 0 to 1e6",
                                         y->found()));
  }
  if (const Yaml* y = map.get("allow")) {
    terms.derivatives = y->kind == Yaml::scalar && y->text == "derivatives";
    if (!terms.derivatives)
      problems.add(y->place, fmt::format("the question, allow: found {}, expected 'derivatives': what an "
                                         "answer may contain only where it is allowed",
                                         y->found()));
  }
  if (const Yaml* y = map.get("forbid")) read_names(*y, "the question, forbid", terms.forbid, problems);
  if (const Yaml* y = map.get("hide")) read_names(*y, "the question, hide", terms.hide, problems);
  map.finish();
  return question;
}

}  // namespace

void read_claims(MapReader& top, bool asks, std::vector<ClaimText>& claims, Problems& problems) {
  for (const auto& [key, must_hold] : {std::pair("check", true), std::pair("refuted", false)}) {
    const Yaml* list = top.get(key);
    if (!list) continue;
    if (list->kind != Yaml::list)
      problems.add(list->place, fmt::format("{}: found {}, expected a list of claims, such as - df/dx = 2*x",
                                            key, list->found()));
    for (const Yaml& claim : list->items)
      if (asks && must_hold && (claim.find("question") || claim.find("points")))
        claims.push_back(read_question(claim, problems));
      else
        claims.push_back({claim, must_hold});
  }
}

std::vector<ClaimText> read_claims_text(const std::string& text, const std::string& name) {
  Problems problems;
  const Yaml root = parse_yaml(text, name, problems);
  std::vector<ClaimText> claims;
  MapReader top(root, "the claims file", problems);
  read_claims(top, false, claims, problems);
  top.finish();
  problems.raise();
  return claims;
}

std::vector<ClaimText> read_claims_file(const std::string& path) {
  return read_claims_text(read_text_file(path), path);
}

}  // namespace graph_runner
