// What a client in hand has received, and who sent which message. Nothing of it is kept for clients that nobody holds.
#pragma once

#include <deque>
#include <string_view>
#include <vector>

#include <roundhouse/client.h>
#include <roundhouse/trace.h>

namespace roundhouse {

/// Remembers the sender of each of the last messages of the run.
class Senders final : public RecordSink {
 public:
  /// Messages of which the sender is remembered; a message that is under way for longer than so many others arrives without.
  static constexpr std::size_t messages_max = 1'000'000;

  explicit Senders(const Trace& trace) : trace_(trace) {}
  void on_record(const Record& record) override;
  /// Empty where none of the run's clients sent it.
  std::string_view sender_of(MessageId message) const;

 private:
  struct Sent {
    MessageId message;
    EntityId by;
  };
  const Trace& trace_;
  std::vector<Sent> sent_;  // a ring: message m lies at m modulo messages_max
};

class Inbox {
 public:
  explicit Inbox(const Senders& senders) : senders_(senders) {}

  /// An event that arrived. \param message  empty where it carries none
  void receive(Instant at, std::string_view name, std::string_view arguments_json, MessageId message);

  const std::deque<ReceivedMessage>& messages() const { return messages_; }
  const std::deque<ReceivedEvent>& events() const { return events_; }

 private:
  const Senders& senders_;
  std::deque<ReceivedMessage> messages_;
  std::deque<ReceivedEvent> events_;
};

}  // namespace roundhouse
