// See record_fields.h.
#include "sim/trace/record_fields.h"

#include <algorithm>
#include <array>

#include "core/base/assertion.h"

namespace roundhouse {

namespace {

using Words = std::string_view;
using enum Slot;
using enum FieldType;

constexpr std::array kind_names = {
    Words("run_begin"), Words("entity"),  Words("step"),     Words("up"),      Words("down"),
    Words("link"),      Words("config"),  Words("open"),     Words("refused"), Words("end"),
    Words("route"),     Words("peer"),    Words("answer"),   Words("request"), Words("session"),
    Words("socket"),    Words("join"),    Words("leave"),    Words("client"),  Words("send"),
    Words("accept"),    Words("publish"), Words("position"), Words("hop"),     Words("lost"),
    Words("held"),      Words("deliver"), Words("handed"),   Words("ack"),     Words("effect"),
    Words("drop"),      Words("store"),   Words("buffer"),   Words("sample"),  Words("predict"),
    Words("say"),       Words("mark"),    Words("verdict"),  Words("run_end"), Words("text"),
};
static_assert(kind_names.size() == static_cast<std::size_t>(RecordKind::text) + 1);

constexpr std::array cause_names = {
    Words("none"),     Words("dead"),    Words("cut"),  Words("reset"), Words("closed"),  Words("refused"),
    Words("overflow"), Words("timeout"), Words("gone"), Words("away"),  Words("restart"), Words("no_broker"),
};
static_assert(cause_names.size() == static_cast<std::size_t>(Cause::no_broker) + 1);

constexpr std::array what_names = {
    Words("none"), Words("poll"),    Words("post"),  Words("frame"), Words("publish"),
    Words("copy"), Words("deliver"), Words("reply"), Words("join"),  Words("foreign"),
};
static_assert(what_names.size() == static_cast<std::size_t>(What::foreign) + 1);

constexpr std::array how_names = {
    Words("none"),  Words("start"), Words("stop"), Words("kill"),  Words("lost"),    Words("pause"),
    Words("go_on"), Words("fin"),   Words("half"), Words("reset"), Words("timeout"),
};
static_assert(how_names.size() == static_cast<std::size_t>(How::timeout) + 1);

constexpr std::array entity_names = {
    Words("none"),   Words("client"), Words("proxy"),   Words("worker"), Words("app"),
    Words("broker"), Words("link"),   Words("foreign"), Words("run"),
};
constexpr std::array session_names = {Words("none"), Words("opened"), Words("upgraded"), Words("closed"),
                                      Words("recovered")};
constexpr std::array socket_names = {Words("none"), Words("connected"), Words("refused"),
                                     Words("disconnected")};
constexpr std::array member_names = {Words("none"), Words("asked"), Words("done"), Words("undone")};
constexpr std::array client_names = {Words("none"),  Words("connecting"), Words("open"),   Words("upgraded"),
                                     Words("error"), Words("closed"),     Words("backoff")};
constexpr std::array drop_names = {Words("none"),         Words("own_echo"),
                                   Words("not_a_member"), Words("volatile_packet"),
                                   Words("duplicate"),    Words("except")};
constexpr std::array peer_names = {Words("none"), Words("failed"), Words("out"), Words("probation"),
                                   Words("back")};
constexpr std::array transport_names = {Words("polling"), Words("websocket")};
constexpr std::array choice_names = {Words("first"), Words("home"), Words("next_try")};
constexpr std::array reason_names = {
    Words("none"),      Words("turn"),         Words("only_server"), Words("backups"), Words("misses"),
    Words("empty_key"), Words("address_hash"), Words("key_hash"),    Words("ring"),    Words("draw"),
    Words("two_draws"), Words("fewest_conns"), Words("equal_conns"), Words("cookie"),  Words("nobody")};
static_assert(reason_names.size() == static_cast<std::size_t>(RouteReason::nobody) + 1);
constexpr std::array note_names = {Words("none"), Words("passed_over"), Words("rival"),
                                   Words("client_address")};
constexpr std::array step_names = {Words("none"), Words("applied"), Words("skipped")};
constexpr std::array link_names = {Words("none"), Words("cut"), Words("slow"), Words("healed")};
constexpr std::array owed_names = {Words("none"), Words("owed"), Words("unowed"), Words("duplicate")};
constexpr std::array predict_names = {Words("equal"), Words("at_least"), Words("at_most"), Words("between"),
                                      Words("wilson99")};
constexpr std::array verdict_names = {Words("none"), Words("pass"), Words("fail"), Words("unknown")};

constexpr Field message_field{"message", message, number};
constexpr Field connection_field{"connection", connection, number};
constexpr Field socket_field{"socket", subject, text_id};
constexpr Field room_field{"room", text, text_id};
constexpr Field payload_field{"payload_hash", value, hash};
constexpr Field what_field{"what", how, name, what_names};
constexpr Field departed_field{"departed", extra, span};

constexpr std::array run_begin_fields = {Field{"schema", code},          Field{"scenario", subject, text_id},
                                         Field{"seed", value},           Field{"world", text, text_id},
                                         Field{"duration", extra, span}, Field{"build", more, text_id}};
// `by` is the parent.
constexpr std::array entity_fields = {Field{"id", other, number}, Field{"name", subject, text_id},
                                      Field{"is", how, name, entity_names}, Field{"address", text, text_id}};
constexpr std::array step_fields = {Field{"verb", subject, text_id}, Field{"target", text, text_id},
                                    Field{"arguments", value, text_id},
                                    Field{"outcome", how, name, step_names}, Field{"why", extra, text_id}};
constexpr std::array life_fields = {Field{"entity", other, entity_id}, Field{"how", how, name, how_names},
                                    Field{"incarnation", value}};
constexpr std::array link_fields = {Field{"to", other, entity_id}, Field{"state", how, name, link_names},
                                    Field{"latency", value, span}, Field{"jitter", more, span},
                                    Field{"bytes_per_second", extra}};
constexpr std::array config_fields = {Field{"key", subject, text_id}, Field{"now", text, text_id},
                                      Field{"before", value, text_id}};
constexpr std::array wire_fields = {connection_field, Field{"peer", other, entity_id},
                                    Field{"how", how, name, how_names}, Field{"bytes_out", value},
                                    Field{"bytes_in", extra}};
constexpr std::array route_fields = {connection_field,
                                     Field{"request", value},
                                     Field{"policy", text, text_id},
                                     Field{"peer", subject, text_id},
                                     Field{"choice", how, name, choice_names},
                                     Field{"reason", code, name, reason_names},
                                     Field{"value", extra},
                                     Field{"weight", more}};
constexpr std::array peer_fields = {
    connection_field,      Field{"peer", subject, text_id}, Field{"phase", how, name, peer_names},
    Field{"fails", value}, Field{"max_fails", extra},       Field{"out_until", more, span}};
constexpr std::array answer_fields = {connection_field, Field{"request", value}, Field{"status", code},
                                      Field{"peer", subject, text_id}, Field{"reason", text, text_id}};
constexpr std::array request_fields = {connection_field,
                                       Field{"sid", subject, text_id},
                                       Field{"method", text, text_id},
                                       Field{"status", code},
                                       Field{"transport", how, name, transport_names},
                                       Field{"error", value, from_one}};
constexpr std::array session_fields = {connection_field, Field{"sid", subject, text_id},
                                       Field{"phase", how, name, session_names},
                                       Field{"reason", text, text_id}, Field{"address", extra, text_id}};
constexpr std::array socket_fields = {socket_field, Field{"phase", how, name, socket_names},
                                      Field{"text", text, text_id}, Field{"session", value, text_id},
                                      connection_field};
constexpr std::array member_fields = {socket_field, room_field, Field{"phase", how, name, member_names}};
constexpr std::array client_fields = {Field{"phase", how, name, client_names},
                                      socket_field,
                                      Field{"text", text, text_id},
                                      Field{"status", code},
                                      Field{"attempt", value},
                                      Field{"transport", extra, name, transport_names},
                                      connection_field};
constexpr std::array send_fields = {message_field, socket_field, room_field, payload_field,
                                    Field{"bytes", extra}};
constexpr std::array accept_fields = {message_field, socket_field, room_field};
constexpr std::array publish_fields = {message_field, Field{"channel", text, text_id}, connection_field};
constexpr std::array position_fields = {message_field, Field{"channel", text, text_id},
                                        Field{"position", value}, Field{"receivers", extra}};
constexpr std::array hop_fields = {message_field,        what_field,       Field{"from", other, entity_id},
                                   socket_field,         connection_field, departed_field,
                                   Field{"bytes", value}};
constexpr std::array lost_fields = {
    message_field,    what_field,     Field{"to", other, entity_id},          socket_field,
    connection_field, departed_field, Field{"cause", code, name, cause_names}};
constexpr std::array held_fields = {message_field, what_field,       Field{"to", other, entity_id},
                                    socket_field,  connection_field, departed_field};
constexpr std::array deliver_fields = {message_field, socket_field, room_field, payload_field,
                                       Field{"owed", how, name, owed_names}};
constexpr std::array ack_fields = {message_field, socket_field};
constexpr std::array drop_fields = {message_field, socket_field, Field{"why", how, name, drop_names}};
constexpr std::array store_fields = {Field{"key", subject, text_id}, Field{"what", text, text_id},
                                     connection_field};
constexpr std::array buffer_fields = {Field{"what", text, text_id}, Field{"entity", other, entity_id},
                                      connection_field, Field{"depth", value}, Field{"limit", extra}};
constexpr std::array sample_fields = {Field{"figure", subject, text_id},
                                      Field{.name = "number", .slot = value, .zero_is_news = true}};
constexpr std::array predict_fields = {Field{"metric", subject, text_id}, Field{"formula", text, text_id},
                                       Field{"kind_of", how, name, predict_names},
                                       Field{"thousandths", value}, Field{"high_thousandths", extra}};
// `text` is the whole sentence; `say` names what kind of sentence it is, and the others what it speaks of.
constexpr std::array say_fields = {Field{"say", subject, text_id}, Field{"text", text, text_id},
                                   Field{"about", other, entity_id}, Field{"with", extra, entity_id},
                                   Field{"number", value}};
constexpr std::array mark_fields = {Field{"mark", subject, text_id}, Field{"text", text, text_id}};
constexpr std::array verdict_fields = {
    Field{"property", subject, text_id}, Field{"verdict", how, name, verdict_names},
    Field{"text", text, text_id},        Field{"witness", value, from_one},
    Field{"witness_2", extra, from_one}, Field{"witness_3", more, from_one}};
constexpr std::array run_end_fields = {Field{"reason", text, text_id}, Field{"hash", value, hash},
                                       Field{"records", extra}};
// Further peers that were passed over, rooms of a message, places of a witness.
constexpr std::array text_fields = {Field{"subject", subject, text_id}, Field{"note", how, name, note_names},
                                    Field{"text", text, text_id},       connection_field,
                                    Field{"witness", value, from_one},  Field{"witness_2", extra, from_one},
                                    Field{"witness_3", more, from_one}};

constexpr std::array all_slots = {Field{"+how", how},
                                  Field{"+code", code},
                                  Field{"+message", message},
                                  Field{"+connection", connection},
                                  Field{"+other", other, entity_id},
                                  Field{"+subject", subject, text_id},
                                  Field{"+text", text, text_id},
                                  Field{"+value", value},
                                  Field{"+extra", extra},
                                  Field{"+more", more}};

template <std::size_t n>
std::string_view name_in(const std::array<Words, n>& names, std::size_t index) {
  return index < n ? names[index] : Words("?");
}

}  // namespace

std::string_view name_of(RecordKind kind) {
  return name_in(kind_names, static_cast<std::size_t>(kind));
}
std::string_view name_of(Cause cause) {
  return name_in(cause_names, static_cast<std::size_t>(cause));
}
std::string_view name_of(What what) {
  return name_in(what_names, static_cast<std::size_t>(what));
}

std::optional<RecordKind> record_kind_named(std::string_view name) {
  const auto found = std::find(kind_names.begin(), kind_names.end(), name);
  if (found == kind_names.end()) return std::nullopt;
  return static_cast<RecordKind>(found - kind_names.begin());
}

std::span<const Field> plain_fields() {
  return all_slots;
}

std::span<const Field> fields_of(RecordKind kind) {
  switch (kind) {
    case RecordKind::run_begin:
      return run_begin_fields;
    case RecordKind::entity:
      return entity_fields;
    case RecordKind::step:
      return step_fields;
    case RecordKind::up:
    case RecordKind::down:
      return life_fields;
    case RecordKind::link:
      return link_fields;
    case RecordKind::config:
      return config_fields;
    case RecordKind::open:
    case RecordKind::refused:
    case RecordKind::end:
      return wire_fields;
    case RecordKind::route:
      return route_fields;
    case RecordKind::peer:
      return peer_fields;
    case RecordKind::answer:
      return answer_fields;
    case RecordKind::request:
      return request_fields;
    case RecordKind::session:
      return session_fields;
    case RecordKind::socket:
      return socket_fields;
    case RecordKind::join:
    case RecordKind::leave:
      return member_fields;
    case RecordKind::client:
      return client_fields;
    case RecordKind::send:
      return send_fields;
    case RecordKind::accept:
      return accept_fields;
    case RecordKind::publish:
      return publish_fields;
    case RecordKind::position:
      return position_fields;
    case RecordKind::hop:
      return hop_fields;
    case RecordKind::lost:
      return lost_fields;
    case RecordKind::held:
      return held_fields;
    case RecordKind::deliver:
    case RecordKind::handed:
      return deliver_fields;
    case RecordKind::ack:
    case RecordKind::effect:
      return ack_fields;
    case RecordKind::drop:
      return drop_fields;
    case RecordKind::store:
      return store_fields;
    case RecordKind::buffer:
      return buffer_fields;
    case RecordKind::sample:
      return sample_fields;
    case RecordKind::predict:
      return predict_fields;
    case RecordKind::say:
      return say_fields;
    case RecordKind::mark:
      return mark_fields;
    case RecordKind::verdict:
      return verdict_fields;
    case RecordKind::run_end:
      return run_end_fields;
    case RecordKind::text:
      return text_fields;
  }
  return {};
}

std::uint64_t get(const Record& record, Slot slot) {
  switch (slot) {
    case Slot::by:
      return record.by.value;
    case Slot::how:
      return record.how;
    case Slot::code:
      return record.code;
    case Slot::message:
      return record.message.value;
    case Slot::connection:
      return record.connection;
    case Slot::other:
      return record.other.value;
    case Slot::subject:
      return record.subject.value;
    case Slot::text:
      return record.text.value;
    case Slot::value:
      return record.value;
    case Slot::extra:
      return record.extra;
    case Slot::more:
      return record.more;
  }
  return 0;
}

bool set(Record& record, Slot slot, std::uint64_t number) {
  const auto put = [number]<class Number>(Number& place) {
    place = static_cast<Number>(number);
    return place == number;
  };
  switch (slot) {
    case Slot::by:
      return put(record.by.value);
    case Slot::how:
      return put(record.how);
    case Slot::code:
      return put(record.code);
    case Slot::message:
      return put(record.message.value);
    case Slot::connection:
      return put(record.connection);
    case Slot::other:
      return put(record.other.value);
    case Slot::subject:
      return put(record.subject.value);
    case Slot::text:
      return put(record.text.value);
    case Slot::value:
      return put(record.value);
    case Slot::extra:
      return put(record.extra);
    case Slot::more:
      return put(record.more);
  }
  return false;
}

}  // namespace roundhouse
