// The one table of a record's fields: for each kind, what it calls the slots of Record, and as what they are to be read.
// The JSON Lines writer and reader, `show` and the first difference use it; a new field is a new row here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <roundhouse/record.h>

namespace roundhouse {

/// The parts of a Record that kinds give names to. `at` and `by` mean the same in all.
enum class Slot : std::uint8_t {
  by,
  how,
  code,
  message,
  connection,
  other,
  subject,
  text,
  value,
  extra,
  more
};

enum class FieldType : std::uint8_t {
  number,
  from_one,   ///< the slot holds the number plus one; 0: there is none
  span,       ///< nanoseconds; also a point in time
  hash,       ///< 64 bits, written as 16 hexadecimal digits
  text_id,    ///< a text's id
  entity_id,  ///< an entity's id
  name,       ///< an enumeration, written by name
};

struct Field {
  std::string_view name;
  Slot slot = Slot::value;
  FieldType type = FieldType::number;
  std::span<const std::string_view> names = {};  ///< of the enumeration; names[0] stands for none
  bool zero_is_news = false;

  /// Zero says something too (the transport `polling`, no deliveries), so it is written.
  bool zero_counts() const { return zero_is_news || (type == FieldType::name && names[0] != "none"); }
};

std::string_view name_of(RecordKind kind);
std::optional<RecordKind> record_kind_named(std::string_view name);
std::string_view name_of(Cause cause);
std::string_view name_of(What what);

/// The named fields of a kind, `at`, `kind` and `by` left out.
std::span<const Field> fields_of(RecordKind kind);
/// Every slot under its own name, `+value` and so on: for those that a kind does not name. None of them is ever lost.
std::span<const Field> plain_fields();

std::uint64_t get(const Record& record, Slot slot);
/// False where the number does not fit the slot.
bool set(Record& record, Slot slot, std::uint64_t number);

}  // namespace roundhouse
