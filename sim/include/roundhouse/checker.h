// Checkers: functions from a run's history to a verdict. They see records only, never a cluster, so that a recording, a run on virtual
// time and a run against real servers are judged alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/ids.h>
#include <roundhouse/instant.h>
#include <roundhouse/trace.h>

namespace roundhouse {

class Recording;

enum class Outcome : std::uint8_t { pass, fail, unknown };

/// What a checker found. `words` is a sentence with names: who sent what to whom, and what should have happened.
struct Verdict {
  std::string property;  ///< `P3`
  std::string name;      ///< `FIFO per sender`
  Outcome outcome = Outcome::unknown;
  std::string words;
  std::vector<std::size_t> witness;  ///< places of the records that show it, in order; empty unless it fails
};

/// The property of a run in which an assertion of the simulator did not hold. It has no checker: the run itself gives the verdict.
inline constexpr const char* invariant_property = "invariant";
inline constexpr const char* invariant_name = "the simulator's own assertions";

/// The fold over records that checkers share: who was in which room when, which sessions lived where, what was sent and delivered.
class History {
 public:
  /// Both keep a reference: the recording or trace (with keep_records) outlives the history.
  explicit History(const Recording& recording);
  explicit History(const Trace& trace);
  /// Of a run that ends with the last record, though its `run_end` is still to be written: verdicts stand before that.
  static History ending_here(const Trace& trace);
  ~History();
  History(History&&) noexcept;
  History& operator=(History&&) noexcept;

  struct Inside;
  const Inside& inside() const { return *inside_; }

 private:
  explicit History(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

Verdict check_no_creation(const History& history);          ///< P1
Verdict check_no_duplication(const History& history);       ///< P2
Verdict check_fifo_per_sender(const History& history);      ///< P3, within one session of the sender
Verdict check_room_isolation(const History& history);       ///< P7
Verdict check_session_affinity(const History& history);     ///< P9
Verdict check_membership_survival(const History& history);  ///< P10
Verdict check_eventual_delivery(const History& history);    ///< P11
Verdict check_books(const History& history);                ///< P17

/// One of the above, by its number.
struct Checker {
  std::string_view property;
  std::string_view name;
  std::string_view meaning;  ///< what must hold, as a sentence
  Verdict (*check)(const History& history);
};
/// In the order of their numbers.
const std::vector<Checker>& checkers();
/// Null where there is none of that number.
const Checker* find_checker(std::string_view property);

/// A client that stays away longer than this is owed nothing of what it missed, and its rooms need not survive.
/// Source: socket.io, connectionStateRecovery.maxDisconnectionDuration.
inline constexpr Duration absence_max = std::chrono::minutes(2);

/// All of them, in the order of their numbers.
std::vector<Verdict> check_all(const History& history);

/// Writes a verdict into the run that it judges: one `verdict` record, in which three places of the witness fit, the others in continuations.
/// `by` is the entity that writes. Before `run_end`: whoever follows a file reads no further.
void write_verdict(Trace& trace, EntityId by, Instant at, const Verdict& verdict);
/// The verdicts that a run wrote down itself: those on the properties its scenario expects to hold or to be broken. No checker reads them.
std::vector<Verdict> verdicts_in(const Recording& recording);

}  // namespace roundhouse
