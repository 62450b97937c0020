// A run made by hand, for tests of painting: its scene is a function of the moment, with flights on every hop, a dead instance and 400s.
// It has no records, and it is no simulation: numbers are plausible, not true.
#pragma once

#include <string>
#include <vector>

#include "gui/models/run_model.h"

namespace roundhouse::view {

struct MadePlan {
  std::string title = "hello, sticky sessions";
  std::string policy = "sticky cookie";
  std::uint32_t clients = 8;
  std::uint32_t instances = 3;
  /// Messages a second of the run; each goes to the members of one of three rooms.
  double messages_per_second = 11;
  Duration planned{std::chrono::seconds(10)};
  /// app-2 dies here; never(): nobody dies.
  Instant kill = Instant::never();
  /// With round robin every poll may land elsewhere: so many of a hundred are answered by 400 all the time.
  std::uint32_t rejected_percent = 0;
  bool named = false;  ///< clients have first names instead of c001
};

MadePlan eight_clients();
MadePlan sixty_clients_failover();
MadePlan thousand_clients();
MadePlan sixty_clients(const std::string& policy, std::uint32_t rejected_percent);

class MadeRun : public RunModel {
 public:
  explicit MadeRun(MadePlan plan);

  const Recording& recording() const override;
  std::string title() const override { return plan_.title; }
  Instant head() const override { return head_; }
  Instant planned_end() const override { return Instant{} + plan_.planned; }
  bool ended() const override { return head_ == planned_end(); }
  std::string problem() const override { return problem_; }
  std::uint64_t dropped() const override { return 0; }
  Instant live_edge() const override { return ended() ? head_ : head_ - std::chrono::milliseconds(25); }
  bool take_in() override { return false; }
  void seek(Instant when) override;
  Instant now() const override { return scene_.at; }
  const State& state() const override { return nothing_.state(); }
  Instant next_moment() const override;
  Instant previous_moment() const override;
  const Scene& scene() const override { return scene_; }
  const Flow& flow(Duration window) const override;
  std::vector<TimelineMark> marks() const override;
  Histogram histogram(std::size_t columns) const override;
  std::vector<PredictedRow> predicted() const override;
  std::vector<LogRow> log(EntityId client, std::size_t max) const override;
  Narration narration() const override;
  std::vector<Series> series(const std::string& chart, std::size_t max) const override;
  Duration default_second() const override { return std::chrono::milliseconds(100); }
  bool send(const Step& step) override;

  const std::vector<Step>& sent() const { return sent_; }
  void set_head(Instant head) { head_ = head; }
  void set_problem(std::string problem) { problem_ = std::move(problem); }
  /// Adds flights until the scene has so many; they all are on their way now.
  void crowd(std::size_t flights);

 private:
  EntityId client(std::uint32_t index) const { return {10 + index}; }
  EntityId instance(std::uint32_t index) const { return {100'000 + index}; }
  Letter first_home(std::uint32_t index) const;
  Letter home_at(std::uint32_t index, Instant when) const;
  Instant rejected_at(std::uint32_t index) const;
  std::uint32_t room_of(std::uint32_t index) const;
  void fill_clients();
  void fill_instances();
  void fill_proxy();
  void fill_channels();
  void fill_flights();
  void add_messages(Duration window, std::vector<SceneFlight>& flights) const;
  void add_rejection(std::uint32_t number, std::vector<SceneFlight>& flights) const;
  void add_message(std::uint32_t number, Instant at, std::vector<SceneFlight>& flights) const;
  void add_flight(Sign sign, EntityId from, EntityId to, Instant departed, Letter colour,
                  std::uint64_t message, EntityId client, std::vector<SceneFlight>& flights) const;

  MadePlan plan_;
  Instant head_;
  Recording nothing_;
  Scene scene_;
  mutable Flow flow_;
  std::string problem_;
  std::vector<Step> sent_;
};

}  // namespace roundhouse::view
