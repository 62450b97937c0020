// What a balancer's choice costs: one request's way through a policy and the upstream's books, without its bytes.
#pragma once

namespace roundhouse::bench {

/// Prints a line for each policy, at 3 and at 100 servers.
/// \param choices  so many each
void choices(unsigned choices);

}  // namespace roundhouse::bench
