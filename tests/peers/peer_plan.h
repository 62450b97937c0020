// A plan of the comparison: an upstream block, and what clients and servers do to it. A value: every part of it is a plan, since a
// step whose target is not there does nothing, so RapidCheck shrinks it by deletion.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "tests/peers/scripted_servers.h"

namespace roundhouse::peers {

inline constexpr std::size_t servers_max = 5;

enum class Method : std::uint8_t { round_robin, ip_hash, hash, consistent_hash, least_conn };
inline constexpr int methods = 5;

struct ServerLine {
  int weight = 1;
  int max_fails = 1;
  int max_conns = 0;
  bool down = false;
  bool backup = false;  ///< not of the first server: one must be there for all
};

enum class Verb : std::uint8_t { get, post, open, close, mode, kill, lapse };

struct Move {
  Verb verb = Verb::get;
  int client = 0;        ///< get, post, open: from which address
  int key = 0;           ///< get, post, open: `?k=` of the URI; 0 is the empty key
  int target = 0;        ///< mode, kill: the server; close: the tunnel; both modulo their number
  Mode mode = Mode::up;  ///< mode
};

struct Plan {
  Method method = Method::round_robin;
  bool method_last = false;  ///< written below the servers, where nginx does not refuse `backup`
  std::vector<ServerLine> servers;
  int fail_timeout_s = 60;
  std::uint32_t next_upstream = 0;  ///< bits of the list below; 0: as is nginx's default
  int tries = 0;
  std::vector<Move> moves;
};

/// A random plan. `lapses`: marks of servers lapse in it, so fail_timeout is a second, and some moves wait for that.
rc::Gen<Plan> any_plan(Method method, bool lapses);

/// What stands in the http block.
std::string text_of(const Plan& plan, const ScriptedServers& servers, const Address& door);
std::string address_of_client(int client);
std::string request_of(const Move& move, int number);

std::ostream& operator<<(std::ostream& out, const Plan& plan);

}  // namespace roundhouse::peers
