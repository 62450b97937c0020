// From the fold of a run to its summary.
#pragma once

#include <roundhouse/summary.h>
#include <roundhouse/trace.h>

namespace roundhouse {

/// Everything that the records say; what only the cluster knows (scenario, world, seed) it fills in itself.
Summary summarize(const Trace& trace);

/// True where some expectation is about a property: then the run must keep its records.
bool expects_properties(const Scenario& scenario);
/// Verdicts on those properties, in the order of their numbers. The trace has kept its records, and the run ends with the last of them.
std::vector<Verdict> verdicts_expected(const Scenario& scenario, const Trace& trace);
/// The same where the run was broken off by this verdict: it comes first, and nobody can tell the others.
std::vector<Verdict> verdicts_broken_off(const Scenario& scenario, const Verdict& broken);

}  // namespace roundhouse
