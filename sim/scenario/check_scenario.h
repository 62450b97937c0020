// What a scenario must keep beyond the types of its keys: names that do not clash, targets that exist, figures that are known.
#pragma once

#include <optional>
#include <string>

#include <roundhouse/scenario.h>
#include "sim/scenario/toml_value.h"

namespace roundhouse::scenario_file {

/// The first mistake, or nothing. `document` gives the lines that the scenario itself does not keep.
std::optional<Error> check_scenario(const Scenario& scenario, const TomlValue& document);

}  // namespace roundhouse::scenario_file
