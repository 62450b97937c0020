// Verdicts as records, and back. They stand before `run_end`; a judgement reads what comes before them.
#pragma once

#include <roundhouse/checker.h>
#include <roundhouse/ids.h>
#include <roundhouse/instant.h>
#include <roundhouse/trace.h>

namespace roundhouse {

/// One `verdict` record; three places of the witness fit in it, the others follow in continuations. `by` is the entity that writes.
void write_verdict(Trace& trace, EntityId by, Instant at, const Verdict& verdict);

}  // namespace roundhouse
