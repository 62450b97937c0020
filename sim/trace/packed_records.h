// Records as few bytes, and back: each says what changed since the last record of its kind.
//
//   kind             1 byte
//   mask             varint; a bit for each field that differs, in the order of PackedField
//   at               varint, zigzag: the difference from the record before, of whatever kind
//   the fields       varint, zigzag: the difference from the last record of this kind, in the order of the mask
//
// Differences wrap at 64 bits, so that any record can be written. The first record of a kind differs from one that is all zeros.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <roundhouse/record.h>
#include <roundhouse/state.h>

namespace roundhouse {

/// The fields that change most come first: the mask of a usual record is one byte.
enum class PackedField : std::uint8_t {
  message,
  connection,
  by,
  other,
  subject,
  value,
  extra,
  text,
  how,
  code,
  more
};
inline constexpr unsigned packed_fields = static_cast<unsigned>(PackedField::more) + 1;
/// No record takes more.
inline constexpr std::size_t packed_record_bytes_max = 1 + 2 + (packed_fields + 1) * 10;

/// What a packer and its unpacker both remember: the last record of each kind, and the last time.
class PackedPast {
 public:
  void clear() { *this = {}; }
  Record& last_of(RecordKind kind) { return last_[static_cast<std::size_t>(kind)]; }
  Instant at;

 private:
  std::array<Record, record_kinds> last_{};
};

void append_varint(std::string& out, std::uint64_t number);
/// Takes a number off the front; false where the bytes end too soon or are no number of 64 bits.
bool take_varint(std::string_view& bytes, std::uint64_t& number);

void append_packed(std::string& out, const Record& record, PackedPast& past);
/// Takes a record off the front; false where the bytes are none.
bool take_packed(std::string_view& bytes, Record& record, PackedPast& past);

}  // namespace roundhouse
