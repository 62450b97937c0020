// What a scenario must keep beyond the types of its keys: names that do not clash, targets that exist, figures that are known.
#pragma once

#include <optional>
#include <string_view>

#include <roundhouse/scenario.h>
#include "sim/scenario/toml_value.h"

namespace roundhouse::scenario_file {

/// Letters, digits and hyphens, beginning with a letter, not ending with a hyphen; at most 50.
bool is_name(std::string_view text);

/// The first mistake, or nothing. `document` gives the lines that the scenario itself does not keep.
std::optional<Error> check_scenario(const Scenario& scenario, const TomlValue& document);

}  // namespace roundhouse::scenario_file
