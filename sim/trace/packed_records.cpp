// See packed_records.h.
#include "sim/trace/packed_records.h"

#include <limits>

namespace roundhouse {

namespace {

// Small differences of either sign become small numbers.
constexpr std::uint64_t zigzag(std::uint64_t difference) {
  return difference << 1 ^ (0 - (difference >> 63));
}
constexpr std::uint64_t unzigzag(std::uint64_t number) {
  return number >> 1 ^ (0 - (number & 1));
}

char* put_varint(char* at, std::uint64_t number) {
  while (number >= 0x80) {
    *at++ = static_cast<char>(number | 0x80);
    number >>= 7;
  }
  *at++ = static_cast<char>(number);
  return at;
}

// Calls visit(field, record's member, past's member) for each packed field, in the order of the mask.
template <class AnyRecord, class Visit>
inline void for_fields(AnyRecord& record, Record& past, Visit visit) {
  visit(PackedField::message, record.message.value, past.message.value);
  visit(PackedField::connection, record.connection, past.connection);
  visit(PackedField::by, record.by.value, past.by.value);
  visit(PackedField::other, record.other.value, past.other.value);
  visit(PackedField::subject, record.subject.value, past.subject.value);
  visit(PackedField::value, record.value, past.value);
  visit(PackedField::extra, record.extra, past.extra);
  visit(PackedField::text, record.text.value, past.text.value);
  visit(PackedField::how, record.how, past.how);
  visit(PackedField::code, record.code, past.code);
  visit(PackedField::more, record.more, past.more);
}

constexpr std::uint32_t bit(PackedField field) {
  return 1u << static_cast<unsigned>(field);
}

}  // namespace

void append_varint(std::string& out, std::uint64_t number) {
  char bytes[10];
  out.append(bytes, static_cast<std::size_t>(put_varint(bytes, number) - bytes));
}

bool take_varint(std::string_view& bytes, std::uint64_t& number) {
  number = 0;
  for (std::size_t i = 0; i < 10 && i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (i == 9 && byte > 1) return false;
    number |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      bytes.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

void append_packed(std::string& out, const Record& record, PackedPast& past) {
  Record& last = past.last_of(record.kind);
  std::uint32_t mask = 0;
  for_fields(record, last, [&mask](PackedField field, const auto& now, const auto& before) {
    mask |= now != before ? bit(field) : 0;
  });
  char bytes[packed_record_bytes_max];
  char* at = bytes;
  *at++ = static_cast<char>(record.kind);
  at = put_varint(at, mask);
  at = put_varint(at,
                  zigzag(static_cast<std::uint64_t>(record.at.ns) - static_cast<std::uint64_t>(past.at.ns)));
  for_fields(record, last, [&at](PackedField, const auto& now, const auto& before) {
    if (now != before) at = put_varint(at, zigzag(std::uint64_t{now} - std::uint64_t{before}));
  });
  out.append(bytes, static_cast<std::size_t>(at - bytes));
  last = record;
  past.at = record.at;
}

bool take_packed(std::string_view& bytes, Record& record, PackedPast& past) {
  if (bytes.empty() || static_cast<unsigned char>(bytes[0]) > static_cast<unsigned char>(RecordKind::text))
    return false;
  const auto kind = static_cast<RecordKind>(bytes[0]);
  bytes.remove_prefix(1);
  std::uint64_t mask = 0;
  std::uint64_t number = 0;
  if (!take_varint(bytes, mask) || mask >> packed_fields != 0 || !take_varint(bytes, number)) return false;
  Record& last = past.last_of(kind);
  record = last;
  record.kind = kind;
  record.at.ns = static_cast<std::int64_t>(static_cast<std::uint64_t>(past.at.ns) + unzigzag(number));
  bool good = true;
  for_fields(record, last, [&]<class Number>(PackedField field, Number& now, const Number& before) {
    if ((mask & bit(field)) == 0 || !good) return;
    good = take_varint(bytes, number);
    const std::uint64_t sum = std::uint64_t{before} + unzigzag(number);
    good = good && sum <= std::numeric_limits<Number>::max();
    now = static_cast<Number>(sum);
  });
  last = record;
  past.at = record.at;
  return good;
}

}  // namespace roundhouse
