// Replays all that a real nginx 1.22 answered through the proxy in the virtual world, and prints what differs.
//
//   oracles_nginx [--known FILE]
//
// The data is that of the sources, or of the folder that ROUNDHOUSE_ORACLES names (it holds `nginx/`). Exit status: 0 where nothing
// differs, 1 where something does, 2 where the replay could not be made. With --known, rows listed in FILE must differ.
#include <fmt/core.h>

#include <exception>
#include <string_view>

#include "tests/oracles/replays.h"

using namespace roundhouse::oracles;

namespace {

using Replay = void (*)(const Json&, Tally&);

void replay_file(const std::string& file, Replay replay, Tally& tally) {
  tally.begin(file);
  try {
    replay(read_recorded(file), tally);
  } catch (const std::exception& problem) {
    tally.row("replay", {{"end", "reached", problem.what()}});
  }
  tally.end();
}

void replay_folder(const std::string& folder, Replay replay, Tally& tally) {
  for (const std::string& file : files_in(folder)) replay_file(file, replay, tally);
}

}  // namespace

int main(int count, char** words) try {
  Tally tally;
  if (count == 3 && std::string_view(words[1]) == "--known") {
    tally.know(words[2]);
  } else if (count != 1) {
    fmt::print(stderr, "usage: oracles_nginx [--known FILE]\n");
    return 2;
  }
  replay_folder("select", replay_select, tally);
  replay_folder("stat", replay_stat, tally);
  replay_folder("tunnel", replay_events, tally);
  replay_folder("failure", replay_events, tally);
  replay_file("upgrade.json", replay_upgrade, tally);
  replay_file("errors.json", replay_errors, tally);
  replay_file("tunnel_end.json", replay_tunnel_end, tally);
  replay_file("config.json", replay_config, tally);
  replay_folder("effects", replay_effects, tally);
  return tally.finish();
} catch (const std::exception& problem) {
  fmt::print(stderr, "{}\n", problem.what());
  return 2;
}
