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
  std::string problem() const override { return problem_; }
  std::string unfinished() const override;
  bool take_in() override;

 private:
  std::unique_ptr<RecordingReader> reader_;
  std::string problem_;
  State replay_;  // the fold over what was gathered
  std::size_t replayed_ = 0;
};

}  // namespace roundhouse::view
