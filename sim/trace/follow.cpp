// See show.h: the way of one message.
#include <vector>

#include "sim/trace/show.h"

namespace roundhouse {

namespace {

/// Tells the story of one message, record by record.
class Story {
 public:
  Story(MessageId message, const Names& names) : message_(message), names_(names) {}

  void learn(const Record& record);  // who has which socket
  void tell(const Record& record);
  std::string text() const;

 private:
  std::string who(EntityId entity) const { return entity ? std::string(names_.of(entity)) : "somebody"; }
  std::string room(TextId room) const { return room ? "room " + std::string(names_.of(room)) : "everyone"; }
  std::string receiver(TextId sid) const;
  std::string in_words(const Record& record);
  std::string hop(const Record& record) const;
  std::string delivered(const Record& record);

  MessageId message_;
  const Names& names_;
  std::vector<EntityId> client_of_;  // by the text id of the socket's sid
  std::string lines_;
  Instant sent_;
  Instant accepted_;
  bool was_sent_ = false;
  bool was_accepted_ = false;
  std::uint64_t delivered_ = 0;
  std::uint64_t unowed_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t held_ = 0;
};

void Story::learn(const Record& record) {
  if (record.kind != RecordKind::client || static_cast<ClientPhase>(record.how) != ClientPhase::open) return;
  if (record.subject.value >= client_of_.size()) client_of_.resize(record.subject.value + 1);
  client_of_[record.subject.value] = record.by;
}

std::string Story::receiver(TextId sid) const {
  const EntityId client = sid.value < client_of_.size() ? client_of_[sid.value] : EntityId{};
  if (client) return std::string(names_.of(client)) + " (socket " + std::string(names_.of(sid)) + ")";
  return "socket " + std::string(names_.of(sid));
}

std::string Story::hop(const Record& record) const {
  const Instant departed{static_cast<std::int64_t>(record.extra)};
  std::string words = who(record.other) + " -> " + who(record.by) + "  " +
                      std::string(name_of(static_cast<What>(record.how)));
  if (record.subject) words += " for " + receiver(record.subject);
  words += ", left at " + time_text(departed) + " ms, " + time_text({(record.at - departed).count()}) +
           " ms on the way";
  if (record.value != 0) words += ", " + std::to_string(record.value) + " bytes";
  return words;
}

std::string Story::delivered(const Record& record) {
  std::string words = receiver(record.subject) + " has it";
  switch (static_cast<Owed>(record.how)) {
    case Owed::owed:
      ++delivered_;
      break;
    case Owed::unowed:
      ++unowed_;
      words += ", though it was not owed to it";
      break;
    case Owed::duplicate:
      ++duplicates_;
      words += " once more";
      break;
    case Owed::none:
      break;
  }
  if (was_sent_) words += ", " + time_text({(record.at - sent_).count()}) + " ms after it was sent";
  if (was_accepted_)
    words += ", " + time_text({(record.at - accepted_).count()}) + " ms after it was accepted";
  return words;
}

std::string Story::in_words(const Record& record) {
  switch (record.kind) {
    case RecordKind::send:
      was_sent_ = true;
      sent_ = record.at;
      return who(record.by) + " sends it to " + room(record.text) + ", " + std::to_string(record.extra) +
             " bytes";
    case RecordKind::accept:
      was_accepted_ = true;
      accepted_ = record.at;
      return who(record.by) + " accepts it for " + room(record.text) +
             (record.subject ? ", from " + receiver(record.subject) : std::string());
    case RecordKind::publish:
      return who(record.by) + " publishes it on " + std::string(names_.of(record.text));
    case RecordKind::position:
      return who(record.by) + " puts it at place " + std::to_string(record.value) + ", " +
             std::to_string(record.extra) + " receivers, channel " + std::string(names_.of(record.text));
    case RecordKind::hop:
      return hop(record);
    case RecordKind::lost: {
      ++lost_;
      std::string words =
          "lost at " + who(record.by) + ": " + std::string(name_of(static_cast<What>(record.how)));
      if (record.other) words += " to " + who(record.other);
      if (record.subject) words += " for " + receiver(record.subject);
      return words + ", because " + std::string(name_of(static_cast<Cause>(record.code)));
    }
    case RecordKind::held: {
      ++held_;
      std::string words = "waits at " + who(record.by) +
                          " at the end: " + std::string(name_of(static_cast<What>(record.how)));
      if (record.other) words += " to " + who(record.other);
      if (record.subject) words += " for " + receiver(record.subject);
      return words;
    }
    case RecordKind::deliver:
      return delivered(record);
    case RecordKind::handed:
      // Stamped only where nobody of ours can write `deliver`.
      return record.how != 0 ? delivered(record)
                             : who(record.by) + " hands it on for " + receiver(record.subject);
    case RecordKind::ack:
      return who(record.by) + " has the acknowledgement";
    case RecordKind::drop:
      return who(record.by) + " leaves out " + receiver(record.subject) + ": " +
             field_text(fields_of(RecordKind::drop).back(), record, names_);
    default:
      return line_of(record, names_);
  }
}

void Story::tell(const Record& record) {
  const std::string time = time_text(record.at);
  lines_ +=
      std::string(time.size() < 12 ? 12 - time.size() : 0, ' ') + time + " ms  " + in_words(record) + "\n";
}

std::string Story::text() const {
  const std::string title = "message " + std::to_string(message_.value);
  if (lines_.empty()) return title + ": no record names it\n";
  std::string end = "delivered to " + std::to_string(delivered_) + " to whom it was owed";
  const auto also = [&end](std::uint64_t count, std::string_view what) {
    if (count != 0) end += ", " + std::to_string(count) + " " + std::string(what);
  };
  also(unowed_, "to whom it was not");
  also(duplicates_, "a second time");
  also(lost_, "lost");
  also(held_, "still waiting");
  return title + "\n" + lines_ + end + "\n";
}

}  // namespace

std::string follow(MessageId message, std::span<const Record> records, const Names& names) {
  Story story(message, names);
  for (const Record& record : records) story.learn(record);
  for (const Record& record : records) {
    if (message && record.message == message) story.tell(record);
  }
  return story.text();
}

}  // namespace roundhouse
