// From the fold of a run to its summary.
#pragma once

#include <roundhouse/summary.h>
#include <roundhouse/trace.h>

namespace roundhouse {

/// Everything that the records say; what only the cluster knows (scenario, world, seed) it fills in itself.
Summary summarize(const Trace& trace);

}  // namespace roundhouse
