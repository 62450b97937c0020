// What a scene shows at one moment of a run: values only, no pixels and no widgets. RunModel makes it from records, the scene widget
// paints it, and tests compare it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <roundhouse/ids.h>
#include <roundhouse/instant.h>
#include <roundhouse/record.h>

namespace roundhouse::view {

/// An instance's place in the row of instances: 0 wears the letter A. -1: none.
using Letter = int;
inline constexpr Letter no_letter = -1;

struct SceneClient {
  EntityId entity;
  std::string name;
  Letter home = no_letter;  ///< the instance that holds its session now
  bool polling = false;     ///< still on long-polling
  Instant rejected_at =
      Instant::never();  ///< the last "400" that reached it at this moment or before; never(): none
  std::uint32_t rejections = 0;
  std::string session;  ///< its sid, empty: without a session
  std::string room;
  friend bool operator==(const SceneClient&, const SceneClient&) = default;
};

struct SceneInstance {
  EntityId entity;
  std::string name;
  bool down = false;
  bool paused = false;
  Instant since = {};  ///< when it went down or was paused
  std::uint32_t sessions = 0;
  double predicted_share = 0;  ///< of all sessions, by the policy; 0: the policy promises none
  struct RoomCount {
    std::string room;
    std::uint32_t members = 0;
    friend bool operator==(const RoomCount&, const RoomCount&) = default;
  };
  std::vector<RoomCount> rooms;
  friend bool operator==(const SceneInstance&, const SceneInstance&) = default;
};

/// One of the proxy's last decisions, newest first in Scene::decisions. `passed_on`: no answer came from there, the next one is tried.
struct SceneDecision {
  Instant at = {};
  std::string who;  ///< short sid, or the client's name where it has none yet
  Letter to = no_letter;
  enum class Result : std::uint8_t { pending, ok, fresh, rejected, passed_on } result = Result::pending;
  std::string reason;               ///< in nginx's words, short: `hash 4041`
  std::vector<std::string> passed;  ///< peers passed over: `B tried`
  std::string full;                 ///< policy, reason and peers passed over, with names
  friend bool operator==(const SceneDecision&, const SceneDecision&) = default;
};

/// A peer that has failed, as the proxy's book says.
struct ScenePeer {
  std::string name;  ///< as the proxy calls it
  Letter letter = no_letter;
  enum class Phase : std::uint8_t { back, failed, out, probation } phase = Phase::back;
  std::uint64_t fails = 0;
  std::uint64_t fails_max = 0;
  Instant until = {};  ///< `out`: until then it is passed over
  friend bool operator==(const ScenePeer&, const ScenePeer&) = default;
};

struct SceneChannel {
  std::string name;           ///< the room
  std::vector<bool> present;  ///< by letter: this instance has members
  std::uint32_t members = 0;
  Instant published_at = Instant::never();  ///< the last publish that arrived
  std::vector<float> recent;                ///< publishes in equal spans of the last second, oldest first
  friend bool operator==(const SceneChannel&, const SceneChannel&) = default;
};

/// The sign that moves: see the visual vocabulary.
enum class Sign : std::uint8_t { frame, poll, publish, copy, delivery, join, rejected };

/// One hop on its way, or lost. Where `lost` is set, it dies where it is at `arrives`: it goes from 0 at `departed` to `reached` at
/// `arrives`, and no further. One that was lost before it left has departed == arrives and reached 0.
struct SceneFlight {
  Sign sign = Sign::frame;
  EntityId from;
  EntityId to;
  Instant departed = {};
  Instant arrives = {};
  Letter colour = no_letter;  ///< the instance where the message entered the service
  MessageId message = {};
  EntityId client = {};  ///< the client that it comes from or goes to, where one is known
  bool lost = false;
  float reached = 1;  ///< how much of its way it comes by `arrives`: 1, but for losses
  Cause cause = Cause::none;
  friend bool operator==(const SceneFlight&, const SceneFlight&) = default;
};

struct Scene {
  Instant at = {};
  std::string title;
  std::string policy;  ///< `round robin`, `ip_hash`, `sticky cookie`
  bool proxy_down = false;
  bool has_broker = false;
  bool broker_down = false;
  EntityId proxy;
  EntityId broker;
  std::vector<SceneClient>
      clients;  ///< in their places: by first home, then room, then number; never reordered within a run
  std::vector<SceneInstance> instances;
  std::vector<SceneDecision> decisions;  ///< at most eight
  std::vector<ScenePeer> failed_peers;
  std::vector<SceneChannel> channels;  ///< by first use
  std::vector<SceneFlight>
      flights;  ///< those with departed <= at < arrives, and losses up to 0.8 s of the screen (at default speed) after
  std::uint64_t in_flight = 0;  ///< of the flights, those under way
  std::uint32_t homeless = 0;   ///< clients that have begun to connect and have no session now
  friend bool operator==(const Scene&, const Scene&) = default;
};

}  // namespace roundhouse::view
