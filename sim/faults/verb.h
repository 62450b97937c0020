// The verbs of steps: their names, targets and arguments in one table, which the scenario reader, the documentation and
// step_runner share. What a verb does to a world is in a file of its own, named like the verb.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/result.h>
#include <roundhouse/step.h>
#include <roundhouse/world.h>
#include "sim/faults/step_runner.h"

namespace roundhouse {

enum class TargetKind : std::uint8_t {
  node,    ///< `app-1`, `proxy`, `broker`, `client-7`, `apps`, `clients`
  client,  ///< `client-7`, `clients`
  proxy,   ///< `proxy`
  link     ///< `app-1-broker` (both ways), `app-1->broker`; either end may be a group
};

struct VerbArgument {
  enum class Type : std::uint8_t {
    duration,
    whole,
    text,
    event,       ///< a name that an event of Socket.IO may have
    json_array,  ///< such as `[1,"two"]`
    policy       ///< a balancing directive of nginx without its semicolon, or `round_robin`
  };
  std::string_view name;
  Type type;
  bool required;
  std::string_view meaning;
};

/// What a verb works on while a step runs.
struct Work {
  World& world;
  const Step& step;
  StepContext& context;
};

struct Verb {
  std::string_view name;
  std::string_view meaning;
  TargetKind target;
  std::vector<VerbArgument> arguments;
  /// Lives in which a node can be asked at all; in any other the step is skipped. Unused by links.
  std::vector<NodeLife> lives;
  /// For what only the node can tell: the work that is to be done, or why the step is skipped. In place of on_node.
  Result<std::function<void()>> (*prepare)(Work&, NodeId) = nullptr;
  void (*on_node)(Work&, NodeId) = nullptr;
  /// Called for each direction of the link.
  void (*on_link)(Work&, NodeId from, NodeId to) = nullptr;
};

/// What is wrong with an argument's value (`latency is not a duration such as "40ms": "4x"`); empty where nothing is.
std::string argument_problem(const VerbArgument& argument, const std::string& value);

/// All verbs, in the order of the documentation.
const std::vector<Verb>& verbs();
/// Null where there is none of that name.
const Verb* find_verb(std::string_view name);

// One file each.
Verb kill_verb();
Verb restart_verb();
Verb stop_verb();
Verb lose_verb();
Verb pause_verb();
Verb continue_verb();
Verb cut_verb();
Verb heal_verb();
Verb slow_verb();
Verb reset_verb();
Verb drop_verb();
Verb policy_verb();
Verb servers_verb();
std::vector<Verb> client_verbs();

}  // namespace roundhouse
