// HTTP requests as a window shows them: the proxy's decisions, polls on their way, answers that reject, and the sessions of clients whose
// connect is not finished.
//
// `route` and `answer` name the client's connection, `request` and `session` the instance's. Which two belong together no record says;
// the proxy connects to an instance in the order in which it routes to it, and that order pairs them.
#pragma once

#include <deque>
#include <vector>

#include "gui/models/journeys.h"
#include "gui/models/moment.h"

namespace roundhouse::view {

/// One `route`, and what became of it.
struct Decision {
  Instant at;
  EntityId client = {};
  TextId session = {};  ///< that the client held then; empty: none
  Letter to = no_letter;
  bool at_home = false;  ///< `to` held that session
  Instant answered = Instant::never();
  std::uint16_t status = 0;  ///< 0 with `answered`: no answer from there, the next instance is tried
  std::uint64_t request = 0;
  std::uint32_t connection = 0;
  std::size_t place = 0;  ///< of its record in the recording
};

/// A session that a client has, or had, while its connect was not yet answered.
struct Handshake {
  Instant from;
  Instant until = Instant::never();
  Letter home = no_letter;
  TextId session;
};

class Requests {
 public:
  void take(const Record& record, const Moment& moment, Journeys& journeys);

  const std::vector<Decision>& decisions() const { return decisions_; }
  /// The handshake of the client that is valid at that time; null where there is none.
  const Handshake* handshake(EntityId client, Instant at) const;
  /// When a 400 reached the client, in order.
  const std::vector<Instant>& rejections(EntityId client) const;
  /// How many weights a peer has, as routes show; 1 for one that none went to.
  std::uint64_t weight(Letter letter) const;

 private:
  struct ClientSide {
    std::vector<Handshake> handshakes;
    std::vector<Instant> rejections;
    bool rejecting = false;  // a 400 is on its way to it
  };
  struct Routed {
    std::uint32_t connection = 0;
    Instant at;
    bool drawn = false;  // a message travels in it, whose hops show it
  };

  ClientSide& side(EntityId client);
  void on_open(const Record& record, const Moment& moment, Journeys& journeys);
  void on_refused(const Record& record, const Moment& moment);
  void on_route(const Record& record, const Moment& moment, Journeys& journeys);
  void on_request(const Record& record, const Moment& moment, Journeys& journeys);
  void on_answer(const Record& record, const Moment& moment, Journeys& journeys);
  void on_session(const Record& record, const Moment& moment, Journeys& journeys);
  void on_client(const Record& record);
  void on_down(const Record& record, const Moment& moment);
  void forget(std::uint32_t connection, Letter letter);
  /// The instance's connection travels for the request that was routed there first and has none yet.
  bool pair(std::uint32_t serial, Letter letter, Journeys& journeys, Routed& routed);
  void travel(const Moment& moment, Journeys& journeys, const Routed& routed, Instant departed,
              Instant arrives, Letter to);

  std::vector<Decision> decisions_;
  std::vector<ClientSide> sides_;             // by client entity
  std::vector<EntityId> holders_;             // by sid: the client whose handshake opened it
  std::vector<std::deque<Routed>> unpaired_;  // by letter
  std::vector<std::uint64_t> weights_;        // by letter
};

}  // namespace roundhouse::view
