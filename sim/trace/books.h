// The books of a run that is read from a file; see roundhouse/books.h.
#pragma once

#include <roundhouse/books.h>

#include "sim/trace/names.h"

namespace roundhouse {

Books books(const State& state, const Names& names);

}  // namespace roundhouse
