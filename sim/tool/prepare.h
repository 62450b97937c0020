// From the words of the command line to a cluster that is ready to run.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <roundhouse/cluster.h>

namespace roundhouse::tool {

/// Finds and reads a scenario. Error: in one line, with the nearest name.
/// \param nginx  a file that configures the proxy in place of what the scenario says; empty: none
Result<Scenario> load(const std::string& name_or_path, const std::string& nginx = {});
/// `redis://host:port` or `host:port`; port 6379 if none is said.
Result<Address> broker_address(const std::string& text);
/// What a scenario without a broker, and a real one on the command line, make of each other; empty: nothing to say.
std::string broker_note(const Scenario& scenario, const ClusterOptions& options);
/// Runs to the end; shows progress on a terminal; stops at SIGINT with what was seen so far.
Result<Summary> run_one(const Scenario& scenario, const ClusterOptions& options, bool progress);
WorldKind world_named(const std::string& name);

}  // namespace roundhouse::tool
