#include "gui/models/columns.h"

#include <algorithm>

namespace roundhouse::view {

namespace {

std::size_t place(Instant at, Duration span) {
  return static_cast<std::size_t>(std::max<std::int64_t>(at.ns, 0) / span.count());
}

double seconds(Duration span) {
  return static_cast<double>(span.count()) / 1e9;
}

float milliseconds(Duration span) {
  return static_cast<float>(static_cast<double>(span.count()) / 1e6);
}

/// So many places lie between two points of a chart, for at most `max` of them.
std::size_t stride(std::size_t places, std::size_t max) {
  return std::max<std::size_t>(1, max == 0 ? places : (places + max - 1) / max);
}

}  // namespace

Columns::Count& Columns::count_at(Instant at) {
  const std::size_t where = place(at, count_span);
  if (where >= counts_.size()) counts_.resize(where + 1);
  return counts_[where];
}

void Columns::take(const Record& record, const Moment& moment, const MessageBook& messages) {
  if (record.at - Instant{} > span_max) return;
  if (place(record.at, curve_span) > curves_.size()) close_curves(record.at, moment);
  switch (record.kind) {
    case RecordKind::deliver:
    case RecordKind::handed: {
      if (static_cast<Owed>(record.how) != Owed::owed) break;
      ++count_at(record.at).deliveries;
      const Instant sent = messages.at(record.message).sent;
      if (sent <= record.at) recent_[curves_.size() % window_curves].add(record.at - sent);
      break;
    }
    case RecordKind::request:
      if (record.code == 400) ++count_at(record.at).rejected;
      break;
    case RecordKind::lost:
      ++count_at(record.at).lost;
      break;
    default:
      break;
  }
}

// The record that comes now belongs to a later span, but the fold has it already: sessions are those after it.
void Columns::close_curves(Instant now, const Moment& moment) {
  const std::size_t until = place(now, curve_span);
  const std::vector<EntityId>& instances = moment.roles.instances();
  if (sessions_.size() < instances.size())
    sessions_.resize(instances.size(), std::vector<std::uint32_t>(curves_.size()));
  while (curves_.size() < until) {
    SpanHistogram all;
    for (const SpanHistogram& part : recent_) all.add(part);
    curves_.push_back({.p50_ms = milliseconds(all.quantile(500)),
                       .p95_ms = milliseconds(all.quantile(950)),
                       .p99_ms = milliseconds(all.quantile(990)),
                       .any = all.count() > 0});
    recent_[curves_.size() % window_curves].clear();
    for (auto& line : sessions_) line.push_back(line.empty() ? 0 : line.back());
  }
  for (const State::Instance& instance : moment.state.instances()) {
    const Letter letter = moment.roles.letter_of(instance.id);
    if (letter == no_letter || curves_.empty()) continue;
    sessions_[static_cast<std::size_t>(letter)].back() = static_cast<std::uint32_t>(instance.sessions_now);
  }
}

Histogram Columns::histogram(std::size_t columns, Instant end) const {
  Histogram result;
  if (columns == 0) return result;
  const std::int64_t whole = std::max<std::int64_t>(end.ns, 1);
  result.span =
      Duration((whole + static_cast<std::int64_t>(columns) - 1) / static_cast<std::int64_t>(columns));
  result.deliveries.resize(columns);
  result.errors.resize(columns);
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const std::int64_t at = static_cast<std::int64_t>(i) * count_span.count();
    const auto column = std::min(static_cast<std::size_t>(at / result.span.count()), columns - 1);
    result.deliveries[column] += counts_[i].deliveries;
    result.errors[column] += counts_[i].rejected + counts_[i].lost;
  }
  return result;
}

Series Columns::rate(const std::string& name, std::uint32_t Count::*figure, std::size_t max,
                     Instant until) const {
  Series series{.name = name};
  // Spans that are over.
  const std::size_t end = place(std::min(until, Instant{} + span_max), count_span);
  const std::size_t step = std::max(stride(end, max), static_cast<std::size_t>(curve_span / count_span));
  const auto wide = static_cast<std::size_t>(window / count_span);
  std::uint64_t inside = 0;
  std::size_t oldest = 0;
  for (std::size_t i = 0; i < end; ++i) {
    if (i < counts_.size()) inside += counts_[i].*figure;
    if (i - oldest >= wide) {
      if (oldest < counts_.size()) inside -= counts_[oldest].*figure;
      ++oldest;
    }
    if ((i + 1) % step != 0) continue;
    // At the start the window reaches before the run: two 400s after 50 ms are not forty a second.
    series.points.push_back({seconds(count_span * static_cast<std::int64_t>(i + 1)),
                             static_cast<double>(inside) / seconds(window)});
  }
  return series;
}

std::vector<Series> Columns::series(const std::string& chart, std::size_t max, Instant until,
                                    std::size_t letters) const {
  if (chart == "deliveries") return {rate("deliveries", &Count::deliveries, max, until)};
  if (chart == "errors") return {rate("errors", &Count::rejected, max, until)};
  const std::size_t end = std::min(place(until, curve_span), curves_.size());
  const std::size_t step = stride(end, max);
  const auto at = [](std::size_t i) { return seconds(curve_span * static_cast<std::int64_t>(i + 1)); };
  std::vector<Series> all;
  if (chart == "latency") {
    const std::array<std::pair<const char*, float Curve::*>, 3> lines = {
        std::pair("p50", &Curve::p50_ms), std::pair("p95", &Curve::p95_ms), std::pair("p99", &Curve::p99_ms)};
    for (const auto& [name, figure] : lines) {
      Series line{.name = name};
      for (std::size_t i = step - 1; i < end; i += step) {
        if (curves_[i].any) line.points.push_back({at(i), static_cast<double>(curves_[i].*figure)});
      }
      all.push_back(std::move(line));
    }
  }
  if (chart == "sessions") {
    for (std::size_t letter = 0; letter < letters; ++letter) {
      Series line{.name = std::string(1, static_cast<char>('A' + letter % 26)),
                  .letter = static_cast<Letter>(letter)};
      for (std::size_t i = step - 1; i < end && letter < sessions_.size(); i += step)
        line.points.push_back({at(i), static_cast<double>(sessions_[letter][i])});
      all.push_back(std::move(line));
    }
  }
  return all;
}

}  // namespace roundhouse::view
