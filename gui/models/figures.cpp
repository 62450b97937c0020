#include "gui/models/figures.h"

#include <array>
#include <cstdio>

namespace roundhouse::view {

namespace {

using Kind = Expectation::Kind;

std::string unit_of(std::string_view metric) {
  if (metric.ends_with("_percent")) return " %";
  return metric.starts_with("latency_ms") ? " ms" : "";
}

std::string predicted_words(const Expectation& expectation) {
  const std::string value = number_words(expectation.value) + unit_of(expectation.metric);
  switch (expectation.kind) {
    case Kind::at_least:
      return "≥ " + value;
    case Kind::at_most:
      return "≤ " + value;
    case Kind::between:
      return number_words(expectation.value) + " – " + number_words(expectation.high) +
             unit_of(expectation.metric);
    case Kind::equal:
    case Kind::wilson99:
      break;
  }
  return value;
}

/// Counts only grow while a run goes on, so one that is too high stays so.
bool is_lost(const Expectation& expectation, double observed) {
  const std::string_view metric = expectation.metric;
  if (metric.ends_with("_at_end") || metric.ends_with("_percent") || metric.starts_with("latency_ms") ||
      metric == "in_flight")
    return false;
  switch (expectation.kind) {
    case Kind::equal:
    case Kind::at_most:
      return observed > expectation.value;
    case Kind::between:
      return observed > expectation.high;
    case Kind::at_least:
    case Kind::wilson99:
      break;
  }
  return false;
}

}  // namespace

std::string number_words(double number) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f", number);
  std::string words = text.data();
  while (words.back() == '0') words.pop_back();
  if (words.back() == '.') words.pop_back();
  return words == "-0" ? "0" : words;
}

std::vector<PredictedRow> predicted_rows(const State& state, const Recording& recording,
                                         const Chronicle& chronicle, bool over) {
  const Summary summary = figures_of(state, recording);
  Scenario asked;
  for (const std::size_t place : chronicle.predictions) {
    const Record& record = recording.records()[place];
    Expectation expectation;
    expectation.name = recording.text_of(record.text);
    expectation.metric = recording.text_of(record.subject);
    if (record.how <= static_cast<std::uint8_t>(Kind::wilson99))
      expectation.kind = static_cast<Kind>(record.how);
    expectation.value = static_cast<double>(record.value) / 1000;
    expectation.high = static_cast<double>(record.extra) / 1000;
    if (summary.figure(expectation.metric)) asked.expect.push_back(std::move(expectation));
  }
  Summary judged = summary;
  judge(judged, asked);
  std::vector<PredictedRow> rows;
  for (const Judged& one : judged.expectations) {
    const Expectation& expectation = one.expectation;
    rows.push_back({.name = expectation.name.empty() ? expectation.metric : expectation.name,
                    .predicted = predicted_words(expectation),
                    .observed = number_words(one.observed) + unit_of(expectation.metric),
                    .holds = over ? one.holds : !is_lost(expectation, one.observed)});
  }
  return rows;
}

std::uint64_t unknown_sessions(const State& state) {
  std::uint64_t count = 0;
  for (const State::Failure& failure : state.failures()) {
    if (!failure.text && failure.status == 400 && failure.code == 1) count += failure.count;
  }
  return count;
}

double home_percent(const State& state) {
  // The request that opens a session is for none yet.
  std::uint64_t opened = 0;
  for (const State::Instance& instance : state.instances()) opened += instance.sessions_opened;
  const std::uint64_t requests = state.records(RecordKind::request);
  if (requests <= opened) return -1;
  const auto whole = static_cast<double>(requests - opened);
  return 100 * (whole - static_cast<double>(unknown_sessions(state))) / whole;
}

}  // namespace roundhouse::view
