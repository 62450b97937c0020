// One party's end of a TCP connection in the loopback world, and the node it belongs to. State only; the world moves it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sim/world/loopback_link.h"
#include "sim/world/loopback_output.h"
#include "sim/world/loopback_socket.h"
#include "sim/world/loopback_wire.h"
#include "sim/world/node_table.h"

namespace roundhouse::loopback {

struct Node;

/// Names a connection or door in the pools; the generation tells that it is still the same.
struct Handle {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;
};

/// Where a connection that is not open yet wants to go.
struct Dial {
  Address to;
  std::optional<Endpoint> from;
  std::optional<Endpoint> endpoint;  // of an external program, once its name is resolved
  bool any_source = false;    // towards a program outside the machine chooses: Redis trusts 127.0.0.1 alone
  bool crossed = false;       // the first packet has crossed the link
  std::uint64_t give_up = 0;  // timer
};

struct Connection {
  enum class State : std::uint8_t {
    unused,
    silent,      ///< nobody answers: the link is cut, or the host is lost
    crossing,    ///< the first packet is on the link, or a host name is being looked up
    queued,      ///< waits until fewer connects are under way
    connecting,  ///< the kernel is at it
    answering,   ///< connected; the answer is on the link
    open,
    gone  ///< no socket any more; the party has yet to hear
  };

  int fd = -1;
  Handle handle;
  std::uint32_t slot = 0;  // at its node
  Node* node = nullptr;    // null once the party has closed its end, or died: only flushing is left
  Wire* wire = nullptr;
  int side = 0;  // 0: dialled, 1: accepted
  State state = State::unused;

  bool writable = true;      // the kernel took everything so far
  bool readable = false;     // the kernel may have something for us
  bool hung = false;         // it has a FIN or RST for us too, so a short read is not the end
  bool broken = false;       // RST: once all is read, the connection is over
  bool reset_taken = false;  // a write got the RST, so the kernel shows the reader an end that was no FIN
  bool read_ended = false;   // the FIN has been read
  bool paused = false;       // by the party
  bool above_high = false;   // on_drain is owed once the queue is short
  bool dirty = false;        // in the list of those to be flushed
  bool listed = false;       // in the list of those to be served, or held by its node
  bool closing = false;      // our end was closed; FIN follows the last queued byte
  bool closing_by_reset = false;
  bool silenced = false;  // its host is lost: nothing is read, written, or closed
  bool open_due = false;
  bool drain_due = false;
  CloseReason reason = CloseReason::finished;  // for state `gone`
  Cause end_cause = Cause::closed;             // of marks still coming to an end that was closed

  std::unique_ptr<Output> output;  // null where nothing is queued
  Link* link_out = nullptr;
  Link* link_in = nullptr;
  Instant line_free;     // of link_out's bandwidth
  Instant last_release;  // of the bytes pushed last: order is kept
  std::uint64_t timer = 0;
  std::unique_ptr<Dial> dial;

  ConnectionId id() const { return {slot, wire->serial}; }
  std::size_t queued() const { return output ? output->size() : 0; }
  Flow& flow_out() { return wire->flow[static_cast<std::size_t>(side)]; }
  Flow& flow_in() { return wire->flow[static_cast<std::size_t>(1 - side)]; }
  bool cut_out() const { return link_out != nullptr && link_out->cut(); }
  bool cut_in() const { return link_in != nullptr && link_in->cut(); }
  bool wants_read() const {
    return readable && state == State::open && !read_ended && !paused && !cut_in() && !silenced && !open_due;
  }
  bool has_work() const {
    return node != nullptr && (open_due || state == State::gone || drain_due || wants_read());
  }
};

/// A socket that accepts for one node.
struct Door {
  Handle handle;
  Node* node = nullptr;
  Address logical;  // as given to listen()
  Endpoint real;
  Descriptor
      fd;  // closed: it is remembered, so that a restart takes the same port, and a connect is really refused
  bool listed = false;  // as above
  bool ready = false;   // the kernel may have somebody waiting
};

/// What waits for a node that is paused or busy, or for the next turn of the loop.
struct Ready {
  enum class Kind : std::uint8_t { connection, door, timer, stop } kind = Kind::connection;
  Handle handle;  // connection, door; stop: the incarnation as generation
  std::uint64_t timer = 0;
};

struct Node {
  NodeId id;
  NodeEntry* entry = nullptr;
  std::unique_ptr<Host> host;
  std::unique_ptr<Party> party;
  bool dying = false;                    // its party says what it still held
  std::vector<Connection*> connections;  // by slot
  std::vector<std::uint32_t> free_slots;
  std::size_t open = 0;
  Instant busy_until;
  bool stopping = false;
  bool told_to_stop = false;
  std::vector<Ready> held;
  std::uint64_t connects = 0;     // begun by this node, for draws
  std::optional<Endpoint> bound;  // by bind_node
  Descriptor reserved;            // bound to it and not listening yet

  bool runs(Instant now) const { return entry->life == NodeLife::up && busy_until <= now; }
  Connection* find(ConnectionId which) const {
    if (which.slot >= connections.size()) return nullptr;
    Connection* connection = connections[which.slot];
    return connection != nullptr && connection->wire->serial == which.serial ? connection : nullptr;
  }
};

}  // namespace roundhouse::loopback
