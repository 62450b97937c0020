// What lies between an app instance and the others: an adapter takes the broadcasts that handlers make, sees that the members
// here get them, and carries them to the other instances if it can. Not a broker: one adapter serves one instance.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/host.h>

namespace roundhouse::app {

struct BroadcastFlags {
  bool volatile_packet = false;  ///< dropped where the transport cannot be written at once
  bool local = false;            ///< for this instance's sockets only

  friend bool operator==(const BroadcastFlags&, const BroadcastFlags&) = default;
};

/// One event for many sockets. `rooms` is a union, empty means all sockets of the namespace; a socket's sid is a room of its own.
/// `except` holds rooms (and so sids) that are left out.
struct Broadcast {
  std::string name_space = "/";
  std::vector<std::string> rooms;
  std::vector<std::string> except;
  BroadcastFlags flags;
  std::string event_json;  ///< `["name",args...]`, binary data as `{"_placeholder":true,"num":N}`
  std::vector<Bytes> attachments;
  MessageId message;
};

/// The instance, as its adapter sees it.
class LocalSockets {
 public:
  virtual ~LocalSockets() = default;

  /// Sends to the members here; no other instance hears of it. May be called from any Adapter call but start().
  virtual void deliver_local(const Broadcast& broadcast) = 0;
  /// True where a socket here is in the room (or is the room, by its sid).
  virtual bool has_room(std::string_view name_space, std::string_view room) const = 0;
  /// Somebody is connected here, in whatever namespace.
  virtual bool has_sockets() const = 0;
  /// The names of the application's namespaces, in the order of their definition; `/` is always there.
  virtual std::vector<std::string> name_spaces() const = 0;
};

/// Timer tags of an adapter have this bit; the app routes on_timer by it and takes it off before it calls on_timer here:
/// `host.wake_at(at, adapter_timer | 7)` comes back as on_timer(7).
inline constexpr std::uint64_t adapter_timer = std::uint64_t{1} << 63;

/// Order of calls: start() once, from Party::on_start; then the others. All events of connections that the app did not accept come here.
class Adapter {
 public:
  virtual ~Adapter() = default;

  /// Both outlive the adapter.
  virtual void start(Host& host, LocalSockets& sockets) = 0;
  /// A handler emitted to rooms or to all. `message` is set; its `accept` record is written. Deliver here and, unless
  /// `flags.local`, to the other instances.
  virtual void broadcast(const Broadcast& broadcast) = 0;
  /// True where broadcasts reach the other instances of a cluster; otherwise the app records each one as lost to them.
  virtual bool reaches_others() const = 0;
  /// True once broadcasts of other instances come in. For those who wait before they begin.
  virtual bool ready() const { return true; }

  virtual void on_open(ConnectionId) {}
  virtual void on_data(ConnectionId, ByteView, Marks) {}
  virtual void on_end(ConnectionId) {}
  virtual void on_drain(ConnectionId) {}
  virtual void on_close(ConnectionId, CloseReason) {}
  virtual void on_timer(std::uint64_t /*tag*/) {}
  /// Say goodbye to whoever connects the instances.
  virtual void on_stop() {}
  /// Write `held` records for marked messages in own buffers.
  virtual void on_run_end() {}
};

}  // namespace roundhouse::app
