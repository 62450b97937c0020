// What a scenario's client does once it is connected: it joins its room the first time, and sends when it is its turn.
// After a failover it does not join again: that rooms are gone is what a run shows.
#pragma once

#include <cstdint>
#include <string>

#include "core/client/client.h"
#include "sim/cluster/inbox.h"

namespace roundhouse {

/// One client's share of the workload: messages first, first + every, ... of the run's `count`.
struct SendPlan {
  std::string room;         ///< empty: joins nothing and sends nothing
  std::uint32_t count = 0;  ///< messages of this client
  Instant first;
  Duration every{};
  std::uint32_t payload_bytes = 64;
};

class Chatter final : public Client::Handler {
 public:
  explicit Chatter(SendPlan plan) : plan_(std::move(plan)) {}

  /// Lays out the first send that is still to come. Call when the client has started.
  void begin(Client& client);
  /// Null: nobody reads what arrives.
  void deliver_to(Inbox* inbox) { inbox_ = inbox; }
  std::uint32_t sent() const { return sent_; }

  void on_connect(Client& client) override;
  void on_event(Client& client, std::string_view name, std::string_view arguments_json,
                MessageId message) override;
  void on_timer(Client& client, std::uint64_t tag) override;

 private:
  SendPlan plan_;
  Inbox* inbox_ = nullptr;
  std::uint32_t sent_ = 0;
  bool joined_ = false;
};

}  // namespace roundhouse
