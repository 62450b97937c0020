// The knobs of a lesson: which sections one may turn, and the document that the file would be with one turned.
#pragma once

#include <array>
#include <string_view>

#include "sim/scenario/toml_value.h"

namespace roundhouse::scenario_file {

/// So many knobs can be tried in one sitting; more are a slip.
inline constexpr std::size_t knobs_max = 20;

/// The sections that a knob may have in place of the file's.
inline constexpr std::array<std::string_view, 4> knob_sections = {"proxy", "clients", "steps", "expect"};

/// \param knob  a table of [[knobs]]
TomlValue turned_document(const TomlValue& document, const TomlValue& knob);

}  // namespace roundhouse::scenario_file
