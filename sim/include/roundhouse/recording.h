// A run as it was written down: its records, the texts and entities they name, and the fold at any moment. Checkers, `show` and windows
// read this; it comes from a file, from a file that still grows, or from a run that goes on in another thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/record.h>
#include <roundhouse/result.h>
#include <roundhouse/state.h>
#include <roundhouse/trace.h>

namespace roundhouse {

/// A keyframe (a copy of the fold) is kept when the tail since the last one has outgrown it, and at the latest after so many records.
inline constexpr std::size_t keyframe_records_max = 50'000;

/// Append only. Not for several threads.
class Recording {
 public:
  Recording();
  ~Recording();
  Recording(Recording&&) noexcept;
  Recording& operator=(Recording&&) noexcept;

  /// Texts come before the first record that names them; ids are dense from 1, in the order of adding. A text that is known keeps its id.
  TextId add_text(std::string_view text);
  /// Folds, and keeps. An `entity` record adds the entity it describes. Throws UsageError where problem() has something to say.
  void append(const Record& record);
  /// Why the record cannot come next: no such kind, a text or an entity that was not added before, an entity out of turn. Empty: it can.
  std::string problem(const Record& record) const;

  const std::vector<Record>& records() const;
  std::string_view text_of(TextId id) const;
  /// The empty text included: ids are below it.
  std::size_t text_count() const;
  const TextTable& texts() const;
  /// The id of a text that some record may name; empty where nobody uses it.
  TextId text_named(std::string_view text) const;
  const std::vector<Entity>& entities() const;
  const Entity& entity(EntityId id) const;
  EntityId entity_named(std::string_view name) const;

  /// How many records come before the first one that is later than `when`.
  std::size_t records_until(Instant when) const;
  /// The fold over the first `count` records, from the nearest keyframe on. More than there are: UsageError.
  State state_after(std::size_t count) const;
  /// After how many records there is a keyframe, in order; the first is 0, before all records.
  std::vector<std::size_t> keyframes() const;
  /// The fold over all.
  const State& state() const;
  /// The trace hash of the run, made from what was read.
  std::uint64_t hash() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

/// Reads a whole file, `.rht` or JSON Lines: what it is, its first bytes say. Of an `.rht` file whose end is missing, all whole blocks.
/// Errors are `FILE: text` or `FILE:LINE: text`: no such file, nothing in it, neither of the two, written by a newer version, a damaged block.
Result<Recording> read_recording(const std::string& path);

/// Follows a file that may still grow. A recording grows by whole blocks or whole lines; what stands behind them waits.
class RecordingReader {
 public:
  /// Errors as of read_recording.
  static Result<std::unique_ptr<RecordingReader>> open(const std::string& path);
  virtual ~RecordingReader() = default;
  /// Appends what was written since the last call and returns how many records that was; 0: nothing new yet.
  /// Errors: a damaged block, a line that does not read, a file that has become shorter; what came before it has been appended.
  /// Give each call the same recording.
  virtual Result<std::size_t> read_on(Recording& into) = 0;
  /// The file says that the run has ended: an `.rht` file by its last block, JSON Lines by a `run_end` record.
  virtual bool ended() const = 0;
};

}  // namespace roundhouse
