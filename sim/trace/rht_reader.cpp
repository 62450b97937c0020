// See rht_reader.h.
#include "sim/trace/rht_reader.h"

#include "core/base/payload_hash.h"
#include "sim/trace/packed_records.h"
#include "sim/trace/rht_format.h"

namespace roundhouse {

Result<std::size_t> RhtReader::stop(std::string words) {
  broken_ = std::move(words);
  rest_.clear();
  return Error(file_, broken_);
}

Result<std::size_t> RhtReader::read(std::string_view bytes, Recording& into) {
  if (!broken_.empty()) return Error(file_, broken_);
  rest_ += bytes;
  std::string_view left = rest_;
  const std::size_t before = into.records().size();
  if (offset_ == 0) {
    if (std::string mistake = read_header(left); !mistake.empty()) return stop(std::move(mistake));
    if (left.size() < rht_header_bytes) return std::size_t{0};
    left.remove_prefix(rht_header_bytes);
    offset_ = rht_header_bytes;
  }
  while (left.size() >= rht_block_head_bytes) {
    const auto place = [this] {
      return "block " + std::to_string(blocks_ + 1) + " at byte " + std::to_string(offset_);
    };
    RhtBlockHead head;
    if (!read_rht_block_head(left, blocks_, head))
      return stop(place() + " is damaged: the check of its head fails");
    if (left.size() - rht_block_head_bytes < head.length) break;
    const std::string_view payload = left.substr(rht_block_head_bytes, head.length);
    if (payload_hash(payload) != head.check)
      return stop(place() + " is damaged: its checksum does not match");
    if (const std::string mistake = read_block(head.kind, payload, into); !mistake.empty()) {
      return stop(place() + " does not read: " + mistake);
    }
    left.remove_prefix(rht_block_head_bytes + head.length);
    offset_ += rht_block_head_bytes + head.length;
    ++blocks_;
  }
  rest_.erase(0, rest_.size() - left.size());
  return into.records().size() - before;
}

std::string RhtReader::read_header(std::string_view bytes) const {
  const std::string_view magic = bytes.substr(0, rht_magic.size());
  if (magic != rht_magic.substr(0, magic.size())) return "this is no .rht recording";
  if (bytes.size() < rht_header_bytes) return {};
  const std::uint64_t version = read_little_endian(bytes.substr(rht_magic.size(), 4));
  if (version > rht_version) {
    return "written by a newer version of Roundhouse: the file's format is " + std::to_string(version) +
           ", and this program reads formats up to " + std::to_string(rht_version);
  }
  if (version == 0) return "the header is damaged: there is no format 0";
  return {};
}

std::string RhtReader::read_block(std::uint16_t kind, std::string_view payload, Recording& into) {
  switch (static_cast<RhtBlockKind>(kind)) {
    case RhtBlockKind::records:
      return ended_ ? "records behind the end of the run" : read_records(payload, into);
    case RhtBlockKind::end:
      return read_end(payload, into);
  }
  return {};
}

std::string RhtReader::read_records(std::string_view payload, Recording& into) {
  std::uint64_t texts = 0;
  if (!take_varint(payload, texts)) return "no number of texts";
  for (std::uint64_t i = 0; i < texts; ++i) {
    std::uint64_t length = 0;
    if (!take_varint(payload, length) || length > payload.size()) return "a text is cut off";
    const std::size_t next = into.text_count();
    if (into.add_text(payload.substr(0, length)).value != next) return "a text stands here a second time";
    payload.remove_prefix(length);
  }
  std::uint64_t records = 0;
  if (!take_varint(payload, records)) return "no number of records";
  PackedPast past;
  Record record;
  for (std::uint64_t i = 0; i < records; ++i) {
    const auto which = [i] { return "record " + std::to_string(i + 1) + ": "; };
    if (!take_packed(payload, record, past)) return which() + "its bytes are no record";
    if (const std::string problem = into.problem(record); !problem.empty()) return which() + problem;
    into.append(record);
  }
  if (!payload.empty()) return std::to_string(payload.size()) + " bytes behind the last record";
  return {};
}

std::string RhtReader::read_end(std::string_view payload, const Recording& recording) {
  if (ended_) return "the run ends a second time";
  if (payload.size() != 24) return "an end of the wrong length";
  const std::uint64_t hash = read_little_endian(payload.substr(0, 8));
  const std::uint64_t records = read_little_endian(payload.substr(8, 8));
  const std::uint64_t texts = read_little_endian(payload.substr(16, 8));
  if (records != recording.records().size() || texts != recording.text_count() || hash != recording.hash()) {
    return "the run ended with " + std::to_string(records) + " records and " + std::to_string(texts) +
           " texts, and these are " + std::to_string(recording.records().size()) + " and " +
           std::to_string(recording.text_count()) + ", or others";
  }
  ended_ = true;
  return {};
}

}  // namespace roundhouse
