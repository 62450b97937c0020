// A summary in words for people, and as JSON for programs.
#pragma once

#include <string>
#include <vector>

#include <roundhouse/summary.h>

namespace roundhouse::tool {

/// Colours only where the reader is a terminal and NO_COLOR is not set.
struct Style {
  bool colour = false;
  std::string bold(const std::string& text) const;
  std::string good(const std::string& text) const;
  std::string bad(const std::string& text) const;
  std::string dim(const std::string& text) const;
};
Style style_for_stdout();

std::string report(const Summary& summary, const Scenario& scenario, const Style& style);
/// One block a prediction: whether it holds, predicted and observed, where the number comes from.
std::string expectation_lines(const Summary& summary, const Style& style);
/// In lines of at most 100 columns, words kept whole.
std::string folded(const std::string& text);
/// Two runs side by side: the figures that differ first, then both lists of expectations.
std::string compare_report(const Summary& a, const Summary& b, const Style& style);
std::string to_json(const Summary& summary);

}  // namespace roundhouse::tool
