#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "claims/claim_bends.hpp"
#include "claims/claim_diagnosis.hpp"
#include "claims/claim_evidence.hpp"
#include "claims/claim_judge.hpp"
#include "claims/claim_kinks.hpp"
#include "claims/claim_sized.hpp"
#include "claims/claim_sizes.hpp"

namespace graph_runner {

namespace {

constexpr int points_each = 3, least_points = 12;  // at each sizes; ordinary ones in all
constexpr double bearable_search = 1e6;            // where bends are sought
constexpr double walks_of_search = 300;

struct NoValue {};  // of an answer, where its left side has one

class ClaimChecker {
 public:
  ClaimChecker(const Graph& graph, const ClaimSpec& claim, std::uint64_t seed, SharedPoints& shared)
      : graph_(graph), claim_(claim), seed_(seed), shared_(shared), sized_(graph, claim, shared) {}

  ClaimResult check() {
    if (claim_.open) return with_verdict(ClaimResult::open);
    if (!claim_.problems.empty()) {
      result_.diagnosis = claim_.problems[0].message;
      result_.problems = claim_.problems;
      return with_verdict(claim_.misfit ? ClaimResult::refuted : ClaimResult::error);
    }
    try {
      run();
    } catch (const Error& e) {
      if (e.exit() != Exit::bad_request) throw;
      result_.problems = e.problems();
      for (Problem& p : result_.problems)
        if (!p.place.line) p.place = claim_.place;
      result_.diagnosis = e.problems()[0].message;
      return with_verdict(ClaimResult::error);
    } catch (const NoValue&) {
      result_.diagnosis = "it has no value at points at which the left side has one";
      return with_verdict(ClaimResult::refuted);
    } catch (const Stopped&) {
      return with_verdict(ClaimResult::unjudged);
    } catch (const OutOfWork&) {
      result_.diagnosis = "it takes more work than is left for the claims of this file";
      result_.problems = {{claim_.place, result_.diagnosis}};
      return with_verdict(ClaimResult::error);
    }
    return std::move(result_);
  }

 private:
  ClaimResult with_verdict(ClaimResult::Verdict verdict) {
    result_.verdict = verdict;
    return std::move(result_);
  }

  void run() {
    // By the seed alone, so that claims share what is compiled for the same sizes.
    Stream sizes_stream(seed_, "sizes");
    Stream stream(seed_, "claim", claim_.text);
    const std::vector<SizesToTry> all =
        bearable_sizes(graph_, claim_, sized_, sizes_stream, result_.not_tried);
    for (std::size_t i = 0; i < all.size(); ++i) {
      SizedClaim* trial = nullptr;
      try {
        trial = at(all[i].sizes);
      } catch (const Error& e) {
        if (e.exit() == Exit::bad_request && all[i].may_be_passed_over) continue;
        throw;
      }
      result_.sizes.push_back(all[i].sizes);
      if (!trial) continue;
      const int points =
          trial->draw.varies() ? std::max(points_each, least_points / static_cast<int>(all.size())) : 1;
      for (int k = 0; k < points; ++k) try_ordinary(*trial, stream);
      if (i == 0 && trial->draw.varies() && shapes_fit()) look_further(*trial, stream);
    }
    conclude(all, stream);
  }

  // The claim at these sizes; nothing where an index leaves its range, which refutes it.
  SizedClaim* at(const SizeValues& sizes) {
    SizedClaim* const sized = sized_.at(sizes);
    if (sized || !out_of_range_.insert(sizes).second) return sized;
    ClaimPoint p;
    p.sizes = sizes;
    p.out_of_range = sized_.formed_at(sizes).program.out_of_range;
    equations_.resize(std::max<std::size_t>(1, equations_.size()));
    equations_[0].push_back(std::move(p));
    return nullptr;
  }

  // ---- Points

  std::vector<ClaimPoint> judge_at(SizedClaim& trial, PointEntries entries, bool ordinary, Stream& stream) {
    shared_.spend(trial.cost);
    const double scale = trial.draw.scale_of(entries);
    trial.point.move_to(std::move(entries));
    std::vector<ClaimPoint> points = judge(trial.sides, trial.point, scale, ordinary, stream);
    for (ClaimPoint& p : points)
      std::erase_if(p.at, [&](const auto& a) { return !trial.draw.is_own(a.first); });
    return points;
  }

  void keep(std::vector<ClaimPoint> points, bool ordinary) {
    ++result_.points;
    equations_.resize(std::max(points.size(), equations_.size()));
    for (std::size_t k = 0; k < points.size(); ++k) {
      points[k].ordinary = ordinary;
      for (const auto& [v, entries] : points[k].at)
        result_.magnitude = std::max(result_.magnitude, largest(entries));
      equations_[k].push_back(std::move(points[k]));
    }
  }

  // An ordinary point, drawn again where a side is not finite.
  void try_ordinary(SizedClaim& trial, Stream& stream) {
    constexpr std::int64_t most_redrawn = 24;
    while (true) {
      std::vector<ClaimPoint> points = judge_at(trial, trial.draw.draw(stream), true, stream);
      if (!points.empty()) return keep(std::move(points), true);
      if (claim_.everywhere && trial.sides.left_finite(trial.point)) throw NoValue{};
      if (!trial.draw.varies())
        throw Error(Exit::bad_request, claim_.place,
                    "the claim has a value that is not finite at the point that is given");
      if (++result_.redrawn > most_redrawn)
        throw Error(
            Exit::bad_request, claim_.place,
            fmt::format("the claim has values that are not finite at {} of {} random points{}; give "
                        "the inputs that it depends on a range, as in x: {{shape: [n], from: 0.1, to: 2}}",
                        result_.redrawn, result_.redrawn + result_.points,
                        claim_.at.empty() ? "" : " with what 'at' gives"));
    }
  }

  // One that counts only where it is finite.
  void try_another(SizedClaim& trial, PointEntries entries, Stream& stream) {
    std::vector<ClaimPoint> points = judge_at(trial, std::move(entries), false, stream);
    if (!points.empty()) keep(std::move(points), false);
  }

  void look_further(SizedClaim& trial, Stream& stream) {
    for (const double scale : {1e-3, 1e-2, 1e-1, 1e1, 1e2, 1e3})
      try_another(trial, trial.draw.draw(stream, EntryDraw::smooth, scale), stream);
    for (int i = 0; i < 4; ++i) try_another(trial, trial.draw.draw(stream, EntryDraw::wide), stream);
    if (trial.cost > bearable_search)
      return result_.not_tried.push_back(
          fmt::format("both sides of bends: a point takes {:.0e} operations", trial.cost));
    shared_.spend(walks_of_search * trial.cost);
    const BesideBends beside =
        points_beside_bends(graph_, trial.sides, trial.draw, trial.point, shared_.bending, stream);
    for (const PointEntries& entries : beside.points)
      if (trial.draw.allows(entries)) try_another(trial, entries, stream);
    result_.bends = beside.bends;
    if (!beside.not_tried.empty()) result_.not_tried.push_back(beside.not_tried);
  }

  bool all_agree() const {
    return std::all_of(equations_.begin(), equations_.end(), [](const auto& points) {
      return std::all_of(points.begin(), points.end(), [](const ClaimPoint& p) { return p.agrees(); });
    });
  }
  bool shapes_fit() const {
    return std::all_of(equations_.begin(), equations_.end(), [](const auto& points) {
      return std::all_of(points.begin(), points.end(),
                         [](const ClaimPoint& p) { return p.has_sides() && p.same_shape(); });
    });
  }

  // ---- The verdict

  void conclude(const std::vector<SizesToTry>& sizes, Stream& stream) {
    kinked_.assign(equations_.size(), false);
    if (all_agree()) tell_more(sizes, stream);
    for (std::size_t k = 0; k < equations_.size(); ++k) {
      result_.worst = std::max(result_.worst, largest_difference(equations_[k]));
      if (const KinkVerdict kink = at_kink(k, sizes, stream); kink.verdict != KinkVerdict::smooth) {
        kinked_[k] = kink.verdict == KinkVerdict::holds;
        if (kinked_[k]) continue;
        result_.diagnosis = in_chain(k, kink.message);
        result_.verdict = kink.verdict == KinkVerdict::kinked ? ClaimResult::kinked : ClaimResult::refuted;
        return;
      }
      const auto agrees = [](const ClaimPoint& p) { return p.agrees(); };
      if (std::all_of(equations_[k].begin(), equations_[k].end(), agrees)) continue;
      result_.verdict = ClaimResult::refuted;
      result_.where = where_apart(graph_, equations_[k]);
      result_.diagnosis = in_chain(k, diagnosis(k, sizes, stream));
      return;
    }
    if (const std::string why = untold(); !why.empty()) {
      result_.verdict = ClaimResult::untold;
      result_.diagnosis = why;
    }
  }

  std::string in_chain(std::size_t k, const std::string& text) const {
    if (equations_.size() < 2) return text;
    return fmt::format("equation {} of {}{}{}", k + 1, equations_.size(), text.empty() ? "" : ": ", text);
  }

  KinkVerdict at_kink(std::size_t k, const std::vector<SizesToTry>& sizes, Stream& stream) {
    if (claim_.at.empty() || equations_[k].empty() || !equations_[k][0].same_shape() ||
        !equations_[k][0].has_sides())
      return {};
    SizedClaim* const trial = at(sizes[0].sizes);
    if (!trial || trial->sides.program().derivatives.empty()) return {};
    return judge_at_kink(claim_, equations_[k][0], k, trial->sides, trial->point, stream);
  }

  // Fresh points: what a diagnosis must survive. Where it may be that sizes alone make the claim hold, at
  // more sizes of this kind.
  std::string diagnosis(std::size_t k, const std::vector<SizesToTry>& sizes, Stream& stream) {
    constexpr int points = 4, special_points = 12;
    std::vector<SizesToTry> all = sizes;
    for (SizesToTry& more : equal_sizes(graph_, claim_)) all.push_back(std::move(more));
    std::vector<ClaimPoint> fresh;
    for (const SizesToTry& s : all) {
      SizedClaim* trial = nullptr;
      try {
        trial = at(s.sizes);
      } catch (const Error&) {
        if (!s.may_be_passed_over) throw;
      }
      const int count = s.may_be_passed_over ? special_points : points;
      for (int n = 0; n < count && trial && trial->draw.varies(); ++n) {
        std::vector<ClaimPoint> found = judge_at(*trial, trial->draw.draw(stream), true, stream);
        if (found.size() > k) fresh.push_back(std::move(found[k]));
      }
    }
    return diagnose_claim(equations_[k], fresh);
  }

  // Entries that were told too seldom get more points, at the unequal sizes by turns.
  void tell_more(const std::vector<SizesToTry>& sizes, Stream& stream) {
    constexpr int most = 40;
    for (int i = 0; i < most && !untold().empty(); ++i) {
      const std::size_t turn = static_cast<std::size_t>(i) % std::min<std::size_t>(2, sizes.size());
      SizedClaim* const trial = at(sizes[turn].sizes);
      if (!trial || !trial->draw.varies() || trial->cost > bearable_search) return;
      std::vector<ClaimPoint> points = judge_at(*trial, trial->draw.draw(stream), true, stream);
      if (!points.empty()) keep(std::move(points), true);
    }
  }

  // Why the claim cannot be told, or "".
  std::string untold() const {
    for (std::size_t k = 0; k < equations_.size(); ++k)
      if (!kinked_[k])
        if (std::string why = why_untold(equations_[k], points_each); !why.empty()) return why;
    return "";
  }

  const Graph& graph_;
  const ClaimSpec& claim_;
  std::uint64_t seed_;
  SharedPoints& shared_;
  SizedClaims sized_;
  std::set<SizeValues> out_of_range_;
  ClaimResult result_;
  std::vector<std::vector<ClaimPoint>> equations_;  // of a chain, at every point
  std::vector<bool> kinked_;                        // those that hold at a kink
};

}  // namespace

ClaimResult check_claim(const Graph& graph, const ClaimSpec& claim, std::uint64_t seed,
                        SharedPoints& shared) {
  return ClaimChecker(graph, claim, seed, shared).check();
}

std::vector<ClaimResult> check_claims(const Graph& graph, const std::vector<ClaimSpec>& claims,
                                      std::uint64_t seed, Stop stop) {
  SharedPoints shared;
  shared.stop = stop;
  std::vector<ClaimResult> results;
  results.reserve(claims.size());
  for (const ClaimSpec& claim : claims) results.push_back(check_claim(graph, claim, seed, shared));
  return results;
}

}  // namespace graph_runner
