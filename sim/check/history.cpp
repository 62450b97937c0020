// See history.h.
#include "sim/check/history.h"

#include <algorithm>

#include <roundhouse/recording.h>

namespace roundhouse {

namespace {

// socket.io-client's reasons for an end that somebody decided: nothing survives it, and nothing should.
bool is_meant(std::string_view reason) {
  return reason == "io client disconnect" || reason == "io server disconnect";
}

void remove(std::vector<TextId>& rooms, TextId room) {
  rooms.erase(std::remove(rooms.begin(), rooms.end(), room), rooms.end());
}

std::uint32_t& slot_for(std::vector<std::uint32_t>& table, std::uint32_t at) {
  if (at >= table.size()) table.resize(std::max<std::size_t>(at + 1, table.size() * 2));
  return table[at];
}

}  // namespace

History::History(const Recording& recording)
    : inside_(std::make_unique<Inside>(std::span(recording.records()), Names(recording))) {}
History::History(const Trace& trace)
    : inside_(std::make_unique<Inside>(std::span(trace.records()), Names(trace))) {}
History::History(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
History History::ending_here(const Trace& trace) {
  return History(std::make_unique<Inside>(std::span(trace.records()), Names(trace), Inside::Ending::here));
}
History::~History() = default;
History::History(History&&) noexcept = default;
History& History::operator=(History&&) noexcept = default;

History::Inside::Inside(std::span<const Record> all, Names known, Ending ending)
    : records(all), names(known) {
  for (Place place = 0; place < records.size(); ++place) take(place);
  if (ending == Ending::here) ended = true;
  find_what_is_unsettled();
}

void History::Inside::take(Place place) {
  Record record = records[place];
  if (record.kind == RecordKind::accept)
    on_accept(place, record);  // owed to whom it is owed before it is folded in
  state.apply(record);
  switch (record.kind) {
    case RecordKind::send: {
      MessageFacts& sent = message(record.message);
      if (sent.sent != nowhere) break;
      sent.sent = place;
      sent.rooms.clear();
      if (record.text) sent.rooms.push_back(record.text);
      break;
    }
    case RecordKind::text:
      if (rooms_go_on_ != nowhere && record.message == messages[rooms_go_on_].id)
        messages[rooms_go_on_].rooms.push_back(record.text);
      break;
    case RecordKind::deliver:
    case RecordKind::handed:
      on_deliver(place, record);
      break;
    case RecordKind::lost:
      if (record.message) message(record.message).lost.push_back(place);
      break;
    case RecordKind::held: {
      const auto what = static_cast<What>(record.how);
      if (record.message && what != What::reply && what != What::join) ++held_;
      break;
    }
    case RecordKind::request:
      if (record.subject) requests.push_back(place);
      break;
    case RecordKind::session: {
      std::uint32_t& known_session = slot_for(session_of_text_, record.subject.value);
      const auto phase = static_cast<SessionPhase>(record.how);
      if (phase == SessionPhase::opened) {
        sessions_.push_back({record.by, {place}});
        known_session = static_cast<std::uint32_t>(sessions_.size());
      } else if (phase == SessionPhase::closed && known_session != 0) {
        Stretch& open = sessions_[known_session - 1].open;
        open.until = std::min(open.until, place);
      }
      break;
    }
    case RecordKind::socket:
      if (record.subject) {
        SocketFacts& facts = socket_facts(record.subject);
        if (static_cast<SocketPhase>(record.how) == SocketPhase::connected) facts.instance = record.by;
        refresh(place, facts);
      }
      break;
    case RecordKind::client:
      on_client(place, record);
      break;
    case RecordKind::join:
    case RecordKind::leave:
      on_membership(place, record);
      break;
    case RecordKind::up:
    case RecordKind::down:
      on_life(place, record);
      break;
    case RecordKind::link: {
      const auto is_it = [&](const CutLink& link) {
        return link.from == record.by && link.to == record.other;
      };
      cut_.erase(std::remove_if(cut_.begin(), cut_.end(), is_it), cut_.end());
      constexpr std::uint8_t cut = 1;  // `state` of a link record
      if (record.how == cut) cut_.push_back({record.by, record.other});
      break;
    }
    case RecordKind::run_end:
      ended = true;
      break;
    default:
      break;
  }
}

void History::Inside::on_accept(Place place, const Record& record) {
  MessageFacts& accepted = message(record.message);
  if (accepted.accepted == nowhere) {
    accepted.accepted = place;
    accepted.from = record.subject;
    accepted.owed = state.owed_now(record.text, record.subject);
  }
  const bool rooms_by_app = accepted.sent == nowhere && accepted.accepted == place;
  rooms_go_on_ = rooms_by_app ? static_cast<std::size_t>(&accepted - messages.data()) : nowhere;
  if (rooms_by_app && record.text) accepted.rooms.push_back(record.text);
}

void History::Inside::on_deliver(Place place, const Record& record) {
  if (!record.message) return;
  EntityId client;
  if (record.kind == RecordKind::deliver) {
    client = record.by;
  } else if (const auto known = state.socket(record.subject); known && known->client) {
    return;  // counted when our client has it
  }
  message(record.message);
  deliveries.push_back({place, message_of_id_.find(record.message.value)->second, record.subject, client});
}

void History::Inside::on_client(Place place, const Record& record) {
  std::uint32_t& absence = slot_for(absence_of_, record.by.value);
  switch (static_cast<ClientPhase>(record.how)) {
    case ClientPhase::open: {
      if (!record.subject) return;
      SocketFacts& facts = socket_facts(record.subject);
      facts.client = record.by;
      facts.process = static_cast<std::uint32_t>(life(record.by).ends.size());
      refresh(place, facts);
      if (absence == 0) return;
      AbsenceFacts& over = absences[absence - 1];
      over.opened = place;
      for (const State::Membership& member : state.rooms_of(record.subject)) {
        if (member.may) over.regained.push_back(member.room);
      }
      absence = 0;
      break;
    }
    case ClientPhase::closed: {
      if (!record.subject) return;  // an attempt that came to no socket
      SocketFacts& facts = socket_facts(record.subject);
      AbsenceFacts& begun = absences.emplace_back();
      begun.client = record.by;
      begun.before = record.subject;
      begun.rooms = std::move(facts.rooms_seen);
      begun.closed = place;
      begun.meant = is_meant(names.of(record.text));
      facts.rooms_seen.clear();
      absence = static_cast<std::uint32_t>(absences.size());
      break;
    }
    default:
      break;
  }
}

void History::Inside::on_membership(Place place, const Record& record) {
  const bool joins = record.kind == RecordKind::join;
  const auto phase = static_cast<MemberPhase>(record.how);
  if (joins && phase == MemberPhase::asked) joins_asked.push_back(place);
  if (!joins && phase != MemberPhase::none) leaves.push_back(place);
  if (!record.subject) return;  // asked while it was not connected; what comes of it names a socket
  SocketFacts& facts = socket_facts(record.subject);
  remove(facts.rooms_seen, record.text);
  const bool by_client = facts.client && record.by == facts.client;
  if (joins && by_client && phase == MemberPhase::done) facts.rooms_seen.push_back(record.text);
  refresh(place, facts);
}

void History::Inside::on_life(Place place, const Record& record) {
  const auto how = static_cast<How>(record.how);
  if (record.kind == RecordKind::up && how != How::pause) return;
  Life& its = life(record.other);
  its.troubles.push_back(place);
  if (record.kind != RecordKind::down || how == How::pause) return;
  its.ends.push_back(place);
  // The successor of a client's process knows nothing of its rooms, and does not count as coming back.
  slot_for(absence_of_, record.other.value) = 0;
  for (SocketFacts& facts : sockets) {
    if (facts.instance == record.other) refresh(place, facts);
  }
}

// Opens and closes stays as the fold says now.
void History::Inside::refresh(Place place, SocketFacts& facts) {
  const std::vector<State::Membership> now = state.rooms_of(facts.sid);
  const auto is_in = [&now](TextId room) {
    return std::any_of(now.begin(), now.end(),
                       [room](const State::Membership& member) { return member.room == room && member.may; });
  };
  for (Stay& stay : facts.stays) {
    if (stay.window.until == nowhere && !is_in(stay.room)) stay.window.until = place;
  }
  for (const State::Membership& member : now) {
    const bool known = std::any_of(facts.stays.begin(), facts.stays.end(), [&](const Stay& stay) {
      return stay.room == member.room && stay.window.until == nowhere;
    });
    if (member.may && !known) facts.stays.push_back({member.room, {place}});
  }
}

void History::Inside::find_what_is_unsettled() {
  if (!ended) {
    unsettled = "the records stop before the run has ended";
    return;
  }
  if (!cut_.empty()) {
    unsettled = "the link from " + std::string(names.of(cut_.front().from)) + " to " +
                std::string(names.of(cut_.front().to)) + " is still cut";
    return;
  }
  for (const Entity& entity : names.entities()) {
    const State::EntityState its = state.entity(entity.id);
    const bool away =
        its.life == EntityLife::paused || (its.life == EntityLife::down && its.how == How::lost);
    if (!away) continue;
    unsettled =
        entity.name + (its.life == EntityLife::paused ? " is still paused" : " is gone without a word");
    return;
  }
  if (held_ != 0)
    unsettled = "something is still on its way: " + std::to_string(held_) + " parts of messages";
}

MessageFacts& History::Inside::message(MessageId id) {
  const auto [found, is_new] =
      message_of_id_.try_emplace(id.value, static_cast<std::uint32_t>(messages.size()));
  if (is_new) messages.emplace_back().id = id;
  return messages[found->second];
}

SocketFacts& History::Inside::socket_facts(TextId sid) {
  std::uint32_t& place = slot_for(socket_of_text_, sid.value);
  if (place == 0) {
    sockets.emplace_back().sid = sid;
    place = static_cast<std::uint32_t>(sockets.size());
  }
  return sockets[place - 1];
}

const SocketFacts* History::Inside::socket(TextId sid) const {
  if (sid.value >= socket_of_text_.size() || socket_of_text_[sid.value] == 0) return nullptr;
  return &sockets[socket_of_text_[sid.value] - 1];
}

const SessionFacts* History::Inside::session(TextId sid) const {
  if (sid.value >= session_of_text_.size() || session_of_text_[sid.value] == 0) return nullptr;
  return &sessions_[session_of_text_[sid.value] - 1];
}

std::uint64_t History::Inside::receiver(TextId sid, EntityId client) const {
  constexpr std::uint64_t foreign = std::uint64_t{1} << 63;
  if (!client) return foreign + sid.value;
  const SocketFacts* facts = socket(sid);
  const std::uint64_t process = facts ? facts->process : 0;
  return process << 32 | client.value;
}

std::uint64_t History::Inside::receiver_of(TextId sid) const {
  const SocketFacts* facts = socket(sid);
  return receiver(sid, facts ? facts->client : EntityId{});
}

History::Inside::Life& History::Inside::life(EntityId entity) {
  if (entity.value >= lives_.size()) lives_.resize(entity.value + 1);
  return lives_[entity.value];
}

namespace {

bool any_between(const std::vector<Place>& places, Place from, Place to) {
  const auto next = std::lower_bound(places.begin(), places.end(), from);
  return next != places.end() && *next <= to;
}

}  // namespace

bool History::Inside::up_throughout(EntityId entity, Place from, Place to) const {
  return entity.value >= lives_.size() || !any_between(lives_[entity.value].troubles, from, to);
}

bool History::Inside::ended_between(EntityId entity, Place from, Place to) const {
  return entity.value < lives_.size() && any_between(lives_[entity.value].ends, from, to);
}

}  // namespace roundhouse
