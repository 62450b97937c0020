// See json_lines.h: the way in.
#include <charconv>
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

const Member* find(const std::vector<Member>& members, std::string_view key) {
  for (const Member& member : members) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

/// Reads one line after another into a recording.
class LineReader {
 public:
  explicit LineReader(Recording& recording) : recording_(recording) {}
  Mistake read_line(std::string_view line);

 private:
  Mistake read_new_texts(std::string_view literal);
  Mistake read_record();
  Mistake read_member(const Member& member, Record& record);
  Mistake read_value(const Field& field, std::string_view literal, Record& record);
  const Member* find(std::string_view key) const { return roundhouse::find(members_, key); }

  Recording& recording_;
  std::vector<Member> members_;
};

Mistake LineReader::read_line(std::string_view line) {
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

Mistake LineReader::read_new_texts(std::string_view literal) {
  if (!literal.starts_with('[')) return "\"new\" must be a list of texts";
  json_text::Elements elements(literal);
  while (const auto element = elements.next()) {
    if (!is_string(*element)) return "\"new\" must be a list of texts";
    recording_.add_text(read_byte_text(*element));
  }
  return {};
}

Mistake LineReader::read_record() {
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
  if (record.kind == RecordKind::entity && !record.other) {
    record.other = {static_cast<std::uint32_t>(recording_.entities().size() + 1)};
  }
  if (std::string problem = recording_.problem(record); !problem.empty()) return problem;
  recording_.append(record);
  return {};
}

Mistake LineReader::read_member(const Member& member, Record& record) {
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

Mistake LineReader::read_value(const Field& field, std::string_view literal, Record& record) {
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
      number = recording_.add_text(text).value;
      break;
    case FieldType::entity_id: {
      const EntityId id = recording_.entity_named(text);
      if (!id) return quoted + ": no entity is named \"" + text + "\" so far";
      number = id.value;
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

}  // namespace

Result<std::size_t> JsonLinesReader::read(std::string_view text, Recording& into) {
  std::string joined;
  if (!rest_.empty()) {
    joined = std::move(rest_);
    joined.append(text);
    text = joined;
  }
  const std::size_t before = into.records().size();
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    if (auto read = read_line(text.substr(0, end), into); !read) return read.error();
    text.remove_prefix(end + 1);
  }
  rest_ = text;
  return into.records().size() - before;
}

Result<void> JsonLinesReader::finish(Recording& into) {
  const std::string last = std::move(rest_);
  rest_.clear();
  return read_line(last, into);
}

Result<void> JsonLinesReader::read_line(std::string_view line, Recording& into) {
  ++line_number_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) return {};
  if (const Mistake mistake = LineReader(into).read_line(line)) {
    return Error(file_ + ":" + std::to_string(line_number_), *mistake);
  }
  return {};
}

Result<Recording> parse_json_lines(std::string_view text, const std::string& file) {
  Recording recording;
  JsonLinesReader reader(file);
  if (auto read = reader.read(text, recording); !read) return read.error();
  if (auto finished = reader.finish(recording); !finished) return finished.error();
  return recording;
}

}  // namespace roundhouse
