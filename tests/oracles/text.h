// How the recorded data writes what changes from run to run, and what is too long.
#pragma once

#include <string>

namespace roundhouse::oracles {

/// Each `Date` field's value becomes `<date>`.
std::string without_date(std::string answer);
/// `<9000 x c>` stands for so many characters `c`.
std::string unfolded(std::string text);

}  // namespace roundhouse::oracles
