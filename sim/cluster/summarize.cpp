#include "sim/cluster/summarize.h"

#include <roundhouse/books.h>
#include <roundhouse/state.h>

#include <algorithm>

#include "sim/scenario/expectation.h"
#include "sim/scenario/metrics.h"
#include "sim/trace/names.h"
#include "sim/trace/record_fields.h"

namespace roundhouse {
namespace {

double milliseconds(Duration span) {
  return static_cast<double>(span.count()) / 1e6;
}

/// What clients saw; the instances' own view of the same requests is in the trace.
void fill_failures(Summary& summary, const State& state, const Names& names) {
  for (const State::Failure& failure : state.failures()) {
    if (!failure.text) continue;
    std::string text(names.of(failure.text));
    if (failure.status != 0) text += " " + std::to_string(failure.status);
    summary.failures[text] += failure.count;
  }
}

void fill_losses(Summary& summary, const State& state) {
  for (std::size_t i = 0; i < causes; ++i) {
    const std::uint64_t count = state.lost()[i] + state.lost_before_accept()[i];
    if (count > 0) summary.lost[std::string(name_of(static_cast<Cause>(i)))] = count;
  }
}

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::uint64_t sum(const std::map<std::string, std::uint64_t>& counts) {
  std::uint64_t total = 0;
  for (const auto& [name, count] : counts) total += count;
  return total;
}

std::optional<double> member_of(const std::map<std::string, std::uint64_t>& counts, std::string_view name) {
  const auto found = counts.find(std::string(name));
  return found == counts.end() ? 0.0 : static_cast<double>(found->second);
}

/// `xhr post error` counts all its statuses, `xhr post error 400` one.
double failures_called(const std::map<std::string, std::uint64_t>& failures, std::string_view text) {
  std::uint64_t count = 0;
  for (const auto& [name, n] : failures) {
    const bool with_status =
        name.size() == text.size() + 4 && name.starts_with(text) && name[text.size()] == ' ';
    if (name == text || with_status) count += n;
  }
  return static_cast<double>(count);
}

Summary figures(const State& state, const Names& names) {
  const State::Counts& counts = state.counts();
  Summary summary;
  for (std::size_t kind = 0; kind < record_kinds; ++kind)
    summary.records += state.records(static_cast<RecordKind>(kind));
  for (const Entity& entity : names.entities())
    summary.clients += state.entity(entity.id).kind == EntityKind::client ? 1 : 0;
  summary.connect_attempts = counts.connect_attempts;
  summary.connected = counts.connected;
  summary.upgraded = counts.upgraded;
  fill_failures(summary, state, names);
  for (const State::ErrorAnswers& answers : state.error_answers())
    summary.error_answers[std::to_string(answers.status)] = answers.count;
  summary.sends = counts.sends;
  summary.accepts = counts.accepts + counts.accepts_foreign;
  summary.deliveries_owed = counts.deliveries_owed;
  summary.deliveries = counts.deliveries;
  summary.deliveries_unowed = counts.deliveries_unowed;
  summary.duplicates = counts.duplicates;
  summary.lost_before_accept = counts.lost_before_accept;
  fill_losses(summary, state);
  summary.in_flight = state.in_flight();
  const State::Latency latency = state.send_to_deliver();
  summary.latency_ms = {milliseconds(latency.p50), milliseconds(latency.p95), milliseconds(latency.p99),
                        milliseconds(latency.max)};
  for (const State::Instance& instance : state.instances()) {
    summary.sessions[std::string(names.of(instance.id))] = instance.sessions_opened;
  }
  summary.clients_moved = state.clients_moved();
  summary.clients_connected_at_end = state.clients_open();
  summary.clients_upgraded_at_end = state.clients_upgraded();
  for (const State::Room& room : state.rooms()) {
    if (!state.socket(room.name))
      summary.room_members_at_end += room.must;  // a socket is in the room of its own id
  }
  return summary;
}

}  // namespace

Summary figures_of(const State& state, const Recording& recording) {
  return figures(state, recording);
}

Summary summarize(const Trace& trace) {
  Summary summary = figures(trace.state(), trace);
  summary.trace_hash = trace.hash();
  const Books closed = books(trace);
  summary.books_balance = closed.balanced;
  summary.book_findings = closed.findings;
  return summary;
}

std::optional<double> Summary::figure(std::string_view metric) const {
  const auto count = [](std::uint64_t n) { return static_cast<double>(n); };
  if (metric == "clients") return count(clients);
  if (metric == "connect_attempts") return count(connect_attempts);
  if (metric == "connected") return count(connected);
  if (metric == "connected_percent") return percent(connected, connect_attempts);
  if (metric == "upgraded") return count(upgraded);
  if (metric == "upgraded_percent") return percent(upgraded, connect_attempts);
  if (metric == "clients_moved") return count(clients_moved);
  if (metric == "clients_moved_percent") return percent(clients_moved, clients);
  if (metric == "clients_connected_at_end") return count(clients_connected_at_end);
  if (metric == "clients_upgraded_at_end") return count(clients_upgraded_at_end);
  if (metric == "room_members_at_end") return count(room_members_at_end);
  if (metric == "sends") return count(sends);
  if (metric == "accepts") return count(accepts);
  if (metric == "deliveries_owed") return count(deliveries_owed);
  if (metric == "deliveries") return count(deliveries);
  if (metric == "deliveries_percent") return percent(deliveries, deliveries_owed);
  if (metric == "deliveries_unowed") return count(deliveries_unowed);
  if (metric == "duplicates") return count(duplicates);
  if (metric == "in_flight") return count(in_flight);
  if (metric == "lost_total") return count(sum(lost));
  if (metric == "lost_before_accept") return count(lost_before_accept);
  if (metric == "failures_total") return count(sum(failures));
  if (metric == "answers_total") return count(sum(error_answers));
  if (metric.starts_with("answers.")) return member_of(error_answers, metric_member(metric));
  if (metric == "sessions_total") return count(sum(sessions));
  if (metric == "instances_used") {
    std::uint64_t used = 0;
    for (const auto& [name, opened] : sessions) used += opened > 0 ? 1 : 0;
    return count(used);
  }
  if (metric == "records") return count(records);
  if (metric == "latency_ms.p50") return latency_ms.p50;
  if (metric == "latency_ms.p95") return latency_ms.p95;
  if (metric == "latency_ms.p99") return latency_ms.p99;
  if (metric == "latency_ms.max") return latency_ms.max;
  if (metric.starts_with("lost.")) return member_of(lost, metric_member(metric));
  if (metric.starts_with("failures.")) return failures_called(failures, metric_member(metric));
  if (metric.starts_with("sessions_percent.")) {
    const auto opened = sessions.find(std::string(metric_member(metric)));
    return percent(opened == sessions.end() ? 0 : opened->second, sum(sessions));
  }
  if (metric.starts_with("sessions.")) return member_of(sessions, metric_member(metric));
  return std::nullopt;
}

std::uint64_t Summary::samples(std::string_view metric) const {
  const Metric* const known = find_metric(metric);
  if (known == nullptr || known->percent_of.empty()) return 0;
  return static_cast<std::uint64_t>(figure(known->percent_of).value_or(0));
}

bool Summary::holds() const {
  bool break_expected = false;
  for (const Judged& judged : expectations) {
    if (!judged.holds) return false;
    const Expectation& e = judged.expectation;
    break_expected = break_expected || (e.property == invariant_property && e.broken);
  }
  return books_balance || break_expected;
}

namespace {

// What nobody could tell neither holds nor is broken.
void judge_property(Judged& judged, const std::vector<Verdict>& verdicts) {
  for (const Verdict& verdict : verdicts) {
    if (verdict.property != judged.expectation.property) continue;
    judged.verdict = verdict;
    judged.holds = verdict.outcome == (judged.expectation.broken ? Outcome::fail : Outcome::pass);
  }
}

}  // namespace

bool expects_properties(const Scenario& scenario) {
  return std::any_of(scenario.expect.begin(), scenario.expect.end(),
                     [](const Expectation& e) { return !e.property.empty(); });
}

namespace {

bool expects(const Scenario& scenario, std::string_view property) {
  return std::any_of(scenario.expect.begin(), scenario.expect.end(),
                     [&](const Expectation& e) { return e.property == property; });
}

}  // namespace

std::vector<Verdict> verdicts_expected(const Scenario& scenario, const Trace& trace) {
  std::vector<Verdict> verdicts;
  if (!expects_properties(scenario)) return verdicts;
  const History history = History::ending_here(trace);
  for (const Checker& checker : checkers()) {
    if (expects(scenario, checker.property)) verdicts.push_back(checker.check(history));
  }
  if (expects(scenario, invariant_property))
    verdicts.push_back({invariant_property, invariant_name, Outcome::pass, "each of them held", {}});
  return verdicts;
}

std::vector<Verdict> verdicts_broken_off(const Scenario& scenario, const Verdict& broken) {
  std::vector<Verdict> verdicts = {broken};
  for (const Checker& checker : checkers()) {
    if (!expects(scenario, checker.property)) continue;
    verdicts.push_back({std::string(checker.property),
                        std::string(checker.name),
                        Outcome::unknown,
                        "the run was broken off before its end",
                        {}});
  }
  return verdicts;
}

void judge(Summary& summary, const Scenario& scenario) {
  for (const Expectation& e : scenario.expect) {
    if (!e.only.empty() && e.only != summary.world) continue;
    Judged judged;
    judged.expectation = e;
    if (!e.property.empty()) {
      judge_property(judged, summary.verdicts);
      summary.expectations.push_back(std::move(judged));
      continue;
    }
    const auto observed = summary.figure(e.metric);
    judged.observed = observed.value_or(0);
    judged.samples = summary.samples(e.metric);
    judged.holds = observed.has_value() && holds(e, judged.observed, static_cast<double>(judged.samples));
    summary.expectations.push_back(std::move(judged));
  }
}

}  // namespace roundhouse
