// Tells a newcomer what matters while it happens: `say` records, a sentence each, made from the records of the run and its fold.
//
// Not everything that happens is told: at most one sentence in `say_every` of the run, the weightiest first, and what is only news once, once.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <roundhouse/instant.h>
#include <roundhouse/record.h>
#include <roundhouse/trace.h>
#include <roundhouse/world.h>

namespace roundhouse {

inline constexpr Duration say_every = std::chrono::milliseconds(1500);

/// Add it to the world's trace. It writes nothing while it is told of a record: the world calls it back at the same instant, between the calls
/// of parties, so that no sentence stands between a record and its continuation.
class Narrator final : public RecordSink {
 public:
  /// `by` is the entity that speaks.
  Narrator(World& world, EntityId by) : world_(world), trace_(world.trace()), by_(by) {}

  void on_record(const Record& record) override;

 private:
  struct Sentence {
    int weight = 0;
    std::string topic;  ///< the kind of sentence: `instance_killed`
    std::string words;  ///< the whole sentence
    EntityId about;     ///< who it is about
    EntityId with;      ///< who else
    std::uint64_t number = 0;
    std::string once;  ///< not to be said again under this key; empty: each time
  };
  struct Home {
    EntityId instance;
    bool in_room = false;
  };

  void on_down(const Record& record);
  void on_up(const Record& record);
  void on_link(const Record& record);
  void on_request(const Record& record);
  void on_client_open(const Record& record);
  void on_peer_out(const Record& record);

  std::string name(EntityId entity) const { return trace_.entity(entity).name; }
  Home& home_of(EntityId client);
  void consider(Sentence sentence);
  void speak();

  World& world_;
  Trace& trace_;
  EntityId by_;
  std::optional<Sentence> next_;
  Instant last_said_;
  bool has_spoken_ = false;
  std::set<std::string> told_;
  std::vector<Home> homes_;  // by client: where its last socket was
  TextId policy_;            // of the proxy's last choice
};

}  // namespace roundhouse
