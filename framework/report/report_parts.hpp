// The parts of a report, each of the events of one file; "" where they have none of it. For this room alone.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/html.hpp"

namespace graph_runner {

using Event = nlohmann::ordered_json;
using Events = std::vector<Event>;

// Each in a file of its name.
std::string training_part(const Events& events);
std::string sweep_part(const Events& events);
std::string claims_part(const Events& events);
std::string grades_part(const Events& events);
std::string graph_part(const Events& events);

// Those of one kind, in order.
std::vector<const Event*> of_kind(const Events& events, const char* kind);
// A text of an event, or "".
std::string text_of(const Event& event, const char* key);
// A number; NaN where there is none, as JSON has nothing for what is not finite.
double number_of(const Event& event);
// "<section><h2>title</h2>content</section>".
std::string section_html(const std::string& title, const std::string& content);
// A word for a verdict, in a colour.
std::string verdict_html(bool good, const std::string& word);

// What an event has means of, by split and value in its order: "train", "loss", 0.07.
struct Mean {
  std::string split, value;
  double mean = 0;
};
std::vector<Mean> means_of(const Event& event);

}  // namespace graph_runner
