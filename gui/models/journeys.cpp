#include "gui/models/journeys.h"

#include <algorithm>

namespace roundhouse::view {

void Journeys::take(const Record& record, const Moment& moment) {
  switch (record.kind) {
    case RecordKind::open:
      wires.open(record);
      break;
    case RecordKind::send:
      on_send(record);
      break;
    case RecordKind::accept:
      on_accept(record, moment);
      break;
    case RecordKind::hop:
      on_hop(record, moment);
      break;
    case RecordKind::lost:
      on_lost(record, moment);
      break;
    default:
      break;
  }
}

void Journeys::on_send(const Record& record) {
  MessageFacts* const facts = messages.edit(record.message);
  if (facts == nullptr) return;
  facts->sender = record.by;
  facts->room = record.text;
  facts->sent = record.at;
}

void Journeys::on_accept(const Record& record, const Moment& moment) {
  MessageFacts* const facts = messages.edit(record.message);
  if (facts == nullptr) return;
  if (record.text) facts->room = record.text;
  facts->sent = std::min(facts->sent, record.at);
  facts->entered = moment.roles.letter_of(record.by);
  if (facts->first_flight < flights.size()) flights.recolour(facts->first_flight, facts->entered);
}

EntityId Journeys::client_of(const Record& record, const Moment& moment) const {
  if (moment.roles.kind_of(record.by) == EntityKind::client) return record.by;
  if (moment.roles.kind_of(record.other) == EntityKind::client) return record.other;
  if (record.subject) {
    if (const auto socket = moment.state.socket(record.subject)) return socket->client;
  }
  return messages.at(record.message).sender;
}

// A delivery is one whether a WebSocket or the answer to a long poll carries it; what goes up in a POST is a request.
Sign Journeys::sign_of(const Record& record, const Moment& moment, EntityId client) {
  switch (static_cast<What>(record.how)) {
    case What::publish:
      return Sign::publish;
    case What::copy:
      return Sign::copy;
    case What::poll:
    case What::deliver:
      return Sign::delivery;
    case What::post:
      return Sign::poll;
    case What::join:
      return Sign::join;
    case What::reply: {
      const State::ClientState seen = moment.state.client(client);
      return seen.transport == 0 && !seen.upgraded ? Sign::poll : Sign::frame;
    }
    case What::foreign:
      return moment.roles.kind_of(record.by) == EntityKind::client ? Sign::delivery : Sign::frame;
    case What::none:
    case What::frame:
      break;
  }
  return Sign::frame;
}

SceneFlight Journeys::flight_of(const Record& record, const Moment& moment, EntityId from,
                                EntityId to) const {
  const MessageFacts& facts = messages.at(record.message);
  SceneFlight flight;
  flight.client = client_of(record, moment);
  flight.sign = sign_of(record, moment, flight.client);
  flight.from = from;
  flight.to = to;
  flight.departed = Instant{static_cast<std::int64_t>(record.extra)};
  flight.arrives = record.at;
  flight.message = record.message;
  flight.colour = facts.entered;
  if (flight.colour == no_letter) flight.colour = moment.roles.letter_of(to);
  if (flight.colour == no_letter) flight.colour = moment.roles.letter_of(from);
  if (flight.colour == no_letter && flight.client) flight.colour = moment.home_of(flight.client);
  return flight;
}

void Journeys::on_hop(const Record& record, const Moment& moment) {
  const SceneFlight flight = flight_of(record, moment, record.other, record.by);
  const Duration took = flight.arrives - flight.departed;
  hops.add(took);
  paces.learn(moment.roles.kind_of(flight.from), moment.roles.kind_of(flight.to), took);
  const std::size_t place = flights.add(flight);
  if (MessageFacts* const facts = messages.edit(record.message); facts && facts->entered == no_letter) {
    if (facts->first_flight == UINT32_MAX) facts->first_flight = static_cast<std::uint32_t>(place);
  }
  if (static_cast<What>(record.how) != What::post) return;
  if (Wire* const wire = wires.at(record.connection)) wire->carried = record.at;
}

// Whoever sends writes it; where it was going, its connection says when the record does not.
void Journeys::on_lost(const Record& record, const Moment& moment) {
  EntityId to = record.other;
  if (const Wire* const wire = wires.at(record.connection); !to && wire != nullptr) {
    to = wire->from == record.by ? wire->to : wire->from;
  }
  const auto what = static_cast<What>(record.how);
  if (!to && what == What::publish) to = moment.roles.broker();
  SceneFlight flight = flight_of(record, moment, record.by, to);
  flight.lost = true;
  flight.cause = static_cast<Cause>(record.code);
  if (record.extra == 0) {  // it never left
    flight.departed = record.at;
    flight.reached = 0;
  } else {
    const Duration whole = paces.between(moment.roles.kind_of(flight.from), moment.roles.kind_of(flight.to));
    const Duration went = flight.arrives - flight.departed;
    // Retransmission into silence can take minutes: it dies just before the other end, where it waited.
    constexpr float nearly = 0.94F;
    flight.reached =
        whole.count() <= 0
            ? nearly
            : std::min(nearly, static_cast<float>(went.count()) / static_cast<float>(whole.count()));
  }
  flights.add(flight);
}

}  // namespace roundhouse::view
