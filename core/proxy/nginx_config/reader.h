// Reads an nginx text into a Config: the parse, the levels, and what nginx checks only at the end. Private to the reader's files;
// users call read_config() of config.h.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/proxy/nginx_config/config.h"
#include "core/proxy/nginx_config/directives.h"
#include "core/proxy/nginx_config/tokenizer.h"
#include "core/proxy/nginx_config/values.h"

namespace roundhouse::proxy {

inline constexpr int include_depth_max = 10;
inline constexpr int location_depth_max = 10;

/// nginx: the size of a connection's pool. Larger header buffers may not be smaller.
inline constexpr std::size_t connection_pool_bytes = 512;

/// What one level (http, server, location) says itself; the rest is inherited.
struct Level {
  std::array<std::optional<std::int64_t>, static_cast<std::size_t>(Setting::count)> settings;
  void set(Setting which, std::int64_t value) { settings[static_cast<std::size_t>(which)] = value; }
  std::optional<std::int64_t> get(Setting which) const { return settings[static_cast<std::size_t>(which)]; }

  std::vector<HeaderLine> headers;                   ///< proxy_set_header: all or nothing
  std::vector<AddedHeader> added_headers;            ///< add_header: all or nothing
  std::optional<std::vector<Network>> real_ip_from;  ///< all or nothing
  bool real_ip_from_unix = false;                    ///< goes with it
  std::optional<std::string> real_ip_field;          ///< empty: proxy_protocol
  std::optional<std::string> root;
  bool internal = false;
  bool has_resolver = false;
  std::optional<std::string> default_type;
  std::optional<Types> types;  ///< all or nothing; several blocks of a level add up
  std::optional<std::uint32_t> next_upstream;
  std::optional<int> upstream_minor_version;
  std::vector<std::string_view> seen;  ///< directives that may stand once
};

class Reader {
 public:
  explicit Reader(const ReadOptions& options) : options_(options) {}

  std::optional<Error> read(std::string_view text);
  Config take() { return std::move(config_); }

 private:
  using Words = std::vector<std::string>;
  using Problem = std::optional<Error>;

  struct File {
    std::string name;
    Tokenizer tokens;
  };
  struct PassedHost {  ///< a proxy_pass waits until all upstream blocks are known
    Url url;
    std::string text;
  };
  struct Listen {
    Address address;
    bool is_default = false;
    bool reuseport = false;
  };
  struct OpenServer {
    Level level;
    std::vector<Listen> listens;
    VirtualServer server;
  };
  struct OpenLocation {
    Level level;
    Location location;
    bool has_pass = false;
    bool is_if = false;
    std::vector<OpenLocation> conditional;  ///< its if blocks, which inherit when it is closed
  };

  // reader.cpp: the parse
  Problem read_block(Context context, bool whole_file = false);
  Problem read_directive(Context context, Tokenizer::End end);
  Problem take(const Directive& directive, Context context, Tokenizer::End end);
  Problem act(const Directive& directive, Context context);
  Problem read_setting(const Directive& directive);
  Problem read_included(const std::function<Problem()>& read_text);
  Problem read_lines(bool whole_file, const std::function<Problem()>& read_line);
  Problem skip_block();
  Level& level();
  Problem once(std::string_view name);
  std::string place() const;
  Problem error(std::string what) const { return Error(place(), std::move(what)); }
  const Words& words() const { return files_.back().tokens.words(); }

  // read_upstream.cpp
  Problem read_upstream();
  Problem read_peer();
  Problem read_peer_parameter(const std::string& word, PeerConfig& peer);
  Problem read_random();
  Problem read_hash();
  Problem read_sticky();
  Problem read_keepalive();
  Problem read_zone();
  void set_policy(Policy policy);
  Result<std::vector<Address>> resolve(const Url& url, const std::string& text);

  // policy.cpp
  Problem read_given_policy();
  bool gives_way(Does does) const;

  // read_map.cpp
  Problem read_map();
  Problem read_map_line();
  Problem compile_pattern(std::string_view text, Regex::Letters letters, Pattern& to);

  // read_types.cpp
  Problem read_types();
  Problem read_types_line();

  // read_client_limits.cpp
  Problem read_large_header_buffers();
  Problem read_keepalive_timeout();
  void set_client_limits(VirtualServer& server, const Level& own) const;
  Problem check_client_limits() const;
  static void inherit_client_limits(Location& location, const std::vector<const Level*>& levels);

  // read_real_ip.cpp
  Problem read_set_real_ip_from();
  Problem read_real_ip_header();

  // read_server.cpp
  Problem read_server();
  Problem read_location();
  Problem read_listen();
  Problem read_server_name();
  Problem read_proxy_pass();
  Problem read_set_header();
  Problem read_add_header();
  Problem read_next_upstream();
  Problem read_http_version();
  Problem compile(std::string_view text, Template& to);

  // read_script.cpp
  Problem read_return();
  Problem read_set();
  Problem read_rewrite();
  Problem read_break();
  Problem read_if(Context context);
  Problem read_condition(Condition& condition);
  Script& script();
  ScriptStep& add_step(ScriptStep::Kind kind);
  void close_conditionals(OpenLocation& around, const std::vector<const Level*>& outer);

  // finish.cpp: what nginx does when the http block, or the file, ends
  Problem finish_http();
  Problem check_upstreams();
  Problem resolve_variables();
  Problem check_locations(const std::vector<Location>& locations);
  void join_listeners();
  void warn_of_conflicts(const std::string& name, const Address& address, std::vector<std::string>& taken);
  void warn(std::string what, bool of_nginx = false);
  void warn_of_no_effect(std::string_view name);
  void inherit(Location& location, const Level& own, const std::vector<const Level*>& outer);

  const ReadOptions& options_;
  Config config_;
  std::vector<File> files_;
  std::vector<std::string_view> without_effect_;  ///< directives that were warned of
  Level http_;
  std::optional<OpenServer> server_;
  std::vector<OpenLocation> locations_;     ///< open ones, the innermost last
  std::optional<UpstreamConfig> upstream_;  ///< the open one
  bool method_set_ = false;                 ///< of the open upstream: a second one is a warning
  bool sticky_set_ = false;
  std::vector<std::pair<std::string, std::int64_t>> zones_;  ///< name, bytes; 0 where only named
  bool has_patterns_ = false;
  bool has_script_ = false;  ///< more than `return`
  bool reading_given_policy_ = false;
  std::optional<Map> map_;
  std::vector<std::vector<Listen>> listens_;  ///< of each server, in order
  std::vector<Address> default_servers_;      ///< addresses that have one
  std::vector<std::string_view> main_seen_;
  bool events_seen_ = false;
  bool http_seen_ = false;
};

}  // namespace roundhouse::proxy
