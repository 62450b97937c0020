// See roundhouse/state.h. Who is up and who is connected is written down here; sockets and rooms in SocketTable, messages in Ledger.
#include "sim/trace/state_inside.h"

#include <utility>

namespace roundhouse {

State::State() : inside_(std::make_unique<Inside>()) {}
State::~State() = default;
State::State(const State& other) : inside_(std::make_unique<Inside>(*other.inside_)) {}
State& State::operator=(const State& other) {
  *inside_ = *other.inside_;
  return *this;
}
State::State(State&&) noexcept = default;
State& State::operator=(State&&) noexcept = default;

bool operator==(const State& a, const State& b) {
  return *a.inside_ == *b.inside_;
}

std::size_t State::bytes() const {
  const Inside& in = *inside_;
  return sizeof(Inside) + in.entities.size() * sizeof(in.entities[0]) +
         in.instances.size() * sizeof(in.instances[0]) + in.sessions.size() * sizeof(in.sessions[0]) +
         in.session_of_text.size() * sizeof(in.session_of_text[0]) +
         in.failures.size() * sizeof(in.failures[0]) + in.sockets.bytes() + in.ledger.bytes();
}

void State::apply(Record& record) {
  Inside& in = *inside_;
  ++in.records[static_cast<std::size_t>(record.kind)];
  in.last_at = record.at;
  switch (record.kind) {
    case RecordKind::hop:
      break;
    case RecordKind::deliver:
      record.how = static_cast<std::uint8_t>(in.ledger.deliver(record, in.sockets));
      break;
    case RecordKind::handed:
      in.on_handed(record);
      break;
    case RecordKind::send:
      in.ledger.send(record);
      break;
    case RecordKind::accept:
      in.ledger.accept(record, in.sockets);
      break;
    case RecordKind::ack:
      ++in.ledger.counts.acks;
      break;
    case RecordKind::lost:
      in.ledger.lost(record, in.sockets);
      break;
    case RecordKind::held:
      in.ledger.held(record, in.sockets);
      break;
    case RecordKind::drop:
      in.ledger.drop(record, in.sockets);
      break;
    case RecordKind::entity:
      in.entity(record.other).state.kind = static_cast<EntityKind>(record.how);
      break;
    case RecordKind::up:
    case RecordKind::down:
      in.on_life(record);
      break;
    case RecordKind::client:
      in.on_client(record);
      break;
    case RecordKind::request:
      in.on_request(record);
      break;
    case RecordKind::answer:
      in.on_answer(record);
      break;
    case RecordKind::session:
      in.on_session(record);
      break;
    case RecordKind::socket:
      in.on_socket(record);
      break;
    case RecordKind::join:
      in.on_join(record);
      break;
    case RecordKind::leave:
      in.on_leave(record);
      break;
    default:
      break;
  }
}

State::Inside::EntityEntry& State::Inside::entity(EntityId id) {
  if (id.value >= entities.size()) entities.resize(std::max<std::size_t>(id.value + 1, entities.size() * 2));
  return entities[id.value];
}

State::Instance& State::Inside::instance(EntityId id) {
  EntityEntry& entry = entity(id);
  if (entry.instance == none) {
    entry.instance = static_cast<std::uint32_t>(instances.size());
    instances.push_back({id});
  }
  return instances[entry.instance];
}

void State::Inside::on_life(const Record& record) {
  EntityEntry& entry = entity(record.other);
  const auto how = static_cast<How>(record.how);
  entry.state.how = how;
  entry.state.incarnation = static_cast<std::uint32_t>(record.value);
  if (how == How::pause) {
    entry.state.life = EntityLife::paused;
    return;
  }
  if (record.kind == RecordKind::up) {
    entry.state.life = EntityLife::up;
    return;
  }
  entry.state.life = EntityLife::down;
  on_client_gone(record.other, {});
  if (entry.instance == none) return;
  Instance& ended = instances[entry.instance];
  ended.sessions_ended_with_it = ended.sessions_now;
  ended.sessions_now = 0;
  for (Session& session : sessions) {
    if (session.instance == entry.instance) session.open = false;
  }
  bool any = false;
  for (std::uint32_t socket = 0; socket < sockets.all().size(); ++socket) {
    if (sockets[socket].instance != record.other || !sockets[socket].app_connected) continue;
    sockets.app_disconnected(socket);
    any = true;
  }
  if (any) ledger.instance_ended(record.other, sockets);
}

void State::Inside::on_client(const Record& record) {
  EntityEntry& entry = entity(record.by);
  const auto phase = static_cast<ClientPhase>(record.how);
  entry.client.phase = phase;
  if (record.extra <= 1) entry.client.transport = static_cast<std::uint8_t>(record.extra);
  State::Counts& counts = ledger.counts;
  switch (phase) {
    case ClientPhase::connecting:
      ++counts.connect_attempts;
      ++entry.client.attempts;
      set_client(entry, false, false);
      break;
    case ClientPhase::open:
      ++counts.connected;
      on_client_open(record);
      break;
    case ClientPhase::upgraded:
      ++counts.upgraded;
      set_client(entry, entry.client.open, true);
      break;
    case ClientPhase::error:
      fail(record.text, record.code, -1);
      break;
    case ClientPhase::closed:
      on_client_gone(record.by, record.subject);
      break;
    case ClientPhase::none:
    case ClientPhase::backoff:
      break;
  }
}

void State::Inside::on_client_open(const Record& record) {
  EntityEntry& entry = entity(record.by);
  set_client(entry, true, entry.client.upgraded);
  entry.client.socket = record.subject;
  if (!record.subject) return;
  const std::uint32_t socket = sockets.add(record.subject);
  if (!sockets[socket].client_open) {
    sockets[socket].next_of_client = entry.first_socket;
    entry.first_socket = socket;
  }
  sockets.client_opened(socket, record.by);
  on_client_at(entry.client, sockets[socket].instance);
}

void State::Inside::on_client_at(ClientState& client, EntityId instance) {
  if (!instance) return;
  const EntityId before = std::exchange(client.instance, instance);
  if (!before || before == instance) return;
  clients_moved += client.moves == 0 ? 1 : 0;
  ++client.moves;
}

// One socket of the client, or (no sid) the client with all its sockets.
void State::Inside::on_client_gone(EntityId client, TextId sid) {
  EntityEntry& entry = entity(client);
  bool open = false;
  std::uint32_t* link = &entry.first_socket;
  while (*link != none) {
    SocketEntry& socket = sockets[*link];
    if (sid && socket.sid != sid) {
      open = true;
      link = &socket.next_of_client;
      continue;
    }
    sockets.client_closed(*link);
    *link = socket.next_of_client;
  }
  set_client(entry, open, open && entry.client.upgraded);
}

void State::Inside::set_client(EntityEntry& entry, bool open, bool upgraded) {
  clients_open += static_cast<std::uint64_t>(open) - static_cast<std::uint64_t>(entry.client.open);
  const bool was = entry.client.open && entry.client.upgraded;
  clients_upgraded += static_cast<std::uint64_t>(open && upgraded) - static_cast<std::uint64_t>(was);
  entry.client.open = open;
  entry.client.upgraded = upgraded;
}

void State::Inside::on_request(const Record& record) {
  if (record.code < 400) return;
  fail({}, record.code, static_cast<std::int32_t>(record.value & 0xffff) - 1);
}

// What nginx logs as 499 nobody was told: the client had gone.
void State::Inside::on_answer(const Record& record) {
  constexpr std::uint16_t client_gone = 499;
  if (record.code < 400 || record.code == client_gone) return;
  for (ErrorAnswers& answers : error_answers) {
    if (answers.status == record.code) {
      ++answers.count;
      return;
    }
  }
  error_answers.push_back({record.code, 1});
}

void State::Inside::fail(TextId text, std::uint16_t status, std::int32_t code) {
  for (Failure& failure : failures) {
    if (failure.text == text && failure.status == status && failure.code == code) {
      ++failure.count;
      return;
    }
  }
  failures.push_back({text, status, code, 1});
}

void State::Inside::on_session(const Record& record) {
  if (record.subject.value >= session_of_text.size()) session_of_text.resize(record.subject.value + 1);
  std::uint32_t& place = session_of_text[record.subject.value];
  switch (static_cast<SessionPhase>(record.how)) {
    case SessionPhase::opened: {
      if (place != 0 && sessions[place - 1].open) return;
      Instance& home = instance(record.by);
      ++home.sessions_opened;
      ++home.sessions_now;
      sessions.push_back({entity(record.by).instance, true});
      place = static_cast<std::uint32_t>(sessions.size());
      break;
    }
    case SessionPhase::closed:
      if (place == 0 || !sessions[place - 1].open) return;
      sessions[place - 1].open = false;
      --instances[sessions[place - 1].instance].sessions_now;
      break;
    case SessionPhase::none:
    case SessionPhase::upgraded:
    case SessionPhase::recovered:
      break;
  }
}

void State::Inside::on_socket(const Record& record) {
  if (!record.subject) return;
  switch (static_cast<SocketPhase>(record.how)) {
    case SocketPhase::connected: {
      instance(record.by);
      const TextId session{static_cast<std::uint32_t>(record.value)};
      sockets.app_connected(sockets.add(record.subject), record.by, record.text, session);
      break;
    }
    case SocketPhase::disconnected: {
      const std::uint32_t socket = sockets.find(record.subject);
      if (socket == none || !sockets[socket].app_connected) return;
      sockets.app_disconnected(socket);
      ledger.socket_ended(socket, Cause::gone, sockets);
      break;
    }
    case SocketPhase::none:
    case SocketPhase::refused:
      break;
  }
}

void State::Inside::on_join(const Record& record) {
  const std::uint32_t socket = sockets.find(record.subject);
  if (socket == none || !record.text) return;
  switch (static_cast<MemberPhase>(record.how)) {
    case MemberPhase::asked:
      sockets.join_asked(socket, record.text);
      break;
    case MemberPhase::done:
      sockets.join_done(socket, record.text, record.by == sockets[socket].instance);
      break;
    case MemberPhase::undone:
      sockets.join_undone(socket, record.text);
      break;
    case MemberPhase::none:
      break;
  }
}

void State::Inside::on_leave(const Record& record) {
  const std::uint32_t socket = sockets.find(record.subject);
  if (socket == none || !record.text) return;
  switch (static_cast<MemberPhase>(record.how)) {
    case MemberPhase::asked:
      sockets.leave_asked(socket, record.text);
      break;
    case MemberPhase::done:
      ledger.left(socket, record.text, sockets);
      sockets.left(socket, record.text, record.by == sockets[socket].instance);
      break;
    case MemberPhase::none:
    case MemberPhase::undone:
      break;
  }
}

// What an app hands over for a client of ours is counted when the client has it.
void State::Inside::on_handed(Record& record) {
  const std::uint32_t socket = sockets.find(record.subject);
  if (socket == none || sockets[socket].client) return;
  sockets.handed(socket);
  record.how = static_cast<std::uint8_t>(ledger.deliver(record, sockets));
}

}  // namespace roundhouse
