// Subscribers whose connections ended. Redis forgets them, and so does the broker in all that it sends; the trace wants to know who
// misses a message, and why.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <string_view>

#include <roundhouse/bytes.h>
#include <roundhouse/ids.h>
#include <roundhouse/record.h>

namespace roundhouse::broker {

using Names = std::set<Bytes, std::less<>>;

struct DepartedSubscriber {
  std::string host;  ///< the address it came from, without the port
  EntityId entity;   ///< empty where the host cannot tell
  std::uint32_t connection = 0;
  Cause cause = Cause::closed;
  Names channels;
  Names patterns;
};

class Departed {
 public:
  /// Beyond `limit` the one that left first is forgotten.
  explicit Departed(std::size_t limit) : limit_(limit) {}

  void left(DepartedSubscriber subscriber);
  /// Someone at this address subscribes again: from now on it misses nothing of this.
  void channel_again(std::string_view host, ByteView channel);
  void pattern_again(std::string_view host, ByteView pattern);
  bool empty() const { return gone_.empty(); }
  std::size_t size() const { return gone_.size(); }

  /// Calls `missed(subscriber)` for each copy of a message on `channel` that a departed subscriber would have got.
  template <class Missed>
  void for_each_copy(ByteView channel, Missed missed) const {
    for (const DepartedSubscriber& subscriber : gone_) {
      for (std::size_t copies = copies_for(subscriber, channel); copies > 0; --copies) missed(subscriber);
    }
  }

 private:
  static std::size_t copies_for(const DepartedSubscriber& subscriber, ByteView channel);
  void forget(std::string_view host, Names DepartedSubscriber::*names, ByteView name);

  std::size_t limit_;
  std::deque<DepartedSubscriber> gone_;  // in the order of leaving
};

}  // namespace roundhouse::broker
