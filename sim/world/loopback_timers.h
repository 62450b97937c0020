// Everything that is due at a time in the loopback world: timers of parties, held bytes of links, work of the cluster.
//
// A heap that knows where each timer stands, so that cancelling takes it out: parties set a new time-out for every
// message, and forgotten ones would pile up. Not a clock: the caller says what time it is.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <roundhouse/instant.h>

namespace roundhouse::loopback {

class Timers {
 public:
  enum class Kind : std::uint8_t {
    party,       ///< Party::on_timer(tag) of node `who`
    work,        ///< World::at; tag: place in the table of works
    release,     ///< bytes held by a link may go; connection `who`
    dial,        ///< the connect's first packet has crossed the link; connection `who`
    opened,      ///< the answer to the connect has crossed the link; connection `who`
    give_up,     ///< a connect into silence ends; connection `who`
    free_again,  ///< node `who` is no longer busy
    stop_grace,  ///< node `who` has had its time to stop
    descriptors  ///< try again after running out of file descriptors
  };
  struct Timer {
    Kind kind = Kind::party;
    std::uint32_t who = 0;
    std::uint32_t generation = 0;  ///< incarnation of a node, generation of a connection
    std::uint64_t tag = 0;
  };

  /// Returns an id that is never used again; never 0.
  std::uint64_t set(Instant at, const Timer& timer);
  /// False where it has been taken or cancelled already.
  bool cancel(std::uint64_t id);
  /// When the earliest is due; Instant::never() where none is set.
  Instant next() const { return heap_.empty() ? Instant::never() : heap_.front().at; }
  /// The earliest timer that is due, or 0. It stays known, and can be cancelled, until take(id): a paused node's timers wait.
  std::uint64_t pop_due(Instant now);
  /// The timer behind an id that pop_due() gave; empty where it was cancelled since.
  std::optional<Timer> take(std::uint64_t id);
  const Timer& peek(std::uint64_t id) const { return slots_[slot_of(id)].timer; }
  std::size_t size() const { return heap_.size(); }

 private:
  struct Entry {
    Instant at;
    std::uint64_t order = 0;  // equal times run in the order of setting
    std::uint32_t slot = 0;

    bool before(const Entry& other) const { return at != other.at ? at < other.at : order < other.order; }
  };
  struct Slot {
    Timer timer;
    std::uint32_t generation = 1;
    std::uint32_t place = 0;  // in the heap; `nowhere` once popped or free
    bool used = false;
  };

  static constexpr std::uint32_t nowhere = UINT32_MAX;
  static std::uint32_t slot_of(std::uint64_t id) { return static_cast<std::uint32_t>(id); }
  bool is_current(std::uint64_t id) const;
  void free_slot(std::uint32_t slot);
  void remove_at(std::uint32_t place);
  void put(std::uint32_t place, const Entry& entry);
  void sift_up(std::uint32_t place);
  void sift_down(std::uint32_t place);

  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t order_ = 0;
};

}  // namespace roundhouse::loopback
