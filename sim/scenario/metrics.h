// The figures of a run's summary that a scenario may predict: names and meanings, in one place. The cluster fills them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roundhouse {

struct Metric {
  /// `connected`, or a family with a placeholder behind the point: `lost.CAUSE`.
  std::string_view name;
  std::string_view meaning;
  /// For a percentage: the metric that it is a percentage of, and so the n of its confidence interval. Empty for a count.
  std::string_view percent_of;
};

/// All of them, in the order of the documentation.
const std::vector<Metric>& metrics();

/// The metric, or the family that `name` belongs to (`lost.dead` -> `lost.CAUSE`). Null where there is none.
const Metric* find_metric(std::string_view name);

/// The part behind the point of a member of a family: `dead`. Empty for others.
std::string_view metric_member(std::string_view name);

/// Names of the causes of `lost`, as `lost.CAUSE` spells them.
const std::vector<std::string>& lost_causes();

/// Members of `latency_ms.`.
const std::vector<std::string>& latency_points();

/// Every name that can be spelt out, for the nearest right word; families by their known members, `sessions.` by the instances given.
std::vector<std::string> metric_names(const std::vector<std::string>& instances);

}  // namespace roundhouse
