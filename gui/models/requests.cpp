#include "gui/models/requests.h"

#include <algorithm>
#include <utility>

namespace roundhouse::view {

namespace {

constexpr std::uint16_t bad_request = 400;

bool is_place(Letter letter) {
  return letter >= 0;
}

template <class T>
T& grown(std::vector<T>& list, std::size_t place) {
  if (place >= list.size()) list.resize(place + 1);
  return list[place];
}

}  // namespace

Requests::ClientSide& Requests::side(EntityId client) {
  return grown(sides_, client.value);
}

const Handshake* Requests::handshake(EntityId client, Instant at) const {
  if (client.value >= sides_.size()) return nullptr;
  const auto& list = sides_[client.value].handshakes;
  const auto after = std::upper_bound(list.begin(), list.end(), at,
                                      [](Instant when, const Handshake& h) { return when < h.from; });
  if (after == list.begin()) return nullptr;
  const Handshake& last = *(after - 1);
  return at < last.until ? &last : nullptr;
}

const std::vector<Instant>& Requests::rejections(EntityId client) const {
  static const std::vector<Instant> none;
  return client.value < sides_.size() ? sides_[client.value].rejections : none;
}

std::uint64_t Requests::weight(Letter letter) const {
  const auto place = static_cast<std::size_t>(letter);
  return place < weights_.size() && weights_[place] > 0 ? weights_[place] : 1;
}

void Requests::take(const Record& record, const Moment& moment, Journeys& journeys) {
  switch (record.kind) {
    case RecordKind::open:
      on_open(record, moment, journeys);
      break;
    case RecordKind::refused:
      on_refused(record, moment);
      break;
    case RecordKind::route:
      on_route(record, moment, journeys);
      break;
    case RecordKind::request:
      on_request(record, moment, journeys);
      break;
    case RecordKind::answer:
      on_answer(record, moment, journeys);
      break;
    case RecordKind::session:
      on_session(record, moment, journeys);
      break;
    case RecordKind::client:
      on_client(record);
      break;
    case RecordKind::down:
      on_down(record, moment);
      break;
    default:
      break;
  }
}

bool Requests::pair(std::uint32_t serial, Letter letter, Journeys& journeys, Routed& routed) {
  if (!is_place(letter) || static_cast<std::size_t>(letter) >= unpaired_.size()) return false;
  auto& waiting = unpaired_[static_cast<std::size_t>(letter)];
  Wire* const instances = journeys.wires.at(serial);
  if (waiting.empty() || instances == nullptr) return false;
  routed = waiting.front();
  waiting.pop_front();
  instances->partner = routed.connection;
  instances->answered = false;
  if (Wire* const clients = journeys.wires.at(routed.connection)) clients->partner = serial;
  return true;
}

// A request without a message has no hops of its own; it is drawn from the records of those it passes.
void Requests::travel(const Moment& moment, Journeys& journeys, const Routed& routed, Instant departed,
                      Instant arrives, Letter to) {
  if (routed.drawn) return;
  SceneFlight flight;
  flight.sign = Sign::poll;
  flight.from = moment.roles.proxy();
  flight.to = moment.roles.instances()[static_cast<std::size_t>(to)];
  flight.departed = departed;
  flight.arrives = arrives;
  flight.colour = to;
  if (const Wire* const wire = journeys.wires.at(routed.connection)) flight.client = wire->from;
  journeys.flights.expect(flight);
}

void Requests::on_open(const Record& record, const Moment& moment, Journeys& journeys) {
  const Letter to = moment.roles.letter_of(record.other);
  if (moment.roles.kind_of(record.by) != EntityKind::proxy || to == no_letter) return;
  Routed routed;
  if (!pair(record.connection, to, journeys, routed)) return;
  // A connect takes there and back, a request goes there.
  const Duration one_way = (record.at - routed.at) / 2;
  travel(moment, journeys, routed, record.at, record.at + one_way, to);
}

void Requests::on_refused(const Record& record, const Moment& moment) {
  const Letter to = moment.roles.letter_of(record.other);
  if (moment.roles.kind_of(record.by) != EntityKind::proxy || to == no_letter) return;
  auto& waiting = grown(unpaired_, static_cast<std::size_t>(to));
  if (!waiting.empty()) waiting.pop_front();
}

void Requests::forget(std::uint32_t connection, Letter letter) {
  if (!is_place(letter) || static_cast<std::size_t>(letter) >= unpaired_.size()) return;
  auto& waiting = unpaired_[static_cast<std::size_t>(letter)];
  const auto same = [connection](const Routed& routed) { return routed.connection == connection; };
  waiting.erase(std::remove_if(waiting.begin(), waiting.end(), same), waiting.end());
}

void Requests::on_route(const Record& record, const Moment& moment, Journeys& journeys) {
  Wire* const wire = journeys.wires.at(record.connection);
  const Letter to = moment.roles.letter_of_peer(record.subject, moment.recording);
  Decision decision{.at = record.at,
                    .to = to,
                    .request = record.value,
                    .connection = record.connection,
                    .place = moment.place};
  Routed routed{.connection = record.connection, .at = record.at};
  if (is_place(to)) grown(weights_, static_cast<std::size_t>(to)) = record.more;

  if (wire != nullptr && moment.roles.kind_of(wire->from) == EntityKind::client) {
    decision.client = wire->from;
    const State::ClientState seen = moment.state.client(wire->from);
    Letter home = moment.home_of(wire->from);
    if (seen.open) {
      if (const auto socket = moment.state.socket(seen.socket)) decision.session = socket->session;
    } else if (const Handshake* const shake = handshake(wire->from, record.at)) {
      decision.session = shake->session;
      home = shake->home;
    }
    decision.at_home = home != no_letter && home == to;
    routed.drawn = wire->carried > wire->routed;

    if (static_cast<RouteChoice>(record.how) == RouteChoice::next_try) {
      if (wire->decision < decisions_.size()) {
        Decision& before = decisions_[wire->decision];
        before.answered = std::min(before.answered, record.at);
        forget(record.connection, before.to);
      }
    } else {
      if (!wire->used) {
        wire->one_way = record.at - wire->opened;
        journeys.requests.add(wire->one_way);
      }
      if (!routed.drawn) {
        SceneFlight flight;
        flight.sign = Sign::poll;
        flight.from = wire->from;
        flight.to = record.by;
        flight.departed = record.at - wire->one_way;
        flight.arrives = record.at;
        flight.colour = home != no_letter ? home : to;
        flight.client = wire->from;
        journeys.flights.add(flight);
      }
      wire->used = true;
      wire->routed = record.at;
    }
  }
  if (wire != nullptr) wire->decision = static_cast<std::uint32_t>(decisions_.size());
  decisions_.push_back(decision);
  if (is_place(to)) grown(unpaired_, static_cast<std::size_t>(to)).push_back(routed);
}

void Requests::on_request(const Record& record, const Moment& moment, Journeys& journeys) {
  Wire* const wire = journeys.wires.at(record.connection);
  if (wire == nullptr) return;
  const Letter letter = moment.roles.letter_of(record.by);
  if (wire->partner == 0 || wire->answered) {  // a connection that is used again
    Routed routed;
    if (pair(record.connection, letter, journeys, routed))
      travel(moment, journeys, routed, routed.at, record.at, letter);
  }
  wire->answered = true;
  wire->answered_at = record.at;
}

void Requests::on_answer(const Record& record, const Moment& moment, Journeys& journeys) {
  Wire* const wire = journeys.wires.at(record.connection);
  if (wire == nullptr) return;
  if (wire->decision < decisions_.size() && decisions_[wire->decision].request == record.value) {
    Decision& decision = decisions_[wire->decision];
    decision.answered = record.at;
    decision.status = record.code;
  }
  const std::uint32_t partner = std::exchange(wire->partner, 0);
  if (record.code < bad_request) return;

  SceneFlight flight;
  flight.sign = Sign::rejected;
  flight.client = wire->from;
  flight.colour = moment.roles.letter_of_peer(record.subject, moment.recording);
  if (const Wire* const instances = journeys.wires.at(partner); instances != nullptr && instances->answered) {
    flight.from = instances->to;
    flight.to = record.by;
    flight.departed = instances->answered_at;
    flight.arrives = record.at;
    journeys.flights.add(flight);
  }
  flight.from = record.by;
  flight.to = wire->from;
  flight.departed = record.at;
  flight.arrives = record.at + wire->one_way;
  journeys.flights.expect(flight);

  if (record.code != bad_request || moment.roles.kind_of(wire->from) != EntityKind::client) return;
  const ClientPhase phase = moment.state.client(wire->from).phase;
  // One that has given up already does not hear it.
  if (phase != ClientPhase::closed && phase != ClientPhase::backoff) side(wire->from).rejecting = true;
}

void Requests::on_session(const Record& record, const Moment& moment, Journeys& journeys) {
  Wire* const wire = journeys.wires.at(record.connection);
  const auto phase = static_cast<SessionPhase>(record.how);
  if (phase == SessionPhase::closed) {
    if (record.subject.value >= holders_.size() || !holders_[record.subject.value]) return;
    Handshake& last = side(holders_[record.subject.value]).handshakes.back();
    if (last.session == record.subject) last.until = std::min(last.until, record.at);
    return;
  }
  if (phase != SessionPhase::opened || wire == nullptr) return;
  const Letter letter = moment.roles.letter_of(record.by);
  if (wire->partner == 0 || wire->answered) {
    Routed routed;
    if (pair(record.connection, letter, journeys, routed))
      travel(moment, journeys, routed, routed.at, record.at, letter);
  }
  const Wire* clients = journeys.wires.at(wire->partner);
  if (clients == nullptr && moment.roles.kind_of(wire->from) == EntityKind::client) clients = wire;
  if (clients == nullptr || moment.roles.kind_of(clients->from) != EntityKind::client) return;
  auto& list = side(clients->from).handshakes;
  if (!list.empty()) list.back().until = std::min(list.back().until, record.at);
  list.push_back({.from = record.at, .home = letter, .session = record.subject});
  grown(holders_, record.subject.value) = clients->from;
}

void Requests::on_client(const Record& record) {
  ClientSide& one = side(record.by);
  const auto phase = static_cast<ClientPhase>(record.how);
  const bool ends = phase == ClientPhase::error || phase == ClientPhase::closed;
  if (ends && (one.rejecting || record.code == bad_request)) {
    one.rejections.push_back(record.at);
    one.rejecting = false;
  }
  if (phase == ClientPhase::connecting) one.rejecting = false;
  if ((ends || phase == ClientPhase::connecting) && !one.handshakes.empty()) {
    one.handshakes.back().until = std::min(one.handshakes.back().until, record.at);
  }
}

void Requests::on_down(const Record& record, const Moment& moment) {
  const Letter letter = moment.roles.letter_of(record.other);
  if (letter == no_letter || static_cast<How>(record.how) == How::pause) return;
  if (static_cast<std::size_t>(letter) < unpaired_.size())
    unpaired_[static_cast<std::size_t>(letter)].clear();
  for (ClientSide& one : sides_) {
    if (one.handshakes.empty()) continue;
    Handshake& last = one.handshakes.back();
    if (last.home == letter) last.until = std::min(last.until, record.at);
  }
}

}  // namespace roundhouse::view
