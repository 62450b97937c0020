// The proxy: an nginx, configured by nginx text. It reads requests, chooses servers, fails over, relays answers, and tunnels WebSockets.
// Every choice and every failure is recorded with its reason.
//
// With several workers (`worker_processes`) each connection belongs to one of them, drawn as workers.cpp says, and each keeps books of its
// own about the servers of an upstream block without `zone`: rotation, failures, connections. All run in this one party.
//
// Source of behaviour: nginx 1.22.1, measured (tests/oracles/nginx) and read. One connection to an upstream a request, as is nginx's
// default; request bodies are buffered whole, answers are streamed with back-pressure.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <roundhouse/host.h>
#include "core/http/request_reader.h"
#include "core/proxy/answer.h"
#include "core/proxy/exchange.h"
#include "core/proxy/next_upstream.h"
#include "core/proxy/scope.h"
#include "core/proxy/upstream.h"

namespace roundhouse::proxy {

/// How long a client may go on sending a body that was refused: lingering_timeout, and lingering_time in all.
inline constexpr Duration lingering_timeout = std::chrono::seconds(5);
inline constexpr Duration lingering_time = std::chrono::seconds(30);
/// A timer is not moved by less: NGX_TIMER_LAZY_DELAY.
inline constexpr Duration timer_slack = std::chrono::milliseconds(300);
/// How often, within proxy_send_timeout, the proxy looks whether an upstream takes what is sent.
inline constexpr int send_looks = 8;
/// Configurations that one life of a proxy may have had: the books of each are kept for what is under way.
inline constexpr std::size_t reloads_max = 1000;
/// So many different addresses of clients that realip finds are written into the trace by name.
inline constexpr std::size_t client_addresses_noted_max = 10'000;
/// Addresses, other than those that the configuration writes out, to which variables in proxy_pass may lead.
inline constexpr std::size_t passed_addresses_max = 1000;
/// How often a request may come to another location by rewriting: NGX_HTTP_MAX_URI_CHANGES.
inline constexpr int uri_changes_max = 10;
/// Bytes of further requests that may wait behind the one being answered; then the client is not read.
inline constexpr std::size_t pipelined_bytes_max = 64 * 1024;

class Proxy final : public Party {
 public:
  Proxy(Host& host, std::shared_ptr<const Config> config);
  ~Proxy() override;

  /// Takes another configuration, as after `nginx -s reload`: requests that begin from now on are served by it, with fresh books about
  /// servers; what is under way, tunnels too, ends under the one it began with, after its worker_shutdown_timeout at
  /// the latest. A request begins when it has come whole. Writes a `config` record for each upstream block.
  /// Between callbacks only.
  /// Errors: UsageError where the listeners differ (they stay bound), or beyond reloads_max.
  /// Source: nginx, ngx_master_process_cycle. Differs: nginx's old workers close idle keep-alive connections, and keep those whose request
  /// is still coming; here all stay, and their next whole request is served by the new configuration.
  void reload(std::shared_ptr<const Config> config);

  /// Leaves in good order, as after `nginx -s quit`: no new connections; what is under way, tunnels too, lives on until it ends by
  /// itself, or until worker_shutdown_timeout is over; a connection is not kept for another request. A second call changes nothing.
  /// Between callbacks only.
  /// Source: nginx, ngx_worker_process_cycle, ngx_close_idle_connections and ngx_shutdown_timer_handler.
  /// Differs: the process does not end with its last connection; stop the node for that.
  void quit();

  void on_start() override;
  void on_accept(ConnectionId connection, const Accepted& accepted) override;
  void on_open(ConnectionId connection) override;
  void on_data(ConnectionId connection, ByteView bytes, Marks marks) override;
  void on_end(ConnectionId connection) override;
  void on_drain(ConnectionId connection) override;
  void on_close(ConnectionId connection, CloseReason reason) override;
  void on_timer(std::uint64_t tag) override;
  void on_stop() override;
  void on_run_end() override;
  void foresee(ConnectionId connection) const override;

 private:
  struct Client;
  struct Upstreams;
  class HostDraws;
  class ListenerRules;

  /// What a connection is for. A tunnel's two ends need no more than their slots.
  enum class Role : std::uint8_t {
    none,
    unserved,
    client,
    lingering,
    upstream,
    tunnel_client,
    tunnel_upstream
  };
  struct Slot {
    std::uint32_t serial = 0;
    Role role = Role::none;
    bool timer_armed = false;
    PeerRef peer;                      // upstream: whom it is booked on
    std::uint32_t upstream_index = 0;  // upstream
    ConnectionId other;                // the end it belongs with
    Instant deadline = Instant::never();
    Instant armed_at;
    TimerId timer;
    const Location* location = nullptr;  // tunnel
    std::unique_ptr<Client> client;
  };

  // reload.cpp
  void open_upstreams(const Config* before);
  void open_upstream(const UpstreamConfig& upstream, const std::string& drawn_as, const std::string& whose);

  // passed_to.cpp
  struct Unpassed {
    int status = 500;
    std::string why;
  };
  std::optional<Unpassed> pass_to(Client& client);

  // workers.cpp
  std::uint32_t accepting_worker(const Listener& listener);
  std::uint32_t books_of(std::uint32_t upstream, std::uint32_t worker) const;

  // quit.cpp
  void limit_shutdown(Duration timeout, std::uint32_t upstreams);
  void end_leftovers(std::uint32_t upstreams);

  // proxy.cpp: connections and timers
  Slot* slot_of(ConnectionId connection);
  Slot& new_slot(ConnectionId connection, Role role);
  void free_slot(Slot& slot);
  void set_deadline(ConnectionId connection, Slot& slot, Instant at);
  void serve(ConnectionId connection, Slot& slot);
  const VirtualServer& default_server(const Client& client) const;
  void forward_tunnel(ConnectionId connection, Slot& slot, ByteView bytes, Marks marks);
  void end_tunnel(ConnectionId connection, Slot& slot, bool gone);
  void free_peer(std::uint32_t upstream_index, PeerRef peer, bool failed);

  // client_side.cpp: requests in, own answers out
  void advance(ConnectionId connection);
  void start_exchange(ConnectionId connection, Slot& slot);
  void route_request(ConnectionId connection, Slot& slot);
  void announce_head(ConnectionId connection, Client& client);
  void refuse(ConnectionId connection, Slot& slot);
  void place_request(Client& client);
  void keep_within_limits(const Client& client) const;

  // rewrite.cpp
  struct Decided {  ///< without asking a server
    OwnAnswer answer;
    std::string why;
    bool silence = false;  ///< the connection is closed, and nothing said
    bool overflow = false;
  };
  Decided decided(const Client& client, const Return& answer) const;
  std::optional<Decided> apply(const Client& client, const Rewrite& rewrite) const;
  std::optional<Decided> run_script(const Client& client, const Location& level) const;
  std::optional<Decided> locate(const Client& client) const;
  void answer_own(ConnectionId connection, Slot& slot, OwnAnswer answer, std::string_view reason,
                  Cause cause);
  void finish_exchange(ConnectionId connection, Slot& slot);
  void close_client(ConnectionId connection, Slot& slot);
  std::string added_lines(const Client& client, int status) const;
  static std::string origin_of(const Client& client);
  void use_real_address(Client& client, const Location& location);
  void client_gone(ConnectionId connection, Slot& slot, Cause cause);
  Scope scope_of(const Client& client) const;

  // upstream_side.cpp: tries, and answers back
  void try_next(ConnectionId client_connection, Slot& client_slot);
  void send_request(ConnectionId connection, Slot& slot);
  void request_sent(ConnectionId connection, Slot& slot, Exchange& exchange);
  void look_at_sending(ConnectionId connection, Slot& slot);
  void read_answer(ConnectionId connection, Slot& slot, ByteView bytes, Marks marks);
  bool read_answer_head(ConnectionId client_connection, Slot& client_slot);
  void begin_relay(ConnectionId client_connection, Slot& client_slot);
  void relay(ConnectionId client_connection, Slot& client_slot);
  void flush(ConnectionId client_connection, Exchange& exchange);
  void upstream_ended(ConnectionId connection, Slot& slot);
  void fail_try(ConnectionId client_connection, Slot& client_slot, TryEnd end, bool close_upstream);
  void end_answer(ConnectionId client_connection, Slot& client_slot, bool whole);
  void become_tunnel(ConnectionId client_connection, Slot& client_slot);
  void drop_upstream(Exchange& exchange, bool failed, bool close);
  TryState try_state(const Exchange& exchange) const;

  // records.cpp
  /// Without a choice: nobody is usable.
  void record_route(ConnectionId client, const Exchange& exchange, const std::optional<Choice>& choice);
  void record_note(ConnectionId client, RouteNote note, TextId peer, TextId text);
  TextId client_address_text(const Address& address);
  void record_answer(ConnectionId client, const Exchange* exchange, int status, std::string_view reason);
  void record_peer(std::uint32_t upstream_index, PeerRef peer, PeerPhase phase);
  void record_marks(RecordKind kind, ConnectionId connection, const std::vector<Mark>& marks, Cause cause);
  void lose(ConnectionId connection, const MarkedBytes& bytes, Cause cause);

  std::int64_t now_s() const;
  std::string_view date();

  Host& host_;
  std::shared_ptr<const Config> config_;
  std::vector<std::shared_ptr<const Config>> earlier_configs_;  // pointed into by what is under way
  std::vector<Upstreams> upstreams_;                            // of all configurations, the oldest first
  struct BooksAt {
    std::uint32_t first = 0;  // index into upstreams_
    std::uint32_t count = 1;  // one for each worker, or one for all
  };
  std::vector<BooksAt> books_at_;  // of config_: for each upstream block
  std::map<std::string, std::uint32_t>
      passed_addresses_;  // by proxy_pass with variables: index into upstreams_
  std::vector<std::shared_ptr<const UpstreamConfig>> passed_upstreams_;
  std::uint32_t workers_ = 1;
  std::uint32_t last_worker_ = 0;  // that took a connection
  std::uint64_t accepts_ = 0;
  std::vector<ListenerRules> head_rules_;  // for each listener; never resized
  std::deque<Slot> slots_;                 // by ConnectionId::slot
  std::uint64_t requests_ = 0;
  std::set<Address> noted_addresses_;  // of clients, found by realip
  bool advancing_ = false;
  bool quitting_ = false;
  std::int64_t date_s_ = -1;
  std::string date_;
};

}  // namespace roundhouse::proxy
