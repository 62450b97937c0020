// An nginx configuration as values, after inheritance: what the proxy acts on. Read from text by read_config().
// Durations and defaults are those of nginx 1.22.1; where a value cannot be had here, the reader refuses it or warns.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/address.h>
#include <roundhouse/instant.h>
#include <roundhouse/result.h>
#include "core/http/head_reader.h"
#include "core/proxy/nginx_config/pattern.h"
#include "core/proxy/nginx_config/script.h"
#include "core/proxy/nginx_config/template.h"

namespace roundhouse::proxy {

enum class Policy : std::uint8_t {
  round_robin,
  ip_hash,
  hash,
  consistent_hash,
  least_conn,
  random,
  random_two,
  random_two_least_conn
};
/// As in nginx text: `round_robin` for none, `hash consistent`, `random two`.
std::string_view policy_name(Policy policy);

/// One address of a `server` line; a name with k addresses makes k of them, each with the full weight.
struct PeerConfig {
  std::string name;        ///< as written; the address where the name has several
  std::string given_name;  ///< as written: the consistent hash's owner of ring points
  Address address;
  std::int64_t weight = 1;
  std::int64_t max_conns = 0;  ///< 0: no limit
  std::int64_t max_fails = 1;  ///< 0: failures are not counted
  std::int64_t fail_timeout_s = 10;
  bool down = false;
  bool backup = false;
  std::string route;  ///< newer nginx: what `sticky cookie` writes instead of a digest
};

/// `sticky cookie NAME ...` of nginx 1.29.6 and later.
struct StickyCookie {
  std::string name;
  std::optional<std::int64_t> expires_s;
  bool expires_max = false;
  std::string domain;
  std::string path;
  std::string same_site;
  bool http_only = false;
  bool secure = false;
};

struct UpstreamConfig {
  std::string name;
  bool implicit = false;   ///< made by a proxy_pass that names a server instead of an upstream block
  std::uint16_t port = 0;  ///< of an implicit one
  std::string where;       ///< FILE:LINE of the block's head, or of the proxy_pass
  Policy policy = Policy::round_robin;
  Template key;  ///< of hash
  std::optional<StickyCookie> sticky;
  std::int64_t keepalive = 0;
  std::string zone;               ///< its books are shared by all workers; empty: each worker keeps its own
  std::vector<PeerConfig> peers;  ///< in the order written, backups among them
};

struct HeaderLine {
  std::string name;
  Template value;
};

/// `add_header NAME VALUE [always]`.
struct AddedHeader {
  HeaderLine line;
  bool always = false;  ///< also with statuses that nginx does not take for a success
};

/// `set_real_ip_from` of one network. Bytes of IPv4 or IPv6, address and mask alike.
struct Network {
  std::string address;
  std::string mask;
};

/// The realip directives of a level: whose word is taken for where a request comes from.
struct RealIp {
  std::vector<Network> from;
  bool from_unix = false;           ///< `set_real_ip_from unix:`
  std::string field = "X-Real-IP";  ///< empty: proxy_protocol
  bool is_list = false;             ///< of X-Forwarded-For, all fields count
  bool recursive = false;
};

/// What may send a request on to the next server: bits of proxy_next_upstream.
enum NextUpstream : std::uint32_t {
  next_error = 1 << 0,
  next_timeout = 1 << 1,
  next_invalid_header = 1 << 2,
  next_non_idempotent = 1 << 3,
  next_http_500 = 1 << 4,
  next_http_502 = 1 << 5,
  next_http_503 = 1 << 6,
  next_http_504 = 1 << 7,
  next_http_403 = 1 << 8,
  next_http_404 = 1 << 9,
  next_http_429 = 1 << 10,
  next_updating = 1 << 11,
  next_off = 1u << 31,
};

/// `types` of a level: the type of each extension, which is lower case.
using Types = std::map<std::string, std::string, std::less<>>;

struct Location {
  enum class Match : std::uint8_t { prefix, prefix_no_regex, exact, regex };
  Match match = Match::prefix;
  bool proxied() const { return upstream.has_value() || pass.has_value(); }
  std::string path;                ///< of a regular expression: its text
  std::optional<Pattern> pattern;  ///< of Match::regex
  std::string where;
  std::vector<Location> inner;

  std::optional<std::uint32_t> upstream;       ///< index into Config::upstreams; none: not a proxied location
  std::optional<Template> pass;                ///< a proxy_pass with variables, in place of `upstream`
  bool has_resolver = false;                   ///< a name in `pass` that is no upstream's may be looked up
  std::optional<std::string> uri;              ///< of the proxy_pass: replaces the location's prefix
  std::string proxy_host;                      ///< $proxy_host
  bool internal = false;                       ///< only rewriting leads here
  Script script;                               ///< rewrite directives
  std::vector<Location> conditional;           ///< what applies in its if blocks
  std::string root = "/usr/share/nginx/html";  ///< where nginx would look for a file; here there are none
  std::shared_ptr<const Types> types;          ///< null: nginx's own three
  std::string default_type = "text/plain";     ///< empty: no Content-Type
  std::vector<HeaderLine> headers;             ///< to the upstream, defaults included, in nginx's order
  std::vector<AddedHeader> added_headers;      ///< to the client
  std::shared_ptr<const RealIp> real_ip;       ///< null: nobody is trusted
  int upstream_minor_version = 0;
  Duration connect_timeout{std::chrono::seconds(60)};
  Duration send_timeout{std::chrono::seconds(60)};
  Duration read_timeout{std::chrono::seconds(60)};
  Duration keepalive_timeout{std::chrono::seconds(75)};  ///< to clients; 0: no keep-alive
  std::int64_t keepalive_shown_s = 0;                    ///< of the field Keep-Alive; 0: there is none
  std::int64_t keepalive_requests = 1000;                ///< of a connection
  Duration keepalive_time{std::chrono::hours(1)};        ///< of a connection
  Duration body_timeout{std::chrono::seconds(60)};       ///< client_body_timeout
  std::uint32_t next_upstream = next_error | next_timeout;
  std::int64_t next_upstream_tries = 0;        ///< 0: no limit
  Duration next_upstream_timeout{};            ///< 0: no limit
  std::uint64_t body_bytes_max = 1024 * 1024;  ///< client_max_body_size; 0: no limit
  std::uint64_t head_bytes_max = 4096;         ///< of an answer: proxy_buffer_size
};

struct VirtualServer {
  std::vector<std::string>
      names;  ///< lower case; `*.x` and `x.*` are wildcards, `.x` both; `~x` is one of `patterns`, as written
  std::vector<Pattern> patterns;  ///< of `~x`, in order
  std::vector<Location> locations;
  http::HeadLimits head_limits;
  Duration header_timeout{std::chrono::seconds(60)};  ///< client_header_timeout
  Location fallback;  ///< the server level itself: what applies where no location matches
};

struct Listener {
  Address address;
  std::uint32_t default_server = 0;    ///< index into Config::servers
  std::vector<std::uint32_t> servers;  ///< that listen here, in order
  bool reuseport = false;              ///< each worker has a socket of its own, and the kernel deals out
};

struct Map {
  std::string name;  ///< without `$`
  Template source;
  struct Entry {
    std::string key;  ///< lower case: a map compares without case
    Template value;
  };
  struct PatternEntry {
    Pattern pattern;
    Template value;
  };
  std::vector<Entry> entries;
  std::vector<PatternEntry> patterns;  ///< asked in order where no entry fits
  Template otherwise;
  bool hostnames = false;    ///< keys may be wildcards as in server_name
  bool is_volatile = false;  ///< computed whenever it is asked for
};

struct Config {
  std::vector<UpstreamConfig> upstreams;
  std::vector<VirtualServer> servers;
  std::vector<Listener> listeners;
  std::vector<Map> maps;
  std::vector<VariableUse> variables;  ///< what templates name, resolved
  /// For people, `FILE:LINE: text`: what nginx warns about, and what is read but has no effect here.
  std::vector<std::string> warnings;
  /// Those of them that nginx itself gives, in its words.
  std::vector<Error> nginx_warnings;
  std::int64_t worker_processes = 1;  ///< 0: nobody takes what the kernel has accepted
  /// A map asked for twice in one request could have another value the second time: expressions, or $upstream_..., are in use.
  bool keeps_map_values = false;
  /// Some script has more than `return`: a request's location shows only when they have run.
  bool rewrites = false;
  Duration shutdown_timeout{};  ///< worker_shutdown_timeout; 0: no limit
};

/// Of the servers of an upstream block with `hash ... consistent`, together: each unit is 160 points in memory. nginx takes what malloc
/// takes: 3.7 s of `nginx -t` for this much, and `malloc() failed` for a thousand times as much.
inline constexpr std::int64_t ring_weight_max = 100'000;
/// nginx: NGX_MAX_PROCESSES. More are not started.
inline constexpr std::int64_t workers_max = 1024;

struct ReadOptions {
  std::string file = "nginx.conf";
  int first_line = 1;  ///< the line of `file` that the text's first line is
  /// The addresses of a host name, ports ignored; none: nginx's `host not found`. Not called for IP addresses and unix: paths.
  /// Without it a name is its own address, for a world that knows names.
  std::function<std::vector<Address>(std::string_view host)> resolve;
  /// The text of an included file; none: nginx's `No such file or directory`. Without it, `include` is passed over with a warning.
  std::function<std::optional<std::string>(std::string_view path)> read_file;
  /// A balancing directive in place of those that the upstream blocks have themselves, without its semicolon; `round_robin` for none.
  /// Empty: as written. Only what policy_problem() finds nothing wrong with.
  std::string policy = {};
  /// Directives that nginx got after 1.22 (`sticky`, `route=`). Off: they are unknown, as in 1.22.
  bool newer_directives = true;
};

/// The first words of balancing directives, and `round_robin`.
const std::vector<std::string>& policy_words();
/// What is wrong with a text for ReadOptions::policy, in nginx's words where nginx has any; empty where nothing is. Whether the servers
/// of an upstream block fit it (`backup`) shows only when their text is read.
std::string policy_problem(std::string_view policy);

/// Errors carry nginx's own texts; `where` is `FILE:LINE`, the line on which the directive's end was read, and empty for the two
/// errors that nginx gives without a place.
Result<Config> read_config(std::string_view text, const ReadOptions& options = {});

}  // namespace roundhouse::proxy
