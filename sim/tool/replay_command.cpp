// replay: runs a counterexample and says whether it still breaks what it is said to break.
#include <fmt/format.h>

#include <roundhouse/explore.h>
#include "sim/tool/commands.h"
#include "sim/tool/prepare.h"

namespace roundhouse::tool {

int replay_command(const std::string& file) {
  const auto scenario = load(file);
  if (!scenario) return bad_input(scenario.error());
  const auto replayed = replay(*scenario);
  if (!replayed) return bad_input(replayed.error());
  fmt::print("{}", replayed->text);
  return replayed->broken ? 1 : 0;
}

}  // namespace roundhouse::tool
