// What is due, in order of time; equal times in the order of scheduling. Plain small events: what one means is the world's business.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <roundhouse/instant.h>

namespace roundhouse {

enum class DueKind : std::uint8_t {
  // Of the wires.
  arrive,           ///< the first chunk in flight reaches the other end
  window,           ///< the sender hears that there is room
  give_up,          ///< retransmissions have run out
  connect_give_up,  ///< the connect has waited long enough
  // Callbacks of a party; they wait while its node is busy or paused.
  started,
  stop,
  accept,
  opened,
  deliver,  ///< unread bytes, FIN or RST
  drained,
  closed,
  timer,
  // Of a node, and of the world.
  wake,   ///< the node may be ready again
  grace,  ///< a stopping node ends now
  work,   ///< World::at
};

/// `subject` is a wire, timer, node or work; `generation` tells whether it is still the one that was meant.
struct Due {
  std::int64_t at = 0;
  std::uint64_t sequence = 0;
  std::uint32_t subject = 0;
  std::uint32_t generation = 0;
  DueKind kind = DueKind::arrive;
  std::uint8_t side = 0;  ///< end or direction of a wire
  std::uint16_t epoch = 0;
};
static_assert(sizeof(Due) == 32);

/// Two storeys: a small heap for the near future, and unsorted buckets for what comes later. A million heartbeat timers then
/// cost the traffic of the next milliseconds nothing.
class EventQueue {
 public:
  /// Reserves a place among equal times.
  std::uint64_t next_sequence() { return sequence_++; }
  void push(const Due& due) {
    ++size_;
    if (due.at < near_until_) {
      push_near(due);
    } else {
      push_far(due);
    }
  }
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// The next due thing. Range: not empty.
  const Due& top() {
    if (near_.empty()) refill();
    return near_.front();
  }
  void pop();
  /// Forgets all that `stale` is true for. Order of the others stays.
  template <class Stale>
  void remove_if(Stale stale) {
    std::erase_if(near_, stale);
    heapify();
    size_ = near_.size();
    for (auto it = far_.begin(); it != far_.end();) {
      std::vector<Due>& bucket = it->second;
      std::erase_if(bucket, stale);
      if (bucket.size() < bucket.capacity() / 2) bucket.shrink_to_fit();
      size_ += bucket.size();
      it = it->second.empty() ? far_.erase(it) : std::next(it);
    }
  }

 private:
  static constexpr int bucket_bits = 27;  // 134 ms

  static bool before(const Due& a, const Due& b) { return key(a) < key(b); }
  __extension__ using Key = unsigned __int128;
  static Key key(const Due& due) {
    return static_cast<Key>(static_cast<std::uint64_t>(due.at)) << 64 | due.sequence;
  }
  void push_near(const Due& due);
  void push_far(const Due& due);
  void refill();
  void heapify();
  void sift_down(std::size_t hole, const Due& due);

  std::vector<Due> near_;  // a heap with four children a node
  std::int64_t near_until_ = std::int64_t{1} << bucket_bits;
  std::map<std::int64_t, std::vector<Due>> far_;
  std::uint64_t sequence_ = 0;
  std::size_t size_ = 0;
};

}  // namespace roundhouse
