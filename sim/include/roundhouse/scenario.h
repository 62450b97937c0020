// A scenario as a value: topology, options, workload, steps and expectations of one run. Read from TOML by read_scenario, or made in
// code:
//
//   Scenario scenario;
//   scenario.policy = "ip_hash";
//   scenario.clients = {{.prefix = "ann", .count = 1, .rooms = 0}, {.prefix = "crowd", .count = 100, .address = "127.1.{}.1"}};
//   scenario.steps = {{.at = 2s, .verb = "kill", .target = "app-1"}};
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/instant.h>
#include <roundhouse/result.h>
#include <roundhouse/step.h>
#include <roundhouse/transport.h>
#include <roundhouse/world.h>

namespace roundhouse {

enum class BrokerKind : std::uint8_t { embedded, none };

/// A group of equal clients, named `PREFIX-1` ... `PREFIX-N`.
struct ClientGroup {
  std::string prefix = "client";
  std::uint32_t count = 2;
  /// First is tried first; polling followed by websocket upgrades.
  std::vector<Transport> transports = {Transport::polling, Transport::websocket};
  /// `127.0.{}.1`: the client's number in the group goes into the braces, and on into the octet before it past 255.
  std::string address = "127.0.{}.1";
  std::uint32_t rooms =
      1;  ///< rooms of the group, `room-1` ...; client k joins room 1 + (k-1) mod rooms. 0: joins nothing
  Duration start{};   ///< the first client connects here
  Duration spread{};  ///< the last one this much later, evenly
  Duration think{};   ///< before each HTTP request but the first: uniform [think, think + think_jitter]
  Duration think_jitter{};
  bool reconnection = true;
  bool cookies = true;  ///< keeps cookies, as a browser does
  std::uint32_t attempts =
      0;  ///< N > 0: makes N first attempts one after another, closing each; for counting
  int line = 0;

  friend bool operator==(const ClientGroup&, const ClientGroup&) = default;
};

struct Workload {
  std::uint32_t messages = 0;  ///< in all; 0: none. Senders take turns
  Duration start{std::chrono::seconds(1)};
  Duration interval{std::chrono::milliseconds(100)};
  std::uint32_t payload_bytes = 64;
  int line = 0;

  friend bool operator==(const Workload&, const Workload&) = default;
};

struct AppOptions {
  Duration ping_interval{std::chrono::seconds(25)};
  Duration ping_timeout{std::chrono::seconds(20)};
  Duration upgrade_timeout{std::chrono::seconds(10)};
  Duration connect_timeout{std::chrono::seconds(45)};
  std::uint32_t payload_bytes_max = 1'000'000;

  friend bool operator==(const AppOptions&, const AppOptions&) = default;
};

/// Settings of a link; `a` or `b` may be a node or a group: `clients`, `apps`.
struct LinkLine {
  std::string a = {};
  std::string b = {};
  LinkSettings settings = {};
  bool both_ways = true;
  int line = 0;

  friend bool operator==(const LinkLine&, const LinkLine&) = default;
};

/// What must be seen: a figure of the summary (`connected_percent`, `deliveries`, `lost.dead`, `sessions.app-1` ...), or a property of the
/// run's history that holds or is broken. One of `metric` and `property` is empty.
struct Expectation {
  std::string name = {};  ///< what people read
  std::string metric = {};
  std::string property = {};  ///< a checker's number, such as `P9`
  bool broken = false;        ///< the property must not hold
  enum class Kind : std::uint8_t { equal, at_least, at_most, between, wilson99 } kind = Kind::equal;
  double value = 0;         ///< the prediction; low end of between
  double high = 0;          ///< high end of between
  std::string source = {};  ///< where the prediction comes from
  std::string only = {};    ///< `virtual`, `loopback`, or empty: both worlds
  int line = 0;

  friend bool operator==(const Expectation&, const Expectation&) = default;
};

/// A scenario's proxy, where a knob turns it. As the fields of the same names in Scenario.
struct ProxyText {
  std::string policy = {};
  std::uint32_t servers = 0;
  std::string server_options = {};
  std::string nginx = {};
  std::string nginx_file = {};
  int nginx_first_line = 1;

  friend bool operator==(const ProxyText&, const ProxyText&) = default;
};

/// One thing to turn in a lesson, and what is to be seen then: what it has stands in place of the scenario's.
struct Knob {
  std::string name = {};   ///< `ketama` of `adding-a-server:ketama`
  std::string about = {};  ///< what is turned, and why that matters
  enum class Effect : std::uint8_t { none, breaks, mends } effect = Effect::none;
  std::optional<ProxyText> proxy = {};
  std::optional<std::vector<ClientGroup>> clients = {};
  std::optional<std::vector<Step>> steps = {};
  std::vector<Expectation> expect = {};  ///< never empty
  int line = 0;

  friend bool operator==(const Knob&, const Knob&) = default;
};

struct Scenario {
  std::string name = {};
  std::string file = {};  ///< as the user named it; for messages
  std::string title = {};
  std::string about = {};
  std::string claim = {};  ///< what a lesson claims; empty: the scenario is no lesson
  std::uint64_t seed = 1;
  Duration duration{
      std::chrono::seconds(5)};  ///< the run's length; then at most `settle` until nothing is on its way
  Duration settle{std::chrono::seconds(2)};
  std::uint32_t instances = 2;
  std::string instance_prefix =
      "app";  ///< instances are `app-1` ...; nginx text names them in `server` lines
  std::uint16_t instance_port = 5000;
  BrokerKind broker = BrokerKind::embedded;
  std::string policy =
      {};  ///< balancing directive of the configuration made for the instances, where `nginx` is empty
  std::uint32_t servers = 0;        ///< with a policy: so many instances have a `server` line; 0: all
  std::string server_options = {};  ///< with a policy: parameters of each `server` line
  std::string nginx = {};           ///< the whole configuration text
  std::string nginx_file = {};      ///< where its lines are counted
  int nginx_first_line = 1;         ///< line of nginx_file that its first line is
  AppOptions app = {};
  std::vector<ClientGroup> clients = {};
  Workload workload = {};
  LinkSettings default_link{.latency = std::chrono::microseconds(200)};
  std::vector<LinkLine> links = {};
  std::vector<Step> steps = {};
  std::vector<Expectation> expect = {};
  std::vector<std::string> agree = {};  ///< metrics that must be equal in both worlds
  bool virtual_only = false;            ///< too large, or too long, for real time
  std::vector<Knob> knobs = {};

  friend bool operator==(const Scenario&, const Scenario&) = default;
};

/// Reads a file. Errors are `FILE:LINE: text`, with the nearest right word for a misspelt key.
Result<Scenario> read_scenario(const std::string& file);
Result<Scenario> parse_scenario(std::string_view toml, const std::string& file);
/// The scenario with that knob turned, named `SCENARIO:KNOB`. Error: the scenario has no such knob; names the nearest one.
Result<Scenario> turn_knob(const Scenario& scenario, std::string_view knob);
/// The scenario as a file that reads back as the same value, but for line numbers. nginx text is written out, wherever it came from.
std::string scenario_toml(const Scenario& scenario);
/// The file for a scenario name or path: as given, or the first `NAME.toml` of these folders: `scenarios` where the program was started,
/// ROUNDHOUSE_SCENARIOS of the environment, those installed beside the program, those of the source tree, those installed where the build
/// meant to be. Error names the nearest shipped name.
Result<std::string> find_scenario(const std::string& name_or_path);
/// Names of the scenarios that find_scenario finds, each folder's in order of the alphabet.
std::vector<std::string> shipped_scenarios();
/// Every key, its type, default and meaning, as Markdown: docs/scenario.md is this text.
std::string scenario_keys_markdown();

}  // namespace roundhouse
