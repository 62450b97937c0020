#include "sim/scenario/check_scenario.h"

#include <fmt/format.h>
#include <roundhouse/checker.h>

#include <algorithm>

#include "sim/faults/duration_text.h"
#include "sim/faults/target.h"
#include "sim/faults/verb.h"
#include "sim/scenario/metrics.h"
#include "sim/scenario/nearest_word.h"
#include "sim/scenario/node_names.h"

namespace roundhouse::scenario_file {
namespace {

// DNS allows a label of 63 octets; a hyphen and a number must still fit.
constexpr std::size_t prefix_letters_max = 50;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > prefix_letters_max || !is_letter(text.front()) || text.back() == '-')
    return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

namespace {

using MaybeError = std::optional<Error>;

class Check {
 public:
  Check(const Scenario& scenario, const TomlValue& document)
      : scenario_(scenario), document_(document), names_(scenario) {}

  MaybeError all() const {
    for (const auto part : {&Check::prefixes, &Check::topology, &Check::times, &Check::workload,
                            &Check::links, &Check::steps, &Check::expectations, &Check::agreement}) {
      if (MaybeError error = (this->*part)()) return error;
    }
    return std::nullopt;
  }

 private:
  MaybeError prefixes() const;
  MaybeError prefix(const std::string& text, int line) const;
  MaybeError topology() const;
  MaybeError times() const;
  MaybeError workload() const;
  MaybeError links() const;
  MaybeError steps() const;
  MaybeError target(const Step& step, const Verb& verb) const;
  MaybeError expectations() const;
  MaybeError metric(const std::string& name, int line) const;
  MaybeError property(const Expectation& expectation) const;
  MaybeError agreement() const;

  Error at(int line, std::string text) const {
    return Error(scenario_.file + ":" + std::to_string(line), std::move(text));
  }
  /// The line of `key` in `section`; of the section where the key is not written; 1 where neither is.
  int line_of(std::string_view section, std::string_view key) const;

  const Scenario& scenario_;
  const TomlValue& document_;
  NodeNames names_;
};

int Check::line_of(std::string_view section, std::string_view key) const {
  for (const TomlEntry& entry : document_.entries) {
    if (section.empty() && entry.key == key) return entry.line;
    if (section.empty() || entry.key != section) continue;
    for (const TomlEntry& inner : entry.value.entries) {
      if (inner.key == key) return inner.line;
    }
    return entry.line;
  }
  return 1;
}

MaybeError Check::prefix(const std::string& text, int line) const {
  if (!is_name(text)) {
    return at(line, "prefix \"" + text + "\" is no name: letters, digits and hyphens, at most " +
                        std::to_string(prefix_letters_max) + ", beginning with a letter");
  }
  for (const std::string_view taken : {proxy_name, broker_name, all_apps, all_clients}) {
    if (text == taken) return at(line, "prefix \"" + text + "\" is taken: it names a node or a group");
  }
  return std::nullopt;
}

// Names end in `-K`, so two are equal only where their prefixes are.
MaybeError Check::prefixes() const {
  if (MaybeError error = prefix(scenario_.instance_prefix, line_of("topology", "instance_prefix")))
    return error;
  for (std::size_t i = 0; i < scenario_.clients.size(); ++i) {
    const ClientGroup& group = scenario_.clients[i];
    if (MaybeError error = prefix(group.prefix, group.line)) return error;
    if (group.prefix == scenario_.instance_prefix) {
      return at(group.line, "clients and instances are both called \"" + group.prefix +
                                "-1\"; give the clients another prefix");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (scenario_.clients[j].prefix != group.prefix) continue;
      return at(group.line, "two clients are called \"" + group.prefix + "-1\" (the other group is in line " +
                                std::to_string(scenario_.clients[j].line) +
                                "); give this group another prefix");
    }
  }
  return std::nullopt;
}

MaybeError Check::topology() const {
  if (scenario_.instances == 0 && !scenario_.clients.empty()) {
    return at(line_of("topology", "instances"), "there are clients but no instances; instances is 1 or more");
  }
  if (scenario_.servers > scenario_.instances) {
    return at(line_of("proxy", "servers"), "servers is " + std::to_string(scenario_.servers) +
                                               ", and there are only " + std::to_string(scenario_.instances) +
                                               " instances");
  }
  return std::nullopt;
}

MaybeError Check::times() const {
  const std::string end = duration_text(scenario_.duration);
  if (scenario_.duration.count() == 0)
    return at(line_of("", "duration"), "duration is 0: nothing would happen");
  for (const ClientGroup& group : scenario_.clients) {
    if (group.start + group.spread <= scenario_.duration) continue;
    return at(group.line, "the last client would connect at " + duration_text(group.start + group.spread) +
                              ", after the end of the run (duration is " + end + ")");
  }
  for (const Step& step : scenario_.steps) {
    if (step.at <= scenario_.duration) continue;
    return at(step.line,
              "at " + duration_text(step.at) + " is after the end of the run (duration is " + end + ")");
  }
  return std::nullopt;
}

MaybeError Check::workload() const {
  const Workload& work = scenario_.workload;
  if (work.messages == 0) return std::nullopt;
  const bool senders =
      std::any_of(scenario_.clients.begin(), scenario_.clients.end(),
                  [](const ClientGroup& group) { return group.rooms > 0 && group.attempts == 0; });
  if (!senders)
    return at(work.line, "there are messages but nobody to send them: no group of clients has rooms");
  // A division, because the product may overflow.
  const Duration left = scenario_.duration - work.start;
  const bool fits =
      left.count() >= 0 && (work.interval.count() == 0 || left / work.interval >= work.messages - 1);
  if (fits) return std::nullopt;
  return at(work.line, std::to_string(work.messages) + " messages from " + duration_text(work.start) +
                           " on, one each " + duration_text(work.interval) +
                           ", do not fit into the run (duration is " + duration_text(scenario_.duration) +
                           ")");
}

MaybeError Check::links() const {
  for (const LinkLine& link : scenario_.links) {
    for (const std::string& end : {link.a, link.b}) {
      if (!names_.is_end(end)) {
        return at(link.line, "no node is called \"" + end + "\"" + did_you_mean(end, names_.ends()));
      }
    }
    if (link.a == link.b && !names_.is_group(link.a))
      return at(link.line, "a link has two ends, not \"" + link.a + "\" twice");
  }
  return std::nullopt;
}

MaybeError Check::steps() const {
  for (const Step& step : scenario_.steps) {
    if (MaybeError error = target(step, *find_verb(step.verb))) return error;
  }
  return std::nullopt;
}

MaybeError Check::target(const Step& step, const Verb& verb) const {
  const std::string& text = step.target;
  const auto is_end = [this](std::string_view name) { return names_.is_end(name); };
  const std::string quoted = "\"" + text + "\"";
  switch (verb.target) {
    case TargetKind::node:
      if (names_.is_end(text)) return std::nullopt;
      if (parse_link(text, is_end))
        return at(step.line, step.verb + " wants a node, and " + quoted + " is a link");
      return at(step.line, "no node is called " + quoted + did_you_mean(text, names_.ends()));
    case TargetKind::client:
      if (names_.is_client(text) || (text == all_clients && names_.is_group(text))) return std::nullopt;
      if (names_.is_end(text))
        return at(step.line, step.verb + " wants a client, and " + quoted + " is none");
      return at(step.line, "no client is called " + quoted + did_you_mean(text, names_.clients()));
    case TargetKind::proxy:
      if (text == proxy_name) return std::nullopt;
      return at(step.line, step.verb + " wants \"" + std::string(proxy_name) + "\", not " + quoted +
                               did_you_mean(text, {std::string(proxy_name)}));
    case TargetKind::link:
      break;
  }
  if (parse_link(text, is_end)) return std::nullopt;
  if (names_.is_end(text)) {
    return at(step.line, step.verb + " wants a link, such as \"" + text + "-proxy\" or \"" + text +
                             "->proxy\", and " + quoted + " is a node");
  }
  std::vector<std::string> likely;
  const std::vector<std::string> ends = names_.ends();
  for (const std::string_view centre : {proxy_name, broker_name}) {
    for (const std::string& end : ends) {
      if (end != centre && names_.is_end(centre)) likely.push_back(end + "-" + std::string(centre));
    }
  }
  return at(step.line, "no link is called " + quoted + did_you_mean(text, likely));
}

bool is_error_status(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() == 3 && (text[0] == '4' || text[0] == '5') && digit(text[1]) && digit(text[2]);
}

MaybeError Check::metric(const std::string& name, int line) const {
  const Metric* metric = find_metric(name);
  const std::vector<std::string> instances = names_.instances();
  const auto unknown = [&] {
    return at(line, "unknown metric \"" + name + "\"" + did_you_mean(name, metric_names(instances)));
  };
  if (metric == nullptr) return unknown();
  const std::string member(metric_member(name));
  const auto among = [&member](const std::vector<std::string>& members) {
    return std::find(members.begin(), members.end(), member) != members.end();
  };
  const bool known = metric->name == "lost.CAUSE"          ? among(lost_causes())
                     : metric->name == "latency_ms.POINT"  ? among(latency_points())
                     : metric->name == "answers.STATUS"    ? is_error_status(member)
                     : metric->name.ends_with(".INSTANCE") ? names_.is_instance(member)
                                                           : true;
  return known ? std::nullopt : MaybeError(unknown());
}

MaybeError Check::property(const Expectation& expectation) const {
  if (find_checker(expectation.property) != nullptr || expectation.property == invariant_property)
    return std::nullopt;
  std::vector<std::string> known;
  for (const Checker& checker : checkers()) known.emplace_back(checker.property);
  known.emplace_back(invariant_property);
  const std::string near = did_you_mean(expectation.property, known);
  return at(expectation.line, "unknown property \"" + expectation.property + "\"" + near +
                                  (near.empty() ? "; there are " : " There are ") +
                                  fmt::format("{}", fmt::join(known, ", ")));
}

MaybeError Check::expectations() const {
  for (const Expectation& expectation : scenario_.expect) {
    if (!expectation.property.empty()) {
      if (MaybeError error = property(expectation)) return error;
      continue;
    }
    if (MaybeError error = metric(expectation.metric, expectation.line)) return error;
    const bool percent = !find_metric(expectation.metric)->percent_of.empty();
    if (expectation.kind == Expectation::Kind::wilson99 && !percent) {
      return at(expectation.line, "wilson99 is for a share, a metric with \"_percent\" in its name; " +
                                      expectation.metric + " is a count");
    }
    if (percent && std::max(expectation.value, expectation.high) > 100) {
      return at(expectation.line, expectation.metric + " is never more than 100");
    }
  }
  return std::nullopt;
}

MaybeError Check::agreement() const {
  for (const std::string& name : scenario_.agree) {
    if (MaybeError error = metric(name, line_of("", "agree"))) return error;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> check_scenario(const Scenario& scenario, const TomlValue& document) {
  return Check(scenario, document).all();
}

}  // namespace roundhouse::scenario_file
