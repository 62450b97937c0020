// One run as a window sees it: the recording so far, the playhead, and everything that panels, charts and scenes show at the playhead.
// No widgets; it counts nothing that State or the records do not say.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <roundhouse/recording.h>
#include <roundhouse/step.h>
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
  std::string arrow;   ///< `→` from the client, `←` to it, `⇢` elsewhere
  std::string packet;  ///< `42["chat",...]`-like words for the hop
  std::string where;
};

/// One line of a chart: points in run time (seconds) and value.
struct Series {
  std::string name;
  Letter letter = no_letter;
  struct Point {
    double seconds;
    double value;
  };
  std::vector<Point> points;
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

class RunModel {
 public:
  virtual ~RunModel() = default;

  virtual const Recording& recording() const = 0;
  virtual std::string title() const = 0;
  /// As far as records have come; and where the run is planned to end (at least head()).
  virtual Instant head() const = 0;
  virtual Instant planned_end() const = 0;
  virtual bool ended() const = 0;
  virtual std::string problem() const = 0;  ///< why there are no (more) records; empty: none

  /// Takes in what has come since, 20,000 records at most. True: something has.
  virtual bool take_in() = 0;
  /// The moment that everything below speaks of. Between 0 and head().
  virtual void seek(Instant when) = 0;
  virtual Instant now() const = 0;
  /// The records' next or previous moment after or before now(), for single steps.
  virtual Instant next_moment() const = 0;
  virtual Instant previous_moment() const = 0;

  virtual const Scene& scene() const = 0;
  virtual std::vector<TimelineMark> marks() const = 0;
  virtual Histogram histogram(std::size_t columns) const = 0;
  virtual std::vector<PredictedRow> predicted() const = 0;
  virtual std::vector<LogRow> log(EntityId client, std::size_t max) const = 0;
  virtual Narration narration() const = 0;
  /// `deliveries`, `latency` (p50, p95, p99), `errors`, `sessions` (one a letter). At most `max` points each, up to now().
  virtual std::vector<Series> series(const std::string& chart, std::size_t max) const = 0;
  /// What one second of screen time is at default speed, so that the median hop takes 350 ms on the screen.
  virtual Duration default_second() const = 0;

  /// Live runs only: sends a step to the run. False: this run is over, or a recording.
  virtual bool send(const Step& step) = 0;
};

/// A scenario's run on virtual time (as fast as the window asks) or on loopback, in a thread of its own; the destructor ends it.
Result<std::unique_ptr<RunModel>> play_scenario(const std::string& file, bool loopback);
/// A recording, also one that still grows.
Result<std::unique_ptr<RunModel>> play_recording(const std::string& file);

}  // namespace roundhouse::view
