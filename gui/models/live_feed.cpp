#include "gui/models/live_feed.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace roundhouse::view {

namespace {

/// How long the run goes on before it looks for steps and for its end.
constexpr Duration slice = std::chrono::milliseconds(20);
/// A slice of a busy run is handed over in parts.
constexpr std::size_t part_records = 4096;

bool is_only_for_pictures(RecordKind kind) {
  return kind == RecordKind::hop || kind == RecordKind::buffer || kind == RecordKind::sample;
}

}  // namespace

LiveFeed::~LiveFeed() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  cluster_.reset();  // it may still write while it goes, and writes here
}

void LiveFeed::start(std::unique_ptr<Cluster> cluster, bool paced, Instant until) {
  cluster_ = std::move(cluster);
  paced_ = paced;
  until_ = until;
  thread_ = std::thread([this] { run(); });
}

void LiveFeed::on_record(const Record& record) {
  fresh_.push_back(record);
  // While the cluster is being built there is nobody to ask for texts yet.
  if (cluster_ && fresh_.size() >= part_records) hand_over();
}

void LiveFeed::run() {
  std::string problem;
  try {
    run_to_its_end();
  } catch (const std::exception& error) {
    problem = error.what();
  }
  hand_over();
  const std::lock_guard lock(mutex_);
  over_ = true;
  problem_ = std::move(problem);
}

void LiveFeed::run_to_its_end() {
  cluster_->start();
  hand_over();
  Duration span = slice;
  while (may_go_on(span)) {
    const bool more = cluster_->advance(span);
    hand_over();
    if (more) continue;
    cluster_->finish("finished");
    return;
  }
}

bool LiveFeed::may_go_on(Duration& span) {
  std::unique_lock lock(mutex_);
  for (;;) {
    while (!stop_ && !steps_.empty()) {
      const std::vector<Step> steps = std::exchange(steps_, {});
      lock.unlock();
      for (const Step& step : steps) cluster_->apply(step);
      hand_over();
      lock.lock();
    }
    if (stop_) return false;
    span = slice;
    if (!paced_) return true;
    // Being behind is no reason to wait, but a heap of records that nobody has taken is.
    const Instant now = cluster_->world().now();
    if (now < until_ && waiting_.records.size() < waiting_records_max / 2) {
      span = std::min(span, until_ - now);
      return true;
    }
    changed_.wait(lock);
  }
}

void LiveFeed::hand_over() {
  const Trace& trace = cluster_->trace();
  std::vector<std::string> texts;
  for (; texts_sent_ < trace.text_count(); ++texts_sent_)
    texts.emplace_back(trace.text_of({static_cast<std::uint32_t>(texts_sent_)}));
  const std::lock_guard lock(mutex_);
  std::move(texts.begin(), texts.end(), std::back_inserter(waiting_.texts));
  for (const Record& record : fresh_) {
    if (waiting_.records.size() >= waiting_records_max && is_only_for_pictures(record.kind)) {
      ++dropped_;
      continue;
    }
    waiting_.records.push_back(record);
  }
  fresh_.clear();
  waiting_.reached = cluster_->world().now();
}

LiveFeed::Batch LiveFeed::take() {
  Batch batch;
  {
    const std::lock_guard lock(mutex_);
    batch.reached = waiting_.reached;
    std::swap(batch, waiting_);
  }
  if (!batch.records.empty()) changed_.notify_all();
  return batch;
}

void LiveFeed::want(Instant until) {
  {
    const std::lock_guard lock(mutex_);
    if (until <= until_) return;
    until_ = until;
  }
  changed_.notify_all();
}

bool LiveFeed::send(const Step& step) {
  {
    const std::lock_guard lock(mutex_);
    if (over_ || stop_) return false;
    steps_.push_back(step);
  }
  changed_.notify_all();
  return true;
}

bool LiveFeed::ended() const {
  const std::lock_guard lock(mutex_);
  return over_ && waiting_.records.empty();
}

std::string LiveFeed::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

std::uint64_t LiveFeed::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

}  // namespace roundhouse::view
