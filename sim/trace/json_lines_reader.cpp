// See json_lines.h: the way in.
#include <charconv>
#include <cstdio>
#include <utility>
#include <vector>

#include "core/base/json_text.h"
#include "sim/trace/byte_text.h"
#include "sim/trace/json_lines.h"
#include "sim/trace/record_fields.h"

namespace roundhouse {

namespace {

// A line longer than this is not one of ours; the longest texts are headers and paths.
constexpr std::size_t line_bytes_max = 16 * 1024 * 1024;

struct Member {
  std::string key;
  std::string_view literal;
};

using Mistake = std::optional<std::string>;  // empty: none

bool is_string(std::string_view literal) {
  return literal.starts_with('"');
}

template <class Number>
bool read_number(std::string_view literal, Number& number) {
  const auto read = std::from_chars(literal.data(), literal.data() + literal.size(), number);
  return read.ec == std::errc() && read.ptr == literal.data() + literal.size();
}

// Finds the members of an object that fills the line.
Mistake split(std::string_view line, std::vector<Member>& members) {
  members.clear();
  if (line.size() > line_bytes_max) return "the line is too long";
  if (!line.starts_with('{') || !json_text::is_value(line)) return "this is not a JSON object";
  std::size_t at = json_text::skip_space(line, 1);
  while (line[at] != '}') {
    const std::size_t key_end = json_text::value_end(line, at);
    const std::string_view key = line.substr(at, key_end - at);
    at = json_text::skip_space(line, key_end);
    at = json_text::skip_space(line, at + 1);  // past the colon
    const std::size_t end = json_text::value_end(line, at);
    members.push_back({read_byte_text(key), line.substr(at, end - at)});
    at = json_text::skip_space(line, end);
    if (line[at] == ',') at = json_text::skip_space(line, at + 1);
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (members[k].key == members[i].key) return "\"" + members[i].key + "\" stands here twice";
    }
  }
  return {};
}

class Reader {
 public:
  Mistake read_line(std::string_view line);
  Recording take() { return std::move(recording_); }

 private:
  Mistake read_new_texts(std::string_view literal);
  Mistake read_record();
  Mistake read_member(const Member& member, Record& record);
  Mistake read_value(const Field& field, std::string_view literal, Record& record);
  Mistake add_entity(Record& record);
  const Member* find(std::string_view key) const;

  Recording recording_;
  std::vector<EntityId> entity_of_text_;  // by the text id of the name
  std::vector<Member> members_;
};

const Member* Reader::find(std::string_view key) const {
  for (const Member& member : members_) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

Mistake Reader::read_line(std::string_view line) {
  if (Mistake mistake = split(line, members_)) return mistake;
  if (const Member* schema = find("trace")) {
    int number = 0;
    if (!read_number(schema->literal, number) || number != json_lines_schema) {
      return "this trace has schema " + std::string(schema->literal) + "; this program reads schema " +
             std::to_string(json_lines_schema);
    }
    return {};
  }
  if (const Member* texts = find("new")) {
    if (Mistake mistake = read_new_texts(texts->literal)) return mistake;
    if (members_.size() == 1) return {};
  }
  return read_record();
}

Mistake Reader::read_new_texts(std::string_view literal) {
  if (!literal.starts_with('[')) return "\"new\" must be a list of texts";
  json_text::Elements elements(literal);
  while (const auto element = elements.next()) {
    if (!is_string(*element)) return "\"new\" must be a list of texts";
    recording_.texts.text(read_byte_text(*element));
  }
  return {};
}

Mistake Reader::read_record() {
  Record record;
  const Member* kind = find("kind");
  if (kind == nullptr || !is_string(kind->literal)) return "a record needs a \"kind\"";
  const std::string kind_name = read_byte_text(kind->literal);
  const auto known = record_kind_named(kind_name);
  if (!known) return "there is no kind \"" + kind_name + "\"";
  record.kind = *known;

  const Member* at = find("at");
  if (at == nullptr) return "a record needs an \"at\"";
  if (!read_number(at->literal, record.at.ns)) return "\"at\" must be a whole number of nanoseconds";
  for (const Member& member : members_) {
    if (member.key == "at" || member.key == "kind" || member.key == "new") continue;
    if (Mistake mistake = read_member(member, record)) return mistake;
  }
  if (record.kind == RecordKind::entity) {
    if (Mistake mistake = add_entity(record)) return mistake;
  }
  recording_.records.push_back(record);
  return {};
}

Mistake Reader::read_member(const Member& member, Record& record) {
  if (member.key == "by") {
    return read_value({.name = "by", .slot = Slot::by, .type = FieldType::entity_id}, member.literal, record);
  }
  for (const std::span<const Field> fields : {fields_of(record.kind), plain_fields()}) {
    for (const Field& field : fields) {
      if (field.name == member.key) return read_value(field, member.literal, record);
    }
  }
  return std::string(name_of(record.kind)) + " has no field \"" + member.key + "\"";
}

std::string list_of(std::span<const std::string_view> names) {
  std::string list;
  for (const std::string_view name : names) list += (list.empty() ? "" : ", ") + std::string(name);
  return list;
}

// Ids are numbered by the table: as numbers they are only read into slots that need not be ids.
bool holds_only_ids(Slot slot) {
  return slot == Slot::by || slot == Slot::other || slot == Slot::subject || slot == Slot::text;
}

Mistake Reader::read_value(const Field& field, std::string_view literal, Record& record) {
  std::string quoted(1, '"');
  quoted.append(field.name).append(1, '"');
  std::uint64_t number = 0;
  if (!is_string(literal)) {
    const bool id = field.type == FieldType::text_id || field.type == FieldType::entity_id;
    if (id && holds_only_ids(field.slot)) return quoted + " must be a text";
    if (field.type == FieldType::hash) return quoted + " must be a text of 16 hexadecimal digits";
    if (!read_number(literal, number)) return quoted + " must be a whole number from 0 to 2^64 - 1";
    if (field.type == FieldType::from_one && ++number == 0) return quoted + " is too large";
    if (!set(record, field.slot, number)) return quoted + " is too large";
    return {};
  }
  const std::string text = read_byte_text(literal);
  switch (field.type) {
    case FieldType::text_id:
      number = recording_.texts.text(text).value;
      break;
    case FieldType::entity_id: {
      const TextId name = recording_.texts.find(text);
      if (name.value >= entity_of_text_.size() || !entity_of_text_[name.value]) {
        return quoted + ": no entity is named \"" + text + "\" so far";
      }
      number = entity_of_text_[name.value].value;
      break;
    }
    case FieldType::name: {
      std::size_t index = 0;
      while (index < field.names.size() && field.names[index] != text) ++index;
      if (index == field.names.size()) return quoted + " must be one of " + list_of(field.names);
      number = index;
      break;
    }
    case FieldType::hash: {
      const auto read = std::from_chars(text.data(), text.data() + text.size(), number, 16);
      if (text.size() != 16 || read.ec != std::errc() || read.ptr != text.data() + text.size()) {
        return quoted + " must be a text of 16 hexadecimal digits";
      }
      break;
    }
    case FieldType::number:
    case FieldType::from_one:
    case FieldType::span:
      return quoted + " must be a whole number from 0 to 2^64 - 1";
  }
  if (!set(record, field.slot, number)) return quoted + " is too large";
  return {};
}

Mistake Reader::add_entity(Record& record) {
  const auto next = static_cast<std::uint32_t>(recording_.entities.size() + 1);
  if (!record.other) record.other = {next};
  if (record.other.value != next) {
    return "entities are numbered in order: this is number " + std::to_string(next);
  }
  if (!record.subject) return "an entity needs a \"name\"";
  const std::string name(recording_.texts.text_of(record.subject));
  if (record.subject.value >= entity_of_text_.size()) entity_of_text_.resize(record.subject.value + 1);
  if (entity_of_text_[record.subject.value]) return "there is an entity named \"" + name + "\" already";
  entity_of_text_[record.subject.value] = record.other;
  recording_.entities.push_back({record.other, static_cast<EntityKind>(record.how), record.by, name,
                                 std::string(recording_.texts.text_of(record.text))});
  return {};
}

}  // namespace

Result<Recording> parse_json_lines(std::string_view text, const std::string& file) {
  Reader reader;
  for (int line_number = 1; !text.empty(); ++line_number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (const Mistake mistake = reader.read_line(line)) {
      return Error(file + ":" + std::to_string(line_number), *mistake);
    }
  }
  return reader.take();
}

Result<Recording> read_json_lines(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (file == nullptr) return Error(path, "there is no such trace, or it cannot be read");
  std::string text;
  char piece[64 * 1024];
  while (const std::size_t got = std::fread(piece, 1, sizeof(piece), file.get())) text.append(piece, got);
  if (std::ferror(file.get()) != 0) return Error(path, "the trace cannot be read to its end");
  return parse_json_lines(text, path);
}

}  // namespace roundhouse
