#include "gui/models/scoreboard.h"

#include <functional>

#include "gui/models/figures.h"

namespace roundhouse::view {

namespace {

enum class Wish : std::uint8_t { low, high };

struct Score {
  const char* name;
  const char* metric;  // of predictions; empty: none has it
  const char* unit;
  Wish wish;
  std::function<double(const RunModel&)> figure;  // negative: there is none
  bool harm = false;
};

double reconnects(const RunModel& run) {
  std::uint64_t first = 0;
  for (const Entity& entity : run.recording().entities()) {
    if (entity.kind == EntityKind::client && run.state().client(entity.id).attempts > 0) ++first;
  }
  return static_cast<double>(run.state().counts().connect_attempts - first);
}

double p95_ms(const RunModel& run) {
  const State::Latency latency = run.state().send_to_deliver();
  return latency.count == 0 ? -1 : static_cast<double>(latency.p95.count()) / 1e6;
}

std::string words(double number, const char* unit) {
  return number < 0 ? "-" : number_words(number) + unit;
}

std::string prediction(const RunModel& run, std::string_view metric) {
  if (metric.empty()) return {};
  for (const Record& record : run.recording().records()) {
    if (record.at > Instant{}) break;  // predictions are written before anything happens
    if (record.kind == RecordKind::predict && run.recording().text_of(record.subject) == metric)
      return number_words(static_cast<double>(record.value) / 1000);
  }
  return {};
}

ScoreRow row_of(const Score& score, const RunModel& one, const RunModel& two) {
  const double first = score.figure(one);
  const double second = score.figure(two);
  ScoreRow row{.name = score.name,
               .one = words(first, score.unit),
               .two = words(second, score.unit),
               .predicted = "-",
               .harm = score.harm};
  if (first >= 0 && second >= 0 && first != second) {
    const bool first_is_better = score.wish == Wish::low ? first < second : first > second;
    row.better = first_is_better ? 1 : 2;
  }
  const std::string of_one = prediction(one, score.metric);
  const std::string of_two = prediction(two, score.metric);
  if (!of_one.empty() || !of_two.empty())
    row.predicted = (of_one.empty() ? "-" : of_one) + " / " + (of_two.empty() ? "-" : of_two);
  return row;
}

}  // namespace

std::vector<ScoreRow> scoreboard(const RunModel& one, const RunModel& two) {
  static const std::vector<Score> scores = {
      {"400 Session ID unknown", "", "", Wish::low,
       [](const RunModel& run) { return static_cast<double>(unknown_sessions(run.state())); }, true},
      {"polls that reach home", "", " %", Wish::high,
       [](const RunModel& run) { return home_percent(run.state()); }},
      {"deliveries", "deliveries", "", Wish::high,
       [](const RunModel& run) { return static_cast<double>(run.state().counts().deliveries); }},
      {"reconnects", "", "", Wish::low, reconnects},
      {"p95 latency", "latency_ms.p95", " ms", Wish::low, p95_ms},
  };
  std::vector<ScoreRow> rows;
  for (const Score& score : scores) rows.push_back(row_of(score, one, two));
  return rows;
}

}  // namespace roundhouse::view
