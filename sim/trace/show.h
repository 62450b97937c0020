// Records in words, for people: one a line, or the way of one message. Whatever a window shows of a run can be printed with this.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <roundhouse/ids.h>
#include <roundhouse/instant.h>
#include <roundhouse/record.h>
#include "sim/trace/names.h"
#include "sim/trace/record_fields.h"

namespace roundhouse {

/// Which records to show; what is left empty lets all pass, and a record must pass every part.
struct ShowFilter {
  std::string party = {};    ///< an entity's name: what it wrote, and what others wrote of it
  std::string room = {};     ///< what names the room, and all about messages for it
  std::string session = {};  ///< an Engine.IO or Socket.IO sid: what names it
  MessageId message = {};    ///< what carries it
  std::optional<RecordKind> kind = {};
  Instant from = {INT64_MIN};     ///< not earlier
  Instant to = Instant::never();  ///< not later
};

/// `1.204`: milliseconds with three digits behind the point; those of the nanosecond are cut off.
std::string time_text(Instant at);
/// `hop`'s `bytes` as `91`: a field's value for people. Nothing at all is `nothing`.
std::string field_text(const Field& field, const Record& record, const Names& names);
/// `      1.204 ms  proxy         hop         message 17, what frame, from client-3 ...`.
std::string line_of(const Record& record, const Names& names);

/// Lines for the records that pass, each with its line end.
std::string show(std::span<const Record> records, const Names& names, const ShowFilter& filter = {});

/// The way of one message: send, each hop with departure and arrival, accept, publish, place in the broker's order, copies, deliveries,
/// losses, and a closing line with what became of it.
std::string follow(MessageId message, std::span<const Record> records, const Names& names);

}  // namespace roundhouse
