// A client that only counts: it makes first connection attempts one after another, as a fresh page load each, and closes each.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/client/client.h"

namespace roundhouse {

class Attempter final : public Client::Handler {
 public:
  struct Plan {
    std::uint32_t attempts = 1;
    std::uint64_t seed = 1;
    std::string name;           ///< of the client; the pauses are drawn by it
    bool wants_upgrade = true;  ///< an attempt is over when it has upgraded, not when it has connected
  };
  /// `on_finished` is called once, when the last attempt is over.
  Attempter(Plan plan, std::function<void()> on_finished)
      : plan_(std::move(plan)), on_finished_(std::move(on_finished)) {}

  void on_connect(Client& client) override;
  void on_upgrade(Client& client) override;
  void on_connect_error(Client& client, std::string_view message, int status) override;
  void on_disconnect(Client& client, std::string_view reason) override;
  void on_timer(Client& client, std::uint64_t tag) override;

  /// How long an attempt that has connected waits for its upgrade.
  static constexpr Duration hold = std::chrono::seconds(1);
  /// Between two attempts: uniform in [pause_min, pause_max], so that clients do not march in step.
  static constexpr Duration pause_min = std::chrono::milliseconds(100);
  static constexpr Duration pause_max = std::chrono::milliseconds(500);

 private:
  void end_attempt(Client& client);

  Plan plan_;
  std::function<void()> on_finished_;
  std::uint32_t made_ = 0;
  bool under_way_ = true;
};

}  // namespace roundhouse
