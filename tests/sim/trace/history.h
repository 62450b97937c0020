// A history written by hand, for the tests of the fold: three clients, two apps, a proxy, a broker, and records in few words.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <roundhouse/record.h>
#include <roundhouse/state.h>
#include <roundhouse/trace.h>

namespace roundhouse::test {

class History {
 public:
  struct KeptTrace : Trace {
    KeptTrace() { keep_records(true); }
  };
  KeptTrace trace;
  Instant now;
  EntityId proxy = add(EntityKind::proxy, "proxy");
  EntityId broker = add(EntityKind::broker, "broker");
  EntityId app_1 = add(EntityKind::app, "app-1");
  EntityId app_2 = add(EntityKind::app, "app-2");
  EntityId ann = add(EntityKind::client, "ann");
  EntityId bob = add(EntityKind::client, "bob");
  EntityId cat = add(EntityKind::client, "cat");

  EntityId add(EntityKind kind, std::string_view name) {
    return trace.add_entity(kind, name, {}, "127.0.0.1", now);
  }
  /// The socket of a client is named after it: `ann` has `s-ann`; after renewed(ann) it has `s-ann-2`, and so on.
  TextId socket_of(EntityId client) { return trace.text("s-" + trace.entity(client).name + times(client)); }
  TextId session_of(EntityId client) { return trace.text("e-" + trace.entity(client).name + times(client)); }
  /// From now on the client's session and socket are others.
  void renewed(EntityId client) { ++renewals[client.value]; }
  std::string times(EntityId client) {
    const int number = renewals[client.value];
    return number == 0 ? "" : "-" + std::to_string(number + 1);
  }
  std::map<std::uint32_t, int> renewals;

  /// The record, filled in with time and kind; each is 1 ms later than the one before.
  Record begin(RecordKind kind, EntityId by) {
    now = now + Duration(1'000'000);
    Record record;
    record.at = now;
    record.by = by;
    record.kind = kind;
    return record;
  }

  void up(EntityId who, std::uint64_t incarnation = 1) { life(RecordKind::up, who, How::start, incarnation); }
  void down(EntityId who, How how, std::uint64_t incarnation = 1) {
    life(RecordKind::down, who, how, incarnation);
  }
  void life(RecordKind kind, EntityId who, How how, std::uint64_t incarnation) {
    Record record = begin(kind, who);
    record.other = who;
    record.how = static_cast<std::uint8_t>(how);
    record.value = incarnation;
    trace.write(record);
  }
  void session(EntityId app, EntityId client, SessionPhase phase) {
    Record record = begin(RecordKind::session, app);
    record.subject = session_of(client);
    record.how = static_cast<std::uint8_t>(phase);
    trace.write(record);
  }
  void request(EntityId app, EntityId client, std::uint16_t status = 200) {
    Record record = begin(RecordKind::request, app);
    record.subject = session_of(client);
    record.code = status;
    trace.write(record);
  }
  void socket(EntityId app, EntityId client, SocketPhase phase, std::string_view text = "/") {
    Record record = begin(RecordKind::socket, app);
    record.subject = socket_of(client);
    record.text = trace.text(text);
    record.value = session_of(client).value;
    record.how = static_cast<std::uint8_t>(phase);
    trace.write(record);
  }
  void client(EntityId client, ClientPhase phase, std::string_view text = {}, std::uint16_t status = 0) {
    Record record = begin(RecordKind::client, client);
    record.how = static_cast<std::uint8_t>(phase);
    if (phase == ClientPhase::open || phase == ClientPhase::closed) record.subject = socket_of(client);
    record.text = trace.text(text);
    record.code = status;
    trace.write(record);
  }
  /// Session, socket and the client's own view: connected.
  void connected(EntityId who, EntityId app, std::string_view name_space = "/") {
    client(who, ClientPhase::connecting);
    session(app, who, SessionPhase::opened);
    socket(app, who, SocketPhase::connected, name_space);
    client(who, ClientPhase::open);
  }
  void member(RecordKind kind, EntityId by, EntityId who, std::string_view room, MemberPhase phase) {
    Record record = begin(kind, by);
    record.subject = socket_of(who);
    record.text = trace.text(room);
    record.how = static_cast<std::uint8_t>(phase);
    trace.write(record);
  }
  /// The client asks, the app does it, the client sees it.
  void joined(EntityId who, EntityId app, std::string_view room) {
    member(RecordKind::join, who, who, room, MemberPhase::asked);
    member(RecordKind::join, app, who, room, MemberPhase::done);
    member(RecordKind::join, who, who, room, MemberPhase::done);
  }

  void send(EntityId who, std::uint64_t message, std::string_view room, std::uint64_t contents = 0) {
    Record record = begin(RecordKind::send, who);
    record.message = {message};
    record.value = contents;
    record.subject = socket_of(who);
    record.text = trace.text(room);
    trace.write(record);
  }
  void accept(EntityId app, EntityId from, std::uint64_t message, std::string_view room) {
    Record record = begin(RecordKind::accept, app);
    record.message = {message};
    record.subject = socket_of(from);
    record.text = trace.text(room);
    trace.write(record);
  }
  /// send and accept.
  void said(EntityId who, EntityId app, std::uint64_t message, std::string_view room) {
    send(who, message, room);
    accept(app, who, message, room);
  }
  /// How the fold judged it.
  Owed deliver(EntityId who, std::uint64_t message, RecordKind kind = RecordKind::deliver, EntityId by = {},
               std::uint64_t contents = 0) {
    Record record = begin(kind, by ? by : who);
    record.message = {message};
    record.subject = socket_of(who);
    record.value = contents;
    trace.write(record);
    return static_cast<Owed>(trace.records().back().how);
  }
  /// `to` is an app for copies, a client for deliveries.
  void lost(std::uint64_t message, What what, Cause cause, EntityId to = {}) {
    trace.write(waiting(RecordKind::lost, message, what, to, cause));
  }
  void held(std::uint64_t message, What what, EntityId to = {}) {
    trace.write(waiting(RecordKind::held, message, what, to, Cause::none));
  }
  void drop(EntityId app, EntityId who, std::uint64_t message, DropReason why) {
    Record record = begin(RecordKind::drop, app);
    record.message = {message};
    record.subject = socket_of(who);
    record.how = static_cast<std::uint8_t>(why);
    trace.write(record);
  }

  /// The link of two parties, in one direction.
  void link(EntityId from, EntityId to, bool cut) {
    Record record = begin(RecordKind::link, from);
    record.other = to;
    record.how = cut ? 1 : 3;
    trace.write(record);
  }
  void ended() { trace.write(begin(RecordKind::run_end, {})); }

  const State& state() const { return trace.state(); }
  const State::Counts& counts() const { return trace.state().counts(); }
  std::uint64_t lost_to(Cause cause) const { return state().lost()[static_cast<std::size_t>(cause)]; }

 private:
  Record waiting(RecordKind kind, std::uint64_t message, What what, EntityId to, Cause cause) {
    Record record = begin(kind, proxy);
    record.message = {message};
    record.how = static_cast<std::uint8_t>(what);
    record.code = static_cast<std::uint16_t>(cause);
    record.other = to;
    if (to && trace.entity(to).kind == EntityKind::client) record.subject = socket_of(to);
    return record;
  }
};

}  // namespace roundhouse::test
