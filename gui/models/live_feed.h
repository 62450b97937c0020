// Runs a cluster in a thread of its own and hands over its records in batches. The simulator never waits for the window; a run on virtual
// time only goes no further than it is wanted.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <roundhouse/cluster.h>
#include <roundhouse/step.h>
#include <roundhouse/trace.h>

namespace roundhouse::view {

/// Records that wait for the window. Beyond it those that only pictures need (`hop`, `buffer`, `sample`) are left out and counted.
inline constexpr std::size_t waiting_records_max = 200'000;

class LiveFeed final : public RecordSink {
 public:
  struct Batch {
    std::vector<std::string>
        texts;  ///< new ones, in the order of their ids; they come before the records that name them
    std::vector<Record> records;
    Instant reached;  ///< the run's time; in quiet times later than the last record
  };

  LiveFeed() = default;
  ~LiveFeed() override;
  LiveFeed(const LiveFeed&) = delete;
  LiveFeed& operator=(const LiveFeed&) = delete;

  /// Once, with a cluster that has this as a sink. `paced`: on virtual time; it goes to `until` at first, and on as want() says.
  void start(std::unique_ptr<Cluster> cluster, bool paced, Instant until);
  void on_record(const Record& record) override;

  /// All that waits; empty where nothing does.
  Batch take();
  /// A paced run may go so far.
  void want(Instant until);
  /// False: the run is over.
  bool send(const Step& step);
  /// The run is over and everything was taken.
  bool ended() const;
  std::string problem() const;
  std::uint64_t dropped() const;

 private:
  void run();
  void run_to_its_end();
  /// Waits until the run may go on; false: it shall stop. Carries out what was sent meanwhile.
  bool may_go_on(Duration& span);
  void hand_over();

  // Of the run's thread, once it runs.
  std::unique_ptr<Cluster> cluster_;
  bool paced_ = false;
  std::vector<Record> fresh_;
  std::size_t texts_sent_ = 1;  // the empty text is everybody's

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Batch waiting_;
  std::vector<Step> steps_;
  Instant until_;
  bool stop_ = false;
  bool over_ = false;
  std::string problem_;
  std::uint64_t dropped_ = 0;

  std::thread thread_;
};

}  // namespace roundhouse::view
