// A recording as a model, also one that still grows.
#pragma once

#include "gui/models/folded_run.h"

namespace roundhouse::view {

class RecordedRun final : public FoldedRun {
 public:
  /// Takes in all that is there. Errors: those of the reader.
  static Result<std::unique_ptr<RunModel>> start(std::unique_ptr<RecordingReader> reader,
                                                 const std::string& file);
  RecordedRun(std::unique_ptr<RecordingReader> reader, const std::string& file);

  bool ended() const override { return reader_->ended() || FoldedRun::ended(); }
  /// Also where the file stops before its run does; that passes if it grows on.
  std::string problem() const override;
  bool take_in() override;

 private:
  std::unique_ptr<RecordingReader> reader_;
  std::string problem_;
  State replay_;  // the fold over what was gathered
  std::size_t replayed_ = 0;
  bool all_read_ = false;  // for now: the file may grow
};

}  // namespace roundhouse::view
