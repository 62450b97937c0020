// The ways of messages: each `hop` and each `lost` becomes a flight.
#pragma once

#include "gui/models/flight_index.h"
#include "gui/models/message_facts.h"
#include "gui/models/moment.h"
#include "gui/models/span_histogram.h"
#include "gui/models/wires.h"

namespace roundhouse::view {

class Journeys {
 public:
  void take(const Record& record, const Moment& moment);

  FlightIndex flights;
  MessageBook messages;
  Wires wires;
  Paces paces;
  SpanHistogram hops;      ///< how long they took
  SpanHistogram requests;  ///< how long requests took from client to proxy

  /// The client that the record's hop, loss or message comes from or goes to; empty where none is known.
  EntityId client_of(const Record& record, const Moment& moment) const;

 private:
  void on_send(const Record& record);
  void on_accept(const Record& record, const Moment& moment);
  void on_hop(const Record& record, const Moment& moment);
  void on_lost(const Record& record, const Moment& moment);
  SceneFlight flight_of(const Record& record, const Moment& moment, EntityId from, EntityId to) const;
  static Sign sign_of(const Record& record, const Moment& moment, EntityId client);
};

}  // namespace roundhouse::view
