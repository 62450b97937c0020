// See json_lines.h: the way out.
#include <cerrno>
#include <charconv>
#include <cstring>

#include "sim/trace/byte_text.h"
#include "sim/trace/json_lines.h"
#include "sim/trace/record_fields.h"

namespace roundhouse {

namespace {

// The buffer goes to the file when it is larger than this.
constexpr std::size_t buffer_bytes = 256 * 1024;
// A list of new texts begins another line when it is longer than this.
constexpr std::size_t new_texts_bytes = 1024 * 1024;

template <class Number>
void append_number(std::string& out, Number number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
  out.append(digits, end);
}

void append_hash(std::string& out, std::uint64_t hash) {
  constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (int shift = 60; shift >= 0; shift -= 4) out += hex[hash >> shift & 15];
  out += '"';
}

void append_value(std::string& out, const Field& field, std::uint64_t value, const Names& names) {
  switch (field.type) {
    case FieldType::name:
      if (value >= field.names.size()) break;
      out += '"';
      out += field.names[value];
      out += '"';
      return;
    case FieldType::text_id:
      if (value > UINT32_MAX || !names.known(TextId{static_cast<std::uint32_t>(value)})) break;
      return append_byte_text(out, names.of(TextId{static_cast<std::uint32_t>(value)}));
    case FieldType::entity_id:
      if (value > UINT32_MAX || !names.known(EntityId{static_cast<std::uint32_t>(value)})) break;
      return append_byte_text(out, names.of(EntityId{static_cast<std::uint32_t>(value)}));
    case FieldType::hash:
      return append_hash(out, value);
    case FieldType::from_one:
      return append_number(out, value - 1);
    case FieldType::number:
    case FieldType::span:
      break;
  }
  append_number(out, value);
}

void append_field(std::string& out, const Field& field, std::uint64_t value, const Names& names) {
  out += ",\"";
  out += field.name;
  out += "\":";
  append_value(out, field, value, names);
}

void append_members(std::string& out, const Record& record, const Names& names) {
  out += "\"at\":";
  append_number(out, record.at.ns);
  out += ",\"kind\":\"";
  out += name_of(record.kind);
  out += '"';
  if (record.by) {
    append_field(out, {.name = "by", .slot = Slot::by, .type = FieldType::entity_id}, record.by.value, names);
  }
  std::uint32_t named = 0;
  for (const Field& field : fields_of(record.kind)) {
    named |= 1u << static_cast<unsigned>(field.slot);
    const std::uint64_t value = get(record, field.slot);
    if (value != 0 || field.zero_counts()) append_field(out, field, value, names);
  }
  for (const Field& field : plain_fields()) {
    if ((named >> static_cast<unsigned>(field.slot) & 1) != 0) continue;
    const std::uint64_t value = get(record, field.slot);
    if (value != 0) append_field(out, field, value, names);
  }
}

}  // namespace

void append_json(std::string& out, const Record& record, const Names& names) {
  out += '{';
  append_members(out, record, names);
  out += '}';
}

Result<std::unique_ptr<JsonLinesFile>> JsonLinesFile::create(const std::string& path, const Names& names) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return Error(path, std::string("cannot write the trace: ") + std::strerror(errno));
  return std::unique_ptr<JsonLinesFile>(new JsonLinesFile(file, path, names));
}

JsonLinesFile::JsonLinesFile(std::FILE* file, std::string path, const Names& names)
    : file_(file), path_(std::move(path)), names_(names) {
  std::setvbuf(file_, nullptr, _IONBF, 0);  // buffer_ is the buffer
  buffer_.append("{\"trace\":").append(std::to_string(json_lines_schema)).append("}\n");
  write_buffer();
}

JsonLinesFile::~JsonLinesFile() {
  close();
}

void JsonLinesFile::on_record(const Record& record) {
  if (file_ == nullptr) return;
  buffer_ += '{';
  if (append_new_texts()) buffer_ += ',';
  append_members(buffer_, record, names_);
  buffer_ += "}\n";
  if (buffer_.size() > buffer_bytes) write_buffer();
}

// Begins within an object. A long list is cut into lines of its own, so that no line outgrows what readers take.
bool JsonLinesFile::append_new_texts() {
  const std::uint32_t known = names_.text_count();
  if (texts_written_ == known) return false;
  std::size_t line_at = buffer_.size();
  buffer_ += "\"new\":";
  for (char before = '['; texts_written_ < known; ++texts_written_, before = ',') {
    if (buffer_.size() - line_at > new_texts_bytes) {
      buffer_ += "]}\n{\"new\":";
      line_at = buffer_.size();
      before = '[';
    }
    buffer_ += before;
    append_byte_text(buffer_, names_.of(TextId{texts_written_}));
  }
  buffer_ += ']';
  return true;
}

void JsonLinesFile::write_buffer() {
  if (!failed_ && std::fwrite(buffer_.data(), 1, buffer_.size(), file_) != buffer_.size()) failed_ = true;
  buffer_.clear();
}

void JsonLinesFile::flush() {
  if (file_ != nullptr && !buffer_.empty()) write_buffer();
}

std::optional<Error> JsonLinesFile::close() {
  if (file_ == nullptr) return std::nullopt;
  if (texts_written_ != names_.text_count()) {
    buffer_ += '{';
    append_new_texts();
    buffer_ += "}\n";
  }
  write_buffer();
  if (std::fclose(file_) != 0) failed_ = true;
  file_ = nullptr;
  if (failed_) return Error(path_, "the trace could not be written to its end: is the disk full?");
  return std::nullopt;
}

}  // namespace roundhouse
