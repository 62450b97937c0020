// See rht_writer.h.
#include "sim/trace/rht_writer.h"

#include <cerrno>
#include <cstring>

namespace roundhouse {

namespace {

// A block with so many bytes of new texts is written without waiting for the rest of them. Only a file made from another one comes to that.
constexpr std::size_t text_bytes = 4 * 1024 * 1024;

}  // namespace

Result<std::unique_ptr<RhtFile>> RhtFile::create(const std::string& path, const Names& names) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return Error(path, std::string("cannot write the trace: ") + std::strerror(errno));
  return std::unique_ptr<RhtFile>(new RhtFile(file, path, names));
}

RhtFile::RhtFile(std::FILE* file, std::string path, const Names& names)
    : file_(file), path_(std::move(path)), names_(names) {
  std::setvbuf(file_, nullptr, _IONBF, 0);  // each block is written in one piece, and at once
  packed_.reserve(rht_block_bytes + packed_record_bytes_max);
  write(rht_header());
}

RhtFile::~RhtFile() {
  close();
}

void RhtFile::on_record(const Record& record) {
  if (file_ == nullptr) return;
  if (records_in_block_ == 0) {
    block_began_ = record.at;
  } else if (record.at >= block_began_ + rht_block_span) {
    write_records();
    block_began_ = record.at;
  }
  append_packed(packed_, record, past_);
  hash_.add(record);
  ++records_in_block_;
  if (packed_.size() >= rht_block_bytes) write_records();
}

void RhtFile::flush() {
  if (file_ != nullptr && records_in_block_ != 0) write_records();
}

// Texts come before the records that name them; some may be newer than these records, which does no harm.
void RhtFile::write_records() {
  do {
    const std::uint32_t first = texts_written_;
    std::string texts;
    while (texts_written_ < names_.text_count() && texts.size() < text_bytes) {
      const std::string_view text = names_.of(TextId{texts_written_++});
      append_varint(texts, text.size());
      texts += text;
    }
    const bool last = texts_written_ == names_.text_count();
    payload_.clear();
    append_varint(payload_, texts_written_ - first);
    payload_ += texts;
    append_varint(payload_, last ? records_in_block_ : 0);
    if (last) payload_ += packed_;
    write_block(RhtBlockKind::records, payload_);
  } while (texts_written_ < names_.text_count());
  packed_.clear();
  past_.clear();
  records_in_block_ = 0;
}

void RhtFile::write_block(RhtBlockKind kind, std::string_view payload) {
  if (payload.size() > rht_payload_bytes_max)
    failed_ = true;  // one text of that size; nothing that a party writes
  if (failed_) return;
  block_.clear();
  append_rht_block(block_, kind, blocks_++, payload);
  write(block_);
}

// After a failure nothing more is written: blocks behind a torn one could not be read.
void RhtFile::write(std::string_view bytes) {
  if (!failed_ && std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) failed_ = true;
}

std::optional<Error> RhtFile::close() {
  if (file_ == nullptr) return std::nullopt;
  if (records_in_block_ != 0 || texts_written_ != names_.text_count()) write_records();
  payload_.clear();
  append_little_endian(payload_, hash_.value(names_.text_hash()), 8);
  append_little_endian(payload_, hash_.count(), 8);
  append_little_endian(payload_, texts_written_, 8);
  write_block(RhtBlockKind::end, payload_);
  if (std::fclose(file_) != 0) failed_ = true;
  file_ = nullptr;
  if (failed_) return Error(path_, "the trace could not be written to its end: is the disk full?");
  return std::nullopt;
}

}  // namespace roundhouse
