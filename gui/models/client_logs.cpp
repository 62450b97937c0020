#include "gui/models/client_logs.h"

#include <algorithm>

namespace roundhouse::view {

namespace {

constexpr const char* from_client = "→";
constexpr const char* to_client = "←";
constexpr const char* elsewhere = "⇢";

/// Which hops a reader follows: into the service, to the broker, and to the client. The proxy's side of each would say it twice.
bool is_followed(const Record& record, const Roles& roles) {
  if (record.kind == RecordKind::lost) return true;
  const EntityKind to = roles.kind_of(record.by);
  if (to == EntityKind::app) return static_cast<What>(record.how) != What::copy;
  return to == EntityKind::client || to == EntityKind::broker;
}

bool concerns_client(const Record& record) {
  if (record.kind == RecordKind::client) return static_cast<ClientPhase>(record.how) != ClientPhase::backoff;
  return record.kind == RecordKind::join && static_cast<MemberPhase>(record.how) == MemberPhase::done;
}

std::string message_words(const Record& record, const Recording& recording, const MessageBook& messages) {
  std::string words = "message " + std::to_string(record.message.value);
  if (static_cast<What>(record.how) == What::reply) words = "ack of " + words;
  const TextId room = messages.at(record.message).room;
  if (static_cast<What>(record.how) == What::publish && room)
    words = "publish #" + std::string(recording.text_of(room));
  return words;
}

LogRow hop_row(const Record& record, const Recording& recording, const Roles& roles,
               const MessageBook& messages) {
  LogRow row{.at = record.at, .packet = message_words(record, recording, messages)};
  const EntityKind to = roles.kind_of(record.by);
  if (to == EntityKind::client) {
    row.arrow = to_client;
    const Letter entered = messages.at(record.message).entered;
    const EntityId source =
        entered == no_letter ? record.other : roles.instances()[static_cast<std::size_t>(entered)];
    row.where = "from " + recording.entity(source).name;
  } else {
    row.arrow = to == EntityKind::broker ? elsewhere : from_client;
    row.where = recording.entity(record.by).name;
  }
  return row;
}

std::string_view cause_words(Cause cause) {
  switch (cause) {
    case Cause::dead:
      return "dead";
    case Cause::cut:
      return "cut";
    case Cause::reset:
      return "reset";
    case Cause::closed:
      return "closed";
    case Cause::refused:
      return "refused";
    case Cause::overflow:
      return "overflow";
    case Cause::timeout:
      return "timeout";
    case Cause::gone:
      return "gone";
    case Cause::away:
      return "away";
    case Cause::restart:
      return "restart";
    case Cause::no_broker:
      return "no broker";
    case Cause::none:
      break;
  }
  return "without a cause";
}

LogRow client_row(const Record& record, const Recording& recording) {
  const std::string text(recording.text_of(record.text));
  LogRow row{.at = record.at, .arrow = elsewhere};
  switch (static_cast<ClientPhase>(record.how)) {
    case ClientPhase::connecting:
      row.packet = "connects";
      row.arrow = from_client;
      row.where = "attempt " + std::to_string(record.value);
      break;
    case ClientPhase::open:
      row.packet = "connected";
      row.arrow = to_client;
      break;
    case ClientPhase::upgraded:
      row.packet = "upgraded to WebSocket";
      break;
    case ClientPhase::error:
      row.packet = text + (record.code != 0 ? " " + std::to_string(record.code) : "");
      row.arrow = to_client;
      break;
    case ClientPhase::closed:
      row.packet = "closed: " + text;
      break;
    case ClientPhase::none:
    case ClientPhase::backoff:
      break;
  }
  return row;
}

}  // namespace

void ClientLogs::take(const Record& record, const Moment& moment, const Journeys& journeys) {
  EntityId client;
  if (record.kind == RecordKind::hop || record.kind == RecordKind::lost) {
    if (!is_followed(record, moment.roles)) return;
    client = journeys.client_of(record, moment);
  } else if (concerns_client(record) && moment.roles.kind_of(record.by) == EntityKind::client) {
    client = record.by;
  }
  if (!client) return;
  if (client.value >= lines_.size()) lines_.resize(client.value + 1);
  lines_[client.value].push_back(static_cast<std::uint32_t>(moment.place));
}

std::vector<LogRow> ClientLogs::rows(EntityId client, Instant until, std::size_t max,
                                     const Recording& recording, const Roles& roles,
                                     const MessageBook& messages) const {
  std::vector<LogRow> rows;
  if (client.value >= lines_.size()) return rows;
  const std::vector<Record>& records = recording.records();
  const auto& lines = lines_[client.value];
  auto line = std::upper_bound(lines.begin(), lines.end(), until,
                               [&](Instant when, std::uint32_t place) { return when < records[place].at; });
  while (line != lines.begin() && rows.size() < max) {
    const Record& record = records[*--line];
    if (record.kind == RecordKind::client) {
      rows.push_back(client_row(record, recording));
    } else if (record.kind == RecordKind::join) {
      rows.push_back({.at = record.at,
                      .arrow = to_client,
                      .packet = "joined #" + std::string(recording.text_of(record.text)),
                      .where = {}});
    } else if (record.kind == RecordKind::lost) {
      LogRow row{.at = record.at, .arrow = "✕"};
      row.packet = message_words(record, recording, messages);
      row.where = "lost: " + std::string(cause_words(static_cast<Cause>(record.code)));
      rows.push_back(std::move(row));
    } else {
      rows.push_back(hop_row(record, recording, roles, messages));
    }
  }
  return rows;
}

}  // namespace roundhouse::view
