// How the figures of a run stand, at any moment, beside what was predicted.
#pragma once

#include <vector>

#include <roundhouse/summary.h>
#include "gui/models/chronicle.h"
#include "gui/models/run_model.h"

namespace roundhouse::view {

/// One row for each prediction whose figure is known. Before `over`, a row fails only where the run can no longer make it good.
std::vector<PredictedRow> predicted_rows(const State& state, const Recording& recording,
                                         const Chronicle& chronicle, bool over);

/// `3`, `2.5`: as many digits as a reader needs.
std::string number_words(double number);

/// Answers 400, Session ID unknown, that instances gave.
std::uint64_t unknown_sessions(const State& state);
/// Requests for a session that came to the instance that holds it, in percent; -1 where there were none.
double home_percent(const State& state);

}  // namespace roundhouse::view
