// What a record costs: ns for each Trace::write on the way of room messages, for each look-up of a text, and for each record written to a
// file and read again; what a recording weighs, and how long it takes to find a moment in it. CPU time. The exit status is 1 where a budget is
// missed by far.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include <roundhouse/recording.h>
#include <roundhouse/state.h>
#include <roundhouse/trace.h>
#include "sim/trace/json_lines.h"
#include "sim/trace/record_hash.h"
#include "sim/trace/rht_writer.h"

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

struct Spent {
  double cpu_ns = 0;
  double records = 0;
};

// `rooms` rooms of `size` members on two apps, `messages` room messages, each with its hops: what these took.
Spent write_room_messages(Trace& trace, std::uint32_t rooms, std::uint32_t size, std::uint32_t messages,
                          std::uint32_t in_flight) {
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
        record = make(RecordKind::hop, proxy, at += 1000);
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
  return {cpu_ns() - begin, static_cast<double>(trace.record_count() - records_before)};
}

void room_messages(std::uint32_t rooms, std::uint32_t size, std::uint32_t messages, std::uint32_t in_flight,
                   bool keep) {
  Trace trace;
  trace.keep_records(keep);
  const Spent spent = write_room_messages(trace, rooms, size, messages, in_flight);
  const auto deliveries = static_cast<double>(trace.state().counts().deliveries);
  std::printf(
      "%6u rooms of %4u, %5u in flight%s: %5.1f ns a record, %6.1f ns a delivery (%.0f deliveries, hash "
      "%016llx)\n",
      rooms, size, in_flight, keep ? ", kept" : "", spent.cpu_ns / spent.records, spent.cpu_ns / deliveries,
      deliveries, static_cast<unsigned long long>(trace.hash()));
}

bool missed = false;

// A shared machine may be slow, but not four times slower than the budget; a program that is not optimised may be.
void budget(const char* what, double figure, double limit) {
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
  constexpr double generous = 4;
#else
  constexpr double generous = 40;
#endif
  if (figure <= limit * generous) return;
  std::printf("FAILED: %s: %.1f, and the budget is %.1f\n", what, figure, limit);
  missed = true;
}

double file_bytes(const char* path) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return 0;
  std::fseek(file, 0, SEEK_END);
  const auto bytes = static_cast<double>(std::ftell(file));
  std::fclose(file);
  return bytes;
}

template <class File>
double write_ns(const char* path, const Trace& trace) {
  const double begin = cpu_ns();
  auto file = File::create(path, trace).value();
  for (const Record& record : trace.records()) file->on_record(record);
  file->close();
  return cpu_ns() - begin;
}

// A million records: to files and back, and to moments all over them.
void recording(std::uint32_t rooms, std::uint32_t size) {
  Trace trace;
  trace.keep_records(true);
  const std::uint32_t records_a_message = 2 + 3 * size;
  write_room_messages(trace, rooms, size, 1'000'000 / records_a_message, 100);
  const auto records = static_cast<double>(trace.record_count());
  const char* rht = "bench_trace.rht";
  const char* json = "bench_trace.jsonl";
  const double rht_ns = write_ns<RhtFile>(rht, trace) / records;
  const double json_ns = write_ns<JsonLinesFile>(json, trace) / records;
  std::printf(
      "%.0f records, rooms of %u: .rht %.1f ns and %.1f bytes a record; JSON Lines %.1f ns and %.1f bytes\n",
      records, size, rht_ns, file_bytes(rht) / records, json_ns, file_bytes(json) / records);
  budget("ns for each recorded record", rht_ns, 100);
  budget("bytes for each recorded record", file_bytes(rht) / records, 64);

  for (const char* path : {rht, json}) {
    const double begin = cpu_ns();
    const auto read = read_recording(path);
    const double spent = cpu_ns() - begin;
    if (read.has_error() || read->hash() != trace.hash()) {
      std::printf("FAILED: %s does not come back as it was\n", path);
      missed = true;
      continue;
    }
    std::printf("  %s: opened in %.0f ms, %zu keyframes\n", path, spent / 1e6, read->keyframes().size());
    if (path == json) continue;
    double worst = 0;
    double sum = 0;
    constexpr std::size_t seeks = 200;
    for (std::size_t i = 0; i < seeks; ++i) {
      const double from = cpu_ns();
      const std::size_t count = i * 7919 % seeks * read->records().size() / seeks;
      const State state = read->state_after(read->records_until(read->records()[count].at));
      const double one = cpu_ns() - from;
      sum += one;
      worst = one > worst ? one : worst;
    }
    std::printf("  a seek: %.1f ms, the worst of %zu %.1f ms\n", sum / seeks / 1e6, seeks, worst / 1e6);
    budget("ms for a seek", worst / 1e6, 100);
  }
  std::remove(rht);
  std::remove(json);
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

// `--short`: recording only.
int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--short") == 0) {
    recording(1000, 10);
    return missed ? 1 : 0;
  }
  hashing();
  look_ups();
  room_messages(10, 10, 200'000, 1, false);
  room_messages(1000, 10, 200'000, 1, false);
  room_messages(1000, 10, 200'000, 100, false);
  room_messages(1000, 10, 200'000, 5000, false);
  room_messages(10, 1000, 5'000, 10, false);
  room_messages(1000, 10, 200'000, 100, true);
  recording(10, 10);
  recording(1000, 10);
  recording(10, 1000);
  return missed ? 1 : 0;
}
