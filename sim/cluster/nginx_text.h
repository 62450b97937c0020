// The nginx configuration that a scenario stands for when it names only a policy: what one would write by hand, with the
// Upgrade lines, for the scenario's instances.
#pragma once

#include <string>

#include <roundhouse/scenario.h>

namespace roundhouse {

/// `policy` is the balancing directive without its semicolon (`ip_hash`, `hash $remote_addr consistent`), or `round_robin` for none.
/// \param servers  so many `server` lines, at most one for each instance; 0: one for each
std::string nginx_text(const Scenario& scenario, std::uint32_t servers);

}  // namespace roundhouse
