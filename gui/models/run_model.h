// One run as a window sees it: the recording so far, the playhead, and everything that panels, charts and scenes show at the playhead.
// No widgets; it counts nothing that State or the records do not say.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <roundhouse/recording.h>
#include <roundhouse/state.h>
#include <roundhouse/step.h>
#include "gui/models/flow.h"
#include "gui/models/scene.h"

namespace roundhouse::view {

struct TimelineMark {
  Instant at = {};
  std::string text;  ///< `kill app-2`
  enum class Tone : std::uint8_t { bad, good, plain } tone = Tone::plain;
};

/// Deliveries and errors in equal spans from 0 to the run's planned end.
struct Histogram {
  Duration span{};
  std::vector<std::uint32_t> deliveries;
  std::vector<std::uint32_t> errors;
};

struct PredictedRow {
  std::string name;
  std::string predicted;
  std::string observed;
  bool holds = true;
};

struct LogRow {
  Instant at = {};
  std::string arrow = {};   ///< `→` from the client, `←` to it, `⇢` elsewhere
  std::string packet = {};  ///< `42["chat",...]`-like words for the hop
  std::string where = {};
};

/// One line of a chart: points in run time (seconds) and value.
struct Series {
  std::string name;
  Letter letter = no_letter;
  struct Point {
    double seconds;
    double value;
  };
  std::vector<Point> points = {};
};

/// Plain words, parts of which are stressed.
struct Narration {
  struct Part {
    std::string text;
    enum class Tone : std::uint8_t { plain, strong, bad, instance } tone = Tone::plain;
    Letter letter = no_letter;
  };
  Instant at = {};
  std::vector<Part> parts;
  std::string plain() const;
};

/// How far a run on virtual time may be ahead of the playhead.
inline constexpr Duration lead = std::chrono::milliseconds(500);
/// How long a live playhead stays behind the live end, in time of the screen.
inline constexpr Duration screen_lag = std::chrono::milliseconds(250);
/// How long the median hop is on its way on the screen at default speed.
inline constexpr Duration screen_hop = std::chrono::milliseconds(350);
/// Records that take_in() takes at once: about 2 ms of CPU, of which half is the recording's own.
inline constexpr std::size_t taken_max = 10'000;

class RunModel {
 public:
  virtual ~RunModel() = default;

  virtual const Recording& recording() const = 0;
  virtual std::string title() const = 0;
  /// As far as the run has come; and where the run is planned to end (at least head()).
  virtual Instant head() const = 0;
  virtual Instant planned_end() const = 0;
  virtual bool ended() const = 0;
  virtual std::string problem() const = 0;  ///< why there are no (more) records; empty: none
  /// Of a recording that stops before its run ends: that it still grows or was cut off, which nobody can tell by the file, and how far it
  /// comes. Empty: it is whole, or this is no recording.
  virtual std::string unfinished() const { return {}; }
  /// Records of kinds that only pictures need (`hop`, `buffer`, `sample`), left out of a live run because this side was slow.
  virtual std::uint64_t dropped() const = 0;
  /// Where a playhead that follows the run stays. A hop is written when it ends, so on loopback this is 250 ms of screen time (at default
  /// speed) behind head(), and every flight is known from its departure on.
  virtual Instant live_edge() const = 0;

  /// Takes in what has come since, `taken_max` records at most. True: something has.
  virtual bool take_in() = 0;
  /// The moment that everything below speaks of. Between 0 and head(): a later one is taken as head().
  ///
  /// A run on virtual time goes on as the window asks: to `when` and `lead` beyond it, and there it waits, so that a step that is sent now
  /// happens soon after what is seen. At first it goes on until every client has its place, a few seconds of its time at most.
  virtual void seek(Instant when) = 0;
  virtual Instant now() const = 0;
  /// The fold over all records up to now().
  virtual const State& state() const = 0;
  /// The records' next or previous moment after or before now(), for single steps.
  virtual Instant next_moment() const = 0;
  virtual Instant previous_moment() const = 0;

  virtual const Scene& scene() const = 0;
  /// What arrived within the last `window` before now(), link by link. Valid until the next call; made anew only where now(), the window or
  /// the records have changed.
  virtual const Flow& flow(Duration window) const = 0;
  virtual std::vector<TimelineMark> marks() const = 0;
  virtual Histogram histogram(std::size_t columns) const = 0;
  virtual std::vector<PredictedRow> predicted() const = 0;
  virtual std::vector<LogRow> log(EntityId client, std::size_t max) const = 0;
  virtual Narration narration() const = 0;
  /// `deliveries`, `latency` (p50, p95, p99), `errors`, `sessions` (one a letter). At most `max` points each, up to now().
  virtual std::vector<Series> series(const std::string& chart, std::size_t max) const = 0;
  /// What one second of screen time is at default speed, so that the median hop takes 350 ms on the screen.
  virtual Duration default_second() const = 0;

  /// Live runs only: sends a step to the run, to be done at its live end; the step's own time is not asked. False: this run is over, or a
  /// recording.
  virtual bool send(const Step& step) = 0;
};

/// A scenario's run on virtual time (as fast as the window asks) or on loopback, in a thread of its own; the destructor ends it.
Result<std::unique_ptr<RunModel>> play_scenario(const std::string& file, bool loopback);
/// A recording, also one that still grows.
Result<std::unique_ptr<RunModel>> play_recording(const std::string& file);
/// A recording where the name ends in `.rht` or `.jsonl`, or is that of a file that does not end in `.toml`; otherwise a scenario: a file, or the name of a shipped one.
Result<std::unique_ptr<RunModel>> open_run(const std::string& name, bool loopback);

}  // namespace roundhouse::view
