// The table of directives: where each may stand, with how many words, and what the reader does with it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace roundhouse::proxy {

/// Where a directive may stand; bits.
enum Context : std::uint16_t {
  in_main = 1,
  in_events = 2,
  in_http = 4,
  in_upstream = 8,
  in_server = 16,
  in_location = 32,
  in_server_if = 64,
  in_location_if = 128,
  in_any_if = in_server_if | in_location_if,
  in_http_levels = in_http | in_server | in_location
};

/// What the reader does. `setting_...` are kept for each level and inherited one by one.
enum class Does : std::uint8_t {
  // blocks
  events,
  http,
  upstream,
  server,
  location,
  map,
  types,
  ignored_block,
  // upstream
  peer,
  ip_hash,
  hash,
  least_conn,
  random,
  keepalive,
  sticky,
  zone,
  // server and location
  listen,
  server_name,
  internal,
  proxy_pass,
  proxy_set_header,
  proxy_next_upstream,
  proxy_http_version,
  add_header,
  proxy_redirect,
  set_real_ip_from,
  real_ip_header,
  answer,
  set_variable,
  rewrite,
  stop,
  condition,
  include,
  root,
  default_type,
  large_header_buffers,
  keepalive_timeout,
  resolver,
  worker_processes,
  worker_connections,
  // settings with a value
  setting,
  // taken, without effect
  ignored,          ///< nothing that a client could see here
  ignored_warning,  ///< a client of the real one could see it
  refused           ///< would change what happens too much to be passed over
};

/// How a setting's value is read, and which words nginx says about a bad one.
enum class Kind : std::uint8_t { any, flag, milliseconds, seconds, number, size };

enum class Setting : std::uint8_t {
  none,
  connect_timeout,
  send_timeout,
  read_timeout,
  keepalive_timeout,
  keepalive_shown,
  keepalive_requests,
  keepalive_time,
  header_timeout,
  body_timeout,
  first_header_buffer,
  large_header_buffers,  ///< how many
  large_header_bytes,
  next_tries,
  next_timeout,
  body_max,
  buffer_size,
  buffering,
  real_ip_recursive,
  shutdown_timeout,  ///< of the whole file
  count
};

struct Directive {
  std::string_view name;
  std::uint16_t contexts = 0;
  std::uint8_t least = 0;  ///< words behind the name
  std::uint8_t most = 0;
  bool block = false;
  Does does = Does::ignored;
  Kind kind = Kind::any;
  Setting setting = Setting::none;
  bool once = false;    ///< a second one on a level is `is duplicate`
  bool warned = false;  ///< a setting without effect that a client of the real one could see
};

/// All of them; a name may stand twice with different contexts (`server`).
std::span<const Directive> directives();

/// Directives of nginx that the simulator has no use for, alike in where they may stand and with how many words.
struct Family {
  std::uint16_t contexts = 0;
  std::uint8_t least = 0;
  std::uint8_t most = 0;
  bool block = false;
  std::string_view names;  ///< with a space between
  std::vector<std::string_view> all_names() const;
};
std::span<const Family> without_effect();
std::optional<Directive> without_effect(std::string_view name);

}  // namespace roundhouse::proxy
