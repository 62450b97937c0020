// The words of the `roundhouse` command, one function each. Each returns the exit status: 0 all expectations hold, 1 one does not,
// 2 bad input (said on standard error in one line).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <roundhouse/result.h>

namespace roundhouse::tool {

struct RunArguments {
  std::string scenario;
  std::string world = "virtual";
  std::optional<std::uint64_t> seed;
  std::string nginx;   ///< a file that configures the proxy in place of what the scenario says; empty: none
  std::string broker;  ///< `redis://host:port`; empty: the embedded one
  std::string trace_file;  ///< `.rht` or `.jsonl`
  bool json = false;
};
int run_command(const RunArguments& arguments);

struct CompareArguments {
  std::string a;
  std::string b;
  std::string world = "virtual";
  std::optional<std::uint64_t> seed;
  bool json = false;
};
int compare_command(const CompareArguments& arguments);

struct ServeArguments {
  std::string scenario;
  std::string only;  ///< `proxy`, `apps`, `broker` or empty
  std::optional<std::uint16_t> proxy_port;
  std::optional<std::uint16_t> broker_port;
  std::string nginx;
  std::string broker;
  std::string trace_file;
  bool clients = false;
};
int serve_command(const ServeArguments& arguments);

struct ShowArguments {
  std::string file;
  std::string follow;  ///< a message id, or `first`
  std::string party;
  std::string room;
  std::string session;
  std::optional<std::uint64_t> message;
  std::string kind;
  std::string from;  ///< `2s`, as in scenarios
  std::string to;
};
int show_command(const ShowArguments& arguments);

/// `.rht` to JSON Lines or back: what the target is, its name says.
int convert_command(const std::string& from, const std::string& to);

struct ExploreArguments {
  std::string scenario;
  std::uint64_t seeds = 100;
  std::uint32_t steps = 8;
  std::optional<std::uint64_t> seed;    ///< of the first plan; empty: the scenario's
  std::vector<std::string> properties;  ///< `P9`; empty: those that the scenario expects to hold, or all
  std::vector<std::string> only;        ///< kinds of steps, such as `kills`; empty: all
  std::string out = "counterexample.toml";
};
/// 0: no plan broke a property, 1: one did, and is written to `out`.
int explore_command(const ExploreArguments& arguments);
/// 1: it reproduces, 0: it does not.
int replay_command(const std::string& file);

struct LessonArguments {
  std::string name;  ///< `1`, or a scenario with a claim; empty: all are listed
  std::string world = "virtual";
};
int lesson_command(const LessonArguments& arguments);
struct ScenarioArguments {
  std::string scenario;  ///< empty: list them
  bool keys = false;
  bool nginx = false;  ///< only the proxy's configuration, as nginx would read it
};
int scenario_command(const ScenarioArguments& arguments);
int diff_command(const std::string& a, const std::string& b);

/// Prints one line on standard error and returns 2: `FILE:LINE: TEXT` where the error has a place, else `roundhouse: TEXT`.
int bad_input(const Error& error);
int bad_input(const std::string& text);

}  // namespace roundhouse::tool
