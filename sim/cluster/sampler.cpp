#include "sim/cluster/sampler.h"

namespace roundhouse {

Sampler::Sampler(Trace& trace, EntityId by, bool has_proxy)
    : trace_(trace),
      by_(by),
      has_proxy_(has_proxy),
      deliveries_name_(trace.text("deliveries")),
      errors_name_(trace.text("errors")),
      in_flight_name_(trace.text("in_flight")),
      p50_name_(trace.text("latency_ns.p50")),
      p95_name_(trace.text("latency_ns.p95")),
      p99_name_(trace.text("latency_ns.p99")) {}

void Sampler::sample(Instant now) {
  if (now == last_at_ && trace_.record_count() == records_before_) return;
  const State& state = trace_.state();
  const std::uint64_t deliveries = state.counts().deliveries;
  write(now, deliveries_name_, deliveries - deliveries_before_);
  sample_errors(now);
  if (deliveries != deliveries_before_) sample_latency(now);
  sample_sessions(now);
  write(now, in_flight_name_, state.in_flight());
  deliveries_before_ = deliveries;
  last_at_ = now;
  records_before_ = trace_.record_count();
}

void Sampler::write(Instant now, TextId name, std::uint64_t number) {
  Record record;
  record.at = now;
  record.by = by_;
  record.kind = RecordKind::sample;
  record.subject = name;
  record.value = number;
  trace_.write(record);
}

void Sampler::sample_errors(Instant now) {
  // What is new since the last sample gets its place first.
  if (has_proxy_) {
    for (const State::ErrorAnswers& answers : trace_.state().error_answers()) errors_of(answers.status);
  } else {
    for (const State::Failure& failure : trace_.state().failures()) {
      if (!failure.text) errors_of(failure.status);
    }
  }
  std::uint64_t all = 0;
  for (const Errors& errors : errors_) all += count_of(errors.status) - errors.before;
  write(now, errors_name_, all);
  for (Errors& errors : errors_) {
    const std::uint64_t count = count_of(errors.status);
    write(now, errors.name, count - errors.before);
    errors.before = count;
  }
}

Sampler::Errors& Sampler::errors_of(std::uint16_t status) {
  for (Errors& errors : errors_) {
    if (errors.status == status) return errors;
  }
  return errors_.emplace_back(Errors{status, 0, trace_.text("errors." + std::to_string(status))});
}

std::uint64_t Sampler::count_of(std::uint16_t status) const {
  std::uint64_t count = 0;
  if (has_proxy_) {
    for (const State::ErrorAnswers& answers : trace_.state().error_answers()) {
      if (answers.status == status) count += answers.count;
    }
    return count;
  }
  for (const State::Failure& failure : trace_.state().failures()) {
    if (!failure.text && failure.status == status) count += failure.count;
  }
  return count;
}

void Sampler::sample_latency(Instant now) {
  const State& state = trace_.state();
  const State::Latency latency = state.send_to_deliver_since(spans_before_);
  spans_before_ = state.send_to_deliver_spans();
  if (latency.count == 0) return;  // deliveries of messages that no client of ours sent
  write(now, p50_name_, static_cast<std::uint64_t>(latency.p50.count()));
  write(now, p95_name_, static_cast<std::uint64_t>(latency.p95.count()));
  write(now, p99_name_, static_cast<std::uint64_t>(latency.p99.count()));
}

void Sampler::sample_sessions(Instant now) {
  const std::vector<State::Instance>& instances = trace_.state().instances();
  for (std::size_t i = 0; i < instances.size(); ++i) {
    if (i == session_names_.size()) {
      session_names_.push_back(trace_.text("sessions." + trace_.entity(instances[i].id).name));
    }
    write(now, session_names_[i], instances[i].sessions_now);
  }
}

}  // namespace roundhouse
