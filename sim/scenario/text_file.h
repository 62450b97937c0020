// A file as text, for scenarios and the nginx text they name.
#pragma once

#include <cstdint>
#include <string>

#include <roundhouse/result.h>
#include <roundhouse/scenario.h>

namespace roundhouse::scenario_file {

/// A scenario is written by hand, or by a program that has found a short one; so is its nginx text.
inline constexpr std::uintmax_t file_bytes_max = 4 * 1024 * 1024;

/// Errors: no such file, a folder, cannot be opened, larger than `bytes_max`.
Result<std::string> read_file(const std::string& file, std::uintmax_t bytes_max);

/// The scenario's proxy is configured by that file, whatever configured it before. Errors as above, and an empty file.
Result<void> use_nginx_file(Scenario& scenario, const std::string& file);

}  // namespace roundhouse::scenario_file
