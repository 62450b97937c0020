// See roundhouse/state.h: what State answers.
#include <algorithm>

#include "sim/trace/state_inside.h"

namespace roundhouse {

const State::Counts& State::counts() const {
  return inside_->ledger.counts;
}
const CauseCounts& State::lost() const {
  return inside_->ledger.lost_pairs;
}
const CauseCounts& State::lost_before_accept() const {
  return inside_->ledger.lost_sends;
}
std::uint64_t State::in_flight() const {
  return counts().sends_pending + counts().pairs_pending;
}
std::uint64_t State::records(RecordKind kind) const {
  return inside_->records[static_cast<std::size_t>(kind)];
}
Instant State::last_at() const {
  return inside_->last_at;
}
const std::vector<State::Failure>& State::failures() const {
  return inside_->failures;
}
const std::vector<State::ErrorAnswers>& State::error_answers() const {
  return inside_->error_answers;
}
const std::vector<State::Instance>& State::instances() const {
  return inside_->instances;
}
std::uint64_t State::clients_open() const {
  return inside_->clients_open;
}
std::uint64_t State::clients_upgraded() const {
  return inside_->clients_upgraded;
}
std::uint64_t State::clients_moved() const {
  return inside_->clients_moved;
}
std::uint64_t State::sockets_connected() const {
  return inside_->sockets.connected();
}

namespace {

State::Latency latency_of(const LatencyHistogram& histogram) {
  return {histogram.count(), histogram.quantile(500), histogram.quantile(950), histogram.quantile(990),
          histogram.max()};
}

}  // namespace

State::Latency State::accept_to_deliver() const {
  return latency_of(inside_->ledger.accept_to_deliver);
}
State::Latency State::send_to_deliver() const {
  return latency_of(inside_->ledger.send_to_deliver);
}

State::Latency State::send_to_deliver_since(const LatencyHistogram& before) const {
  return latency_of(inside_->ledger.send_to_deliver.since(before));
}
const LatencyHistogram& State::send_to_deliver_spans() const {
  return inside_->ledger.send_to_deliver;
}

State::EntityState State::entity(EntityId id) const {
  return id.value < inside_->entities.size() ? inside_->entities[id.value].state : EntityState{};
}
State::ClientState State::client(EntityId id) const {
  return id.value < inside_->entities.size() ? inside_->entities[id.value].client : ClientState{};
}

std::optional<State::Session> State::session(TextId sid) const {
  if (sid.value >= inside_->session_of_text.size()) return std::nullopt;
  const std::uint32_t place = inside_->session_of_text[sid.value];
  if (place == 0) return std::nullopt;
  const Inside::Session& session = inside_->sessions[place - 1];
  return Session{inside_->instances[session.instance].id, session.open};
}

std::optional<State::Socket> State::socket(TextId sid) const {
  const std::uint32_t place = inside_->sockets.find(sid);
  if (place == SocketTable::none) return std::nullopt;
  const SocketEntry& entry = inside_->sockets[place];
  return Socket{.sid = entry.sid,
                .session = entry.session,
                .name_space = entry.name_space,
                .client = entry.client,
                .instance = entry.instance,
                .client_open = entry.client_open,
                .app_connected = entry.app_connected};
}

namespace {

State::Membership seen(const SocketTable& sockets, const MembershipEntry& entry) {
  return {.room = sockets.rooms()[entry.room].name,
          .socket = sockets[entry.socket].sid,
          .must = entry.place != SocketTable::none,
          .may = entry.may()};
}

}  // namespace

std::vector<State::Membership> State::rooms_of(TextId sid) const {
  std::vector<Membership> found;
  const SocketTable& sockets = inside_->sockets;
  const std::uint32_t socket = sockets.find(sid);
  if (socket == SocketTable::none) return found;
  for (std::uint32_t at = sockets[socket].first_membership; at != SocketTable::none;
       at = sockets.memberships()[at].next_of_socket) {
    const Membership membership = seen(sockets, sockets.memberships()[at]);
    if (membership.room) found.push_back(membership);
  }
  std::reverse(found.begin(), found.end());  // the list has the newest first
  return found;
}

std::vector<State::Membership> State::members_of(TextId room) const {
  std::vector<Membership> found;
  if (!room) return found;
  const SocketTable& sockets = inside_->sockets;
  std::vector<MembershipEntry> entries;
  for (const MembershipEntry& entry : sockets.memberships()) {
    if (entry.socket != SocketTable::none && sockets.rooms()[entry.room].name == room)
      entries.push_back(entry);
  }
  std::sort(entries.begin(), entries.end(), [](const MembershipEntry& a, const MembershipEntry& b) {
    return a.room != b.room ? a.room < b.room : a.socket < b.socket;
  });
  for (const MembershipEntry& entry : entries) found.push_back(seen(sockets, entry));
  return found;
}

std::vector<TextId> State::owed_now(TextId room, TextId sender) const {
  const SocketTable& sockets = inside_->sockets;
  std::vector<std::uint32_t> places;
  sockets.look_at_rooms(room, sockets.find(sender), [&](const std::vector<MustEntry>& must) {
    for (const MustEntry& entry : must) places.push_back(entry.socket);
  });
  std::sort(places.begin(), places.end());
  std::vector<TextId> sids;
  sids.reserve(places.size());
  for (const std::uint32_t place : places) sids.push_back(sockets[place].sid);
  return sids;
}

std::vector<State::Room> State::rooms() const {
  std::vector<Room> found;
  for (const RoomEntry& room : inside_->sockets.rooms()) {
    if (room.name) found.push_back({room.name, room.name_space, room.must.size()});
  }
  return found;
}

std::vector<State::Open> State::open(std::size_t max) const {
  std::vector<Open> found;
  const SocketTable& sockets = inside_->sockets;
  for (const Message& message : inside_->ledger.messages()) {
    if (!message.id) continue;
    if (message.waits_for_accept()) {
      found.push_back({message.id, {}, message.room, message.client, message.sent_at, message.held});
    }
    if (message.pending == 0) continue;
    for (const Pair& pair : message.pairs) {
      if (pair.fate != PairFate::pending) continue;
      found.push_back({message.id, sockets[pair.socket].sid, message.room, message.instance,
                       message.accepted_at, pair.held});
    }
  }
  std::sort(found.begin(), found.end(), [](const Open& a, const Open& b) {
    if (a.held != b.held) return !a.held;
    return a.message != b.message ? a.message < b.message : a.socket < b.socket;
  });
  if (found.size() > max) found.resize(max);
  return found;
}

std::string words_of(const State::Failure& failure, const Trace& trace) {
  std::string words(trace.text_of(failure.text));
  if (failure.status != 0) {
    if (!words.empty()) words += ' ';
    words += std::to_string(failure.status);
  }
  if (failure.code >= 0) words += " code " + std::to_string(failure.code);
  return words;
}

}  // namespace roundhouse
