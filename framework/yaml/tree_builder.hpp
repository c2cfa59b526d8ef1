// Builds the tree from yaml-cpp's events. Private to the room.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "yaml/document.hpp"

namespace graph_runner {

// Refuses what graph files may not hold: throws Error (bad_request).
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::shared_ptr<const SourceText> source, Problems& problems)
      : source_(std::move(source)), problems_(problems) {}

  bool has_root() const { return has_root_; }
  Yaml take_root() { return std::move(root_); }

  // yaml-cpp counts bytes; we count characters, from 1. Marks come nearly in order: going on from the last
  // one, a long line costs no more than its length.
  Place place(const YAML::Mark& mark, int length = 1);
  // The source from a mark to the end of its line.
  std::string_view text_at(const YAML::Mark& mark) const;
  std::string_view line_of(const YAML::Mark& mark) const;

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    start(mark, tag, anchor, style, Yaml::list);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    start(mark, tag, anchor, style, Yaml::map);
  }
  void OnMapEnd() override { end(); }

  Error empty() const;

 private:
  struct Open {
    Yaml node;
    Yaml key;
    bool has_key = false;
    std::unordered_set<std::string> keys;
    YAML::Mark mark;
  };

  void refuse(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  // The dash of the entry of the innermost block list that ends before a mark; yaml-cpp marks what comes
  // after.
  YAML::Mark dash_before(YAML::Mark mark) const;
  void start(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
             YAML::EmitterStyle::value style, Yaml::Kind kind);
  void end();
  void finish(Yaml node);

  std::shared_ptr<const SourceText> source_;
  std::vector<Open> open_;
  Yaml root_;
  bool has_root_ = false;
  Problems& problems_;
  int last_line_ = -1;
  std::size_t last_byte_ = 0, last_column_ = 0;
};

}  // namespace graph_runner
