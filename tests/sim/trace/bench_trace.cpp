// What a record costs: ns for each Trace::write on the way of room messages, and ns for each look-up of a text. CPU time.
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include <roundhouse/state.h>
#include <roundhouse/trace.h>
#include "sim/trace/record_hash.h"

using namespace roundhouse;

namespace {

double cpu_ns() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

struct Member {
  EntityId client;
  TextId sid;
};

Record make(RecordKind kind, EntityId by, std::int64_t at) {
  Record record;
  record.at = {at};
  record.by = by;
  record.kind = kind;
  return record;
}

// `rooms` rooms of `size` members on two apps, `messages` room messages, each with its hops.
void room_messages(std::uint32_t rooms, std::uint32_t size, std::uint32_t messages, std::uint32_t in_flight,
                   bool keep) {
  Trace trace;
  trace.keep_records(keep);
  const EntityId apps[2] = {trace.add_entity(EntityKind::app, "app-1", {}, "", {}),
                            trace.add_entity(EntityKind::app, "app-2", {}, "", {})};
  const EntityId proxy = trace.add_entity(EntityKind::proxy, "proxy", {}, "", {});
  std::vector<std::vector<Member>> members(rooms);
  std::vector<TextId> names;
  const TextId name_space = trace.text("/");
  for (std::uint32_t r = 0; r < rooms; ++r) names.push_back(trace.text("room-" + std::to_string(r)));
  for (std::uint32_t i = 0; i < rooms * size; ++i) {
    const std::uint32_t room = i % rooms;
    const EntityId client = trace.add_entity(EntityKind::client, "client-" + std::to_string(i), {}, "", {});
    const TextId sid = trace.text("sid-of-socket-" + std::to_string(i));
    const EntityId app = apps[i / rooms % 2];
    Record record = make(RecordKind::socket, app, 0);
    record.how = static_cast<std::uint8_t>(SocketPhase::connected);
    record.subject = sid;
    record.text = name_space;
    trace.write(record);
    record = make(RecordKind::client, client, 0);
    record.how = static_cast<std::uint8_t>(ClientPhase::open);
    record.subject = sid;
    trace.write(record);
    for (const MemberPhase phase : {MemberPhase::asked, MemberPhase::done}) {
      record = make(RecordKind::join, client, 0);
      record.how = static_cast<std::uint8_t>(phase);
      record.subject = sid;
      record.text = names[room];
      trace.write(record);
    }
    members[room].push_back({client, sid});
  }

  std::vector<std::pair<MessageId, std::uint32_t>> flying;
  const std::uint64_t records_before = trace.record_count();
  const double begin = cpu_ns();
  std::int64_t at = 0;
  for (std::uint32_t m = 0; m < messages; ++m) {
    const std::uint32_t room = m * 7919 % rooms;
    const Member& sender = members[room][m % size];
    Record record = make(RecordKind::send, sender.client, ++at);
    const MessageId id = trace.new_message();
    record.message = id;
    record.subject = sender.sid;
    record.text = names[room];
    trace.write(record);
    record.kind = RecordKind::accept;
    record.by = apps[0];
    trace.write(record);
    flying.push_back({id, room});
    if (flying.size() < in_flight) continue;
    for (const auto& [message, its_room] : flying) {
      for (std::uint32_t k = 0; k < size; ++k) {
        const Member& member = members[its_room][(k * 3 + message.value) % size];
        record = make(RecordKind::hop, proxy, ++at);
        record.message = message;
        record.subject = member.sid;
        record.other = apps[0];
        record.how = static_cast<std::uint8_t>(What::deliver);
        trace.write(record);
        record.by = member.client;
        trace.write(record);
        record.kind = RecordKind::deliver;
        record.how = 0;
        trace.write(record);
      }
    }
    flying.clear();
  }
  const double spent = cpu_ns() - begin;
  const auto written = static_cast<double>(trace.record_count() - records_before);
  const auto deliveries = static_cast<double>(trace.state().counts().deliveries);
  std::printf(
      "%6u rooms of %4u, %5u in flight%s: %5.1f ns a record, %6.1f ns a delivery (%.0f deliveries, hash "
      "%016llx)\n",
      rooms, size, in_flight, keep ? ", kept" : "", spent / written, spent / deliveries, deliveries,
      static_cast<unsigned long long>(trace.hash()));
}

void hashing() {
  RecordHash hash;
  Record record = make(RecordKind::hop, {1}, 0);
  constexpr int count = 20'000'000;
  const double begin = cpu_ns();
  for (int i = 0; i < count; ++i) {
    record.at.ns = i;
    hash.add(record);
  }
  const double spent = cpu_ns() - begin;
  std::printf("hashing: %.1f ns a record (%016llx)\n", spent / count,
              static_cast<unsigned long long>(hash.value(0)));
}

void look_ups() {
  Trace trace;
  std::vector<std::string> texts;
  for (int i = 0; i < 10'000; ++i) texts.push_back("Zx9-" + std::to_string(i * 7919) + "AAAB");
  for (const std::string& text : texts) trace.text(text);
  std::uint64_t sum = 0;
  constexpr int rounds = 500;
  const double begin = cpu_ns();
  for (int round = 0; round < rounds; ++round) {
    for (const std::string& text : texts) sum += trace.text(text).value;
  }
  const double spent = cpu_ns() - begin;
  std::printf("text look-up among %zu: %.1f ns (%llu)\n", texts.size(),
              spent / rounds / static_cast<double>(texts.size()), static_cast<unsigned long long>(sum));
}

}  // namespace

int main() {
  hashing();
  look_ups();
  room_messages(10, 10, 200'000, 1, false);
  room_messages(1000, 10, 200'000, 1, false);
  room_messages(1000, 10, 200'000, 100, false);
  room_messages(1000, 10, 200'000, 5000, false);
  room_messages(10, 1000, 5'000, 10, false);
  room_messages(1000, 10, 200'000, 100, true);
}
