// A text diagram: parties side by side, time downwards. Only what matters to a verdict is drawn: its witness, the ways of the messages it
// names, the life of the sessions and clients it names, and what was done to the run.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include <roundhouse/explore.h>
#include "sim/trace/record_fields.h"
#include "sim/trace/show.h"

namespace roundhouse {
namespace {

constexpr std::size_t column_width = 20;
constexpr std::size_t time_width = 14;
constexpr std::size_t rows_max = 80;

class Diagram {
 public:
  Diagram(const Trace& trace, const Verdict& verdict) : trace_(trace), names_(trace), verdict_(verdict) {
    for (const std::size_t place : verdict.witness) note(trace.records()[place]);
    find_whose_sessions();
    for (std::size_t place = 0; place < trace.records().size(); ++place) {
      if (matters(place)) rows_.push_back(place);
    }
    choose_parties();
  }

  std::string text() const;

 private:
  void note(const Record& record);
  void find_whose_sessions();
  bool matters(std::size_t place) const;
  void choose_parties();
  std::string row(std::size_t place) const;
  std::string arrow(std::size_t from, std::size_t to, const std::string& label) const;
  std::string beside(std::size_t column, const std::string& label) const;
  std::string bars() const;
  std::string words(const Record& record) const;
  std::string membership_words(const Record& record) const;
  EntityId client_of(const Record& record) const;
  std::size_t column_of(EntityId entity) const;
  std::string of(TextId id) const { return std::string(names_.of(id)); }

  const Trace& trace_;
  Names names_;
  const Verdict& verdict_;
  std::set<std::uint64_t> messages_;
  std::set<TextId> sessions_;
  std::set<EntityId> clients_;
  std::vector<std::size_t> rows_;
  std::vector<EntityId> parties_;
};

void Diagram::note(const Record& record) {
  if (record.message) messages_.insert(record.message.value);
  if (record.kind == RecordKind::request || record.kind == RecordKind::session)
    sessions_.insert(record.subject);
  if (record.by && trace_.entity(record.by).kind == EntityKind::client) clients_.insert(record.by);
}

// A session is its client's once a socket is on it. One that never came so far can be told where there is one client only.
void Diagram::find_whose_sessions() {
  for (const Record& record : trace_.records()) {
    if (record.kind != RecordKind::socket) continue;
    const auto socket = trace_.state().socket(record.subject);
    if (socket && socket->client && sessions_.contains(socket->session)) clients_.insert(socket->client);
  }
  if (sessions_.empty() || !clients_.empty()) return;
  std::set<EntityId> all;
  for (const Entity& entity : trace_.entities()) {
    if (entity.kind == EntityKind::client) all.insert(entity.id);
  }
  if (all.size() == 1) clients_ = all;
}

bool Diagram::matters(std::size_t place) const {
  const Record& record = trace_.records()[place];
  if (std::binary_search(verdict_.witness.begin(), verdict_.witness.end(), place)) return true;
  constexpr std::uint8_t applied = 1;
  switch (record.kind) {
    case RecordKind::step:
      return record.how == applied;
    case RecordKind::up:
    case RecordKind::down: {
      const EntityKind kind = trace_.entity(record.other).kind;
      return record.value > 1 || record.kind == RecordKind::down || kind == EntityKind::none;
    }
    case RecordKind::hop:
    case RecordKind::send:
    case RecordKind::accept:
    case RecordKind::deliver:
    case RecordKind::lost:
    case RecordKind::drop:
      return record.message && messages_.contains(record.message.value) &&
             !(record.kind == RecordKind::hop && static_cast<What>(record.how) == What::reply);
    case RecordKind::session:
    case RecordKind::request:
      return sessions_.contains(record.subject);
    case RecordKind::client: {
      const auto phase = static_cast<ClientPhase>(record.how);
      return clients_.contains(record.by) && phase != ClientPhase::backoff && phase != ClientPhase::upgraded;
    }
    case RecordKind::join:
    case RecordKind::leave:
      return static_cast<MemberPhase>(record.how) == MemberPhase::done &&
             (clients_.contains(record.by) || clients_.contains(client_of(record)));
    default:
      return false;
  }
}

void Diagram::choose_parties() {
  std::set<EntityId> seen = clients_;
  for (const std::size_t place : rows_) {
    const Record& record = trace_.records()[place];
    for (const EntityId entity : {record.by, record.other}) {
      if (entity) seen.insert(entity);
    }
    if (record.kind == RecordKind::request) seen.insert(names_.entity("proxy"));
  }
  // From the user to the broker, as a message goes.
  for (const EntityKind kind :
       {EntityKind::client, EntityKind::foreign, EntityKind::proxy, EntityKind::app, EntityKind::broker}) {
    for (const Entity& entity : names_.entities()) {
      if (entity.kind == kind && seen.contains(entity.id)) parties_.push_back(entity.id);
    }
  }
}

std::size_t Diagram::column_of(EntityId entity) const {
  const auto found = std::find(parties_.begin(), parties_.end(), entity);
  return static_cast<std::size_t>(found - parties_.begin());
}

std::string Diagram::bars() const {
  std::string line;
  for (std::size_t i = 0; i < parties_.size(); ++i) line += fmt::format("{:<{}}", "|", column_width);
  return line;
}

std::string Diagram::arrow(std::size_t from, std::size_t to, const std::string& label) const {
  std::string line = bars();
  const std::size_t left = std::min(from, to) * column_width + 1;
  const std::size_t right = std::max(from, to) * column_width;
  std::string shaft(right - left, '-');
  (from < to ? shaft.back() : shaft.front()) = from < to ? '>' : '<';
  const std::string shown =
      " " + label.substr(0, shaft.size() - std::min<std::size_t>(shaft.size(), 4)) + " ";
  shaft.replace((shaft.size() - shown.size()) / 2, shown.size(), shown);
  line.replace(left, shaft.size(), shaft);
  return line;
}

std::string Diagram::beside(std::size_t column, const std::string& label) const {
  std::string line = bars();
  const std::size_t at = column * column_width;
  const std::string shown = "* " + label + " ";
  if (line.size() < at + shown.size()) line.resize(at + shown.size(), ' ');
  line.replace(at, shown.size(), shown);
  return line;
}

/// The client of a record's socket; empty where no client of ours says it is its own.
EntityId Diagram::client_of(const Record& record) const {
  const auto socket = trace_.state().socket(record.subject);
  return socket ? socket->client : EntityId{};
}

std::string Diagram::membership_words(const Record& record) const {
  const bool joins = record.kind == RecordKind::join;
  const std::string room = of(record.text);
  const EntityId client = client_of(record);
  if (static_cast<MemberPhase>(record.how) == MemberPhase::asked)
    return (joins ? "asks for " : "asks to leave ") + room;
  if (!client || client == record.by) return (joins ? "is in " : "has left ") + room;
  const std::string who(names_.of(client));
  return joins ? "has " + who + " in " + room : "lets " + who + " out of " + room;
}

std::string Diagram::words(const Record& record) const {
  const std::string message = "m" + std::to_string(record.message.value);
  const std::string how = record.how == 0 ? "" : field_text(fields_of(record.kind)[0], record, names_);
  switch (record.kind) {
    case RecordKind::send:
      return "sends " + message + (record.text ? " to " + of(record.text) : "");
    case RecordKind::accept:
      return "accepts " + message;
    case RecordKind::deliver:
      return "gets " + message;
    case RecordKind::lost:
      return message + " lost: " + std::string(name_of(static_cast<Cause>(record.code)));
    case RecordKind::drop:
      return "leaves somebody out of " + message;
    case RecordKind::join:
    case RecordKind::leave:
      return membership_words(record);
    case RecordKind::request:
      return fmt::format("{} {}: {}", of(record.text), of(record.subject).substr(0, 4), record.code);
    case RecordKind::session: {
      const bool opened = static_cast<SessionPhase>(record.how) == SessionPhase::opened;
      const bool closed = static_cast<SessionPhase>(record.how) == SessionPhase::closed;
      return (opened   ? "opens session "
              : closed ? "closes session "
                       : "upgrades session ") +
             of(record.subject).substr(0, 4);
    }
    case RecordKind::client:
      switch (static_cast<ClientPhase>(record.how)) {
        case ClientPhase::connecting:
          return "connects";
        case ClientPhase::open:
          return "is connected";
        case ClientPhase::closed:
          return "is cut off: " + of(record.text);
        default:
          return of(record.text) + (record.code == 0 ? "" : " " + std::to_string(record.code));
      }
    case RecordKind::up:
      return static_cast<How>(record.how) == How::go_on ? "goes on" : "starts anew";
    case RecordKind::down:
      return static_cast<How>(record.how) == How::pause ? "is paused" : "ends";
    default:
      return how;
  }
}

std::string Diagram::row(std::size_t place) const {
  const Record& record = trace_.records()[place];
  std::string line;
  if (record.kind == RecordKind::step) {
    line = fmt::format("== {} {} ", of(record.subject), of(record.text));
    const std::size_t width = parties_.empty() ? 0 : (parties_.size() - 1) * column_width + 1;
    line.resize(std::max(line.size(), width), '=');
  } else if (record.kind == RecordKind::hop) {
    const std::size_t from = column_of(record.other);
    const std::size_t to = column_of(record.by);
    const std::string label =
        fmt::format("m{} {}", record.message.value, name_of(static_cast<What>(record.how)));
    line = from < parties_.size() && to < parties_.size() && from != to ? arrow(from, to, label) : bars();
  } else if (record.kind == RecordKind::request && column_of(names_.entity("proxy")) < parties_.size()) {
    line = arrow(column_of(names_.entity("proxy")), column_of(record.by), words(record));
  } else {
    const bool about = record.kind == RecordKind::up || record.kind == RecordKind::down;
    const std::size_t column = column_of(about ? record.other : record.by);
    line = beside(std::min(column, parties_.empty() ? 0 : parties_.size() - 1), words(record));
  }
  while (line.ends_with(' ')) line.pop_back();
  const std::string time = time_text(record.at) + " ms";
  return fmt::format("{:>{}}  {}\n", time, time_width, line);
}

std::string Diagram::text() const {
  std::string head;
  for (const EntityId party : parties_) {
    head += fmt::format("{:<{}}", trace_.entity(party).name.substr(0, column_width - 1), column_width);
  }
  while (head.ends_with(' ')) head.pop_back();
  std::string text = fmt::format("{:>{}}  {}\n", "", time_width, head);
  // Of a long story the end matters.
  const std::size_t first = rows_.size() > rows_max ? rows_.size() - rows_max : 0;
  if (first > 0) text += fmt::format("{:>{}}  ({} earlier records are left out)\n", "", time_width, first);
  for (std::size_t i = first; i < rows_.size(); ++i) text += row(rows_[i]);
  return text;
}

}  // namespace

std::string diagram(const Trace& trace, const Verdict& verdict) {
  return Diagram(trace, verdict).text();
}

}  // namespace roundhouse
