// What is happening, in plain words: the run's own sentences, and where sessions were lost an account with the numbers of this moment.
#pragma once

#include "gui/models/chronicle.h"
#include "gui/models/run_model.h"
#include "gui/models/scene_maker.h"

namespace roundhouse::view {

struct StoryMoment {
  const Scene& scene;
  const SceneMaker& rows;  ///< that made the scene
  const State& state;
  const Recording& recording;
  const Chronicle& chronicle;
};

Narration tell(const StoryMoment& moment);

/// Cuts a sentence into parts: names of instances wear their letters, 400s the colour of errors.
std::vector<Narration::Part> parts_of(std::string_view sentence, const Recording& recording,
                                      const Roles& roles);

}  // namespace roundhouse::view
