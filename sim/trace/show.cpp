// See show.h.
#include "sim/trace/show.h"

#include <algorithm>
#include <array>
#include <vector>

namespace roundhouse {

namespace {

constexpr std::size_t time_width = 12;
constexpr std::size_t party_width = 12;
constexpr std::size_t kind_width = 9;

void pad(std::string& line, std::size_t width) {
  if (line.size() < width) line.append(width - line.size(), ' ');
}

bool is_text(const Field& field) {
  return field.type == FieldType::text_id;
}

bool names_text(const Record& record, TextId text) {
  if (!text) return false;
  for (const Field& field : fields_of(record.kind)) {
    if (is_text(field) && get(record, field.slot) == text.value) return true;
  }
  return false;
}

bool names_room(const Record& record, TextId room) {
  if (!room || record.text != room) return false;
  for (const Field& field : fields_of(record.kind)) {
    if (field.name == "room") return true;
  }
  return false;
}

// Sorted ids of the messages sent or accepted for the room.
std::vector<MessageId> messages_for(std::span<const Record> records, TextId room) {
  std::vector<MessageId> found;
  for (const Record& record : records) {
    const bool names = record.kind == RecordKind::send || record.kind == RecordKind::accept;
    if (names && room && record.text == room) found.push_back(record.message);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

std::string time_text(Instant at) {
  const bool negative = at.ns < 0;
  const std::uint64_t us =
      (negative ? 0 - static_cast<std::uint64_t>(at.ns) : static_cast<std::uint64_t>(at.ns)) / 1000;
  std::string text(negative ? "-" : "");
  text.append(std::to_string(us / 1000)).append(1, '.');
  for (const std::uint64_t digit : {us / 100 % 10, us / 10 % 10, us % 10})
    text += static_cast<char>('0' + digit);
  return text;
}

std::string field_text(const Field& field, const Record& record, const Names& names) {
  const std::uint64_t value = get(record, field.slot);
  const auto id = static_cast<std::uint32_t>(std::min<std::uint64_t>(value, UINT32_MAX));
  switch (field.type) {
    case FieldType::text_id:
      return value == 0 ? "nothing" : std::string(names.of(TextId{id}));
    case FieldType::entity_id:
      return value == 0 ? "nothing" : std::string(names.of(EntityId{id}));
    case FieldType::name:
      return value < field.names.size() ? std::string(field.names[value]) : std::to_string(value);
    case FieldType::span:
      return time_text({static_cast<std::int64_t>(value)}) + " ms";
    case FieldType::hash: {
      std::string hex;
      for (int shift = 60; shift >= 0; shift -= 4) hex += "0123456789abcdef"[value >> shift & 15];
      return hex;
    }
    case FieldType::from_one:
      return value == 0 ? "nothing" : std::to_string(value - 1);
    case FieldType::number:
      break;
  }
  return std::to_string(value);
}

namespace {

// ` (records 17, 40)`: their places, counted from 0.
std::string witness_text(const Record& record, const Names& names) {
  std::string text;
  for (const Field& field : fields_of(record.kind)) {
    if (!field.name.starts_with("witness") || get(record, field.slot) == 0) continue;
    text += (text.empty() ? " (records " : ", ") + field_text(field, record, names);
  }
  return text.empty() ? text : text + ")";
}

std::string verdict_sentence(const Record& record, const Names& names) {
  static constexpr std::array outcomes = {" was not judged", " holds", " is broken", " cannot be told"};
  std::string text(names.of(record.subject));
  text += outcomes[record.how < outcomes.size() ? record.how : 0];
  return text.append(": ").append(names.of(record.text)).append(witness_text(record, names));
}

}  // namespace

std::string line_of(const Record& record, const Names& names) {
  const std::string time = time_text(record.at);
  std::string line(time.size() < time_width ? time_width - time.size() : 0, ' ');
  line += time + " ms  ";
  const std::size_t party_at = line.size();
  line += names.of(record.by);
  pad(line, party_at + party_width);
  line += "  ";
  const std::size_t kind_at = line.size();
  line += name_of(record.kind);
  pad(line, kind_at + kind_width);
  if (record.kind == RecordKind::verdict) return line + "  " + verdict_sentence(record, names);
  const char* before = "  ";
  std::uint32_t named = 0;
  const auto append = [&](const Field& field) {
    if (get(record, field.slot) == 0 && !field.zero_counts()) return;
    line += before;
    line += field.name;
    line += ' ';
    line += field_text(field, record, names);
    before = ", ";
  };
  for (const Field& field : fields_of(record.kind)) {
    named |= 1u << static_cast<unsigned>(field.slot);
    append(field);
  }
  for (const Field& field : plain_fields()) {
    if ((named >> static_cast<unsigned>(field.slot) & 1) == 0) append(field);
  }
  return line;
}

std::string show(std::span<const Record> records, const Names& names, const ShowFilter& filter) {
  const EntityId party = names.entity(filter.party);
  const TextId room = names.text(filter.room);
  const TextId session = names.text(filter.session);
  const std::vector<MessageId> in_room =
      filter.room.empty() ? std::vector<MessageId>() : messages_for(records, room);
  std::string out;
  bool shown = false;
  for (const Record& record : records) {
    const auto passes = [&] {
      // A continuation goes with the record before it.
      if (record.kind == RecordKind::text) return shown;
      if (record.at < filter.from || record.at > filter.to) return false;
      if (filter.kind && record.kind != *filter.kind) return false;
      if (!filter.party.empty() && !(party && (record.by == party || record.other == party))) return false;
      if (!filter.session.empty() && !names_text(record, session)) return false;
      if (filter.message && record.message != filter.message) return false;
      if (filter.room.empty()) return true;
      return names_room(record, room) ||
             (record.message && std::binary_search(in_room.begin(), in_room.end(), record.message));
    };
    shown = passes();
    if (shown) out += line_of(record, names) + "\n";
  }
  return out;
}

}  // namespace roundhouse
