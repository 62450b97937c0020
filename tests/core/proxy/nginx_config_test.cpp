// nginx texts. What a real `nginx -t` said about 119 of them is replayed by tests/oracles, by the replay of config.json; here stands what that
// data does not hold.
#include <algorithm>
#include <catch2/catch.hpp>

#include "core/proxy/nginx_config/config.h"
#include "core/proxy/nginx_config/directives.h"
#include "core/proxy/nginx_config/values.h"

using namespace roundhouse;
using namespace roundhouse::proxy;

namespace {

std::string http_block(const std::string& inside) {
  return "events {}\nhttp {\n" + inside + "\n}\n";
}

Config read_good(const std::string& text, const ReadOptions& options = {}) {
  auto config = read_config(text, options);
  if (!config) FAIL(config.error().text());
  return std::move(*config);
}

std::string error_of(const std::string& text, const ReadOptions& options = {}) {
  const auto config = read_config(text, options);
  return config ? "" : config.error().text();
}

}  // namespace

TEST_CASE("an error counts lines from where the text stands in its file", "[nginx]") {
  ReadOptions options;
  options.file = "scenarios/x.toml";
  options.first_line = 20;
  CHECK(error_of(http_block("upstream a {\n  server b:1\n}"), options) ==
        "scenarios/x.toml:24: unexpected \"}\"");
}

TEST_CASE("proxy_set_header is inherited all or nothing, other settings one by one", "[nginx]") {
  const Config config = read_good(http_block(R"(
    proxy_set_header X-Http 1;
    proxy_read_timeout 5s;
    proxy_connect_timeout 7s;
    upstream app { server 127.0.0.1:1; }
    server {
      proxy_read_timeout 6s;
      location /a { proxy_pass http://app; }
      location /b { proxy_pass http://app; proxy_set_header Host $host; proxy_http_version 1.1; }
    })"));
  const auto names = [](const Location& location) {
    std::string all;
    for (const HeaderLine& line : location.headers) all += line.name + " ";
    return all;
  };
  const auto& locations = config.servers.at(0).locations;
  CHECK(names(locations.at(0)) ==
        "X-Http Host Connection Content-Length Transfer-Encoding TE Keep-Alive Expect Upgrade ");
  CHECK(names(locations.at(1)) ==
        "Host Connection Content-Length Transfer-Encoding TE Keep-Alive Expect Upgrade ");
  CHECK(locations.at(0).read_timeout == std::chrono::seconds(6));
  CHECK(locations.at(0).connect_timeout == std::chrono::seconds(7));
  CHECK(locations.at(0).send_timeout == std::chrono::seconds(60));
  CHECK(locations.at(0).upstream_minor_version == 0);
  CHECK(locations.at(1).upstream_minor_version == 1);
  REQUIRE(config.listeners.size() == 1);
  CHECK(config.listeners[0].address == Address{"*", 80});
}

TEST_CASE("a name with several addresses makes several servers, each with the full weight", "[nginx]") {
  ReadOptions options;
  options.resolve = [](std::string_view) { return std::vector<Address>{{"127.1.0.1", 0}, {"127.1.0.2", 0}}; };
  const Config config = read_good(http_block("upstream app { server webapp:5000 weight=3 max_fails=2 "
                                             "fail_timeout=1m max_conns=9; server webapp:6000 backup; }"),
                                  options);
  const auto& peers = config.upstreams.at(0).peers;
  REQUIRE(peers.size() == 4);
  CHECK(peers[1].address == Address{"127.1.0.2", 5000});
  CHECK(peers[1].name == "127.1.0.2:5000");
  CHECK(peers[1].given_name == "webapp:5000");
  CHECK(peers[1].weight == 3);
  CHECK(peers[1].max_fails == 2);
  CHECK(peers[1].fail_timeout_s == 60);
  CHECK(peers[1].max_conns == 9);
  CHECK(peers[3].backup);
}

TEST_CASE("a proxy_pass may stand before its upstream, or name a server itself", "[nginx]") {
  const Config config = read_good(http_block(R"(
    server {
      location / { proxy_pass http://app; }
      location /x/ { proxy_pass http://127.0.0.1:9000/base/; }
      location /y { proxy_pass http://127.0.0.1; }
    }
    upstream app { ip_hash; server 127.0.0.1:1; })"));
  const auto& locations = config.servers.at(0).locations;
  CHECK(config.upstreams.at(locations.at(0).upstream.value()).policy == Policy::ip_hash);
  CHECK(locations.at(0).proxy_host == "app");
  CHECK_FALSE(locations.at(0).uri);
  CHECK(locations.at(1).uri == "/base/");
  CHECK(locations.at(1).proxy_host == "127.0.0.1:9000");
  CHECK(config.upstreams.at(locations.at(1).upstream.value()).peers.at(0).name == "127.0.0.1:9000");
  CHECK(locations.at(2).proxy_host == "127.0.0.1");
  CHECK(config.upstreams.at(locations.at(2).upstream.value()).peers.at(0).address ==
        Address{"127.0.0.1", 80});
}

TEST_CASE("sticky cookie is read with its parameters, and refused where nginx refuses it", "[nginx]") {
  const auto sticky = [](const std::string& words) {
    return http_block("upstream a { server 127.0.0.1:1; sticky " + words + "; }");
  };
  const Config config =
      read_good(sticky("cookie srv expires=1h domain=.x path=/ httponly secure samesite=lax"));
  const StickyCookie& cookie = config.upstreams.at(0).sticky.value();
  CHECK(cookie.name == "srv");
  CHECK(cookie.expires_s == 3600);
  CHECK(cookie.domain == ".x");
  CHECK(cookie.path == "/");
  CHECK(cookie.http_only);
  CHECK(cookie.secure);
  CHECK(cookie.same_site == "lax");
  CHECK(error_of(sticky("cookie srv expires=soon")) == "nginx.conf:3: invalid parameter \"expires=soon\"");
  CHECK(error_of(sticky("cookie")) == "nginx.conf:3: invalid number of arguments in \"sticky\" directive");
  CHECK(error_of(sticky("biscuit srv")) == "nginx.conf:3: unknown parameter \"biscuit\"");
  CHECK(error_of(http_block("upstream a { sticky cookie x; sticky cookie y; server 127.0.0.1:1; }")) ==
        "nginx.conf:3: \"sticky\" directive is duplicate");
}

TEST_CASE("what is read without effect is said, what would change too much is refused", "[nginx]") {
  const Config config =
      read_good(http_block("include mime.types; gzip on; sendfile on;\nserver { listen 443 ssl; }"));
  CHECK(config.warnings ==
        std::vector<std::string>{
            "nginx.conf:3: \"include mime.types\" is passed over: only this text is read",
            "nginx.conf:3: \"gzip\" is read, but has no effect here",
            "nginx.conf:4: \"listen ... ssl\" is read, but clients here speak plain HTTP"});
  CHECK(config.nginx_warnings.empty());
  CHECK(error_of(http_block("server { location / { alias b; } }")) ==
        "nginx.conf:3: \"alias\" directive is not supported here");
  CHECK(error_of(http_block("server { location / { proxy_pass https://$host; } }")) ==
        "nginx.conf:3: \"proxy_pass\" with https is not supported here");
}

TEST_CASE("a time of thousands of years, which nginx takes, is as good as any that no run sees the end of",
          "[nginx]") {
  // 86400 weeks in nanoseconds are more than 64 bits hold. Real nginx 1.22.1 takes the line.
  const Config config = read_good(
      "worker_shutdown_timeout 86400w;\n" +
      http_block(
          "server { listen 80; proxy_read_timeout 86400w; proxy_connect_timeout 5200w; location / { } }"));
  CHECK(config.shutdown_timeout == time_max);
  CHECK(config.servers.at(0).locations.at(0).read_timeout == time_max);
  CHECK(config.servers.at(0).locations.at(0).connect_timeout == std::chrono::hours(24 * 7) * 5200);
}

TEST_CASE("a consistent hash of too many points is refused, and one of as many as may be is not", "[nginx]") {
  const auto with = [](const std::string& method, std::int64_t weight) {
    return error_of(http_block("upstream app {\n" + method + " server 127.0.0.1:1 weight=" +
                               std::to_string(weight) + ";\nserver 127.0.0.1:2; }"));
  };
  CHECK(with("hash $arg_k consistent;", ring_weight_max - 1).empty());
  CHECK(with("hash $arg_k consistent;", ring_weight_max) ==
        "nginx.conf:5: weights of more than 100000 in all are too many points of a consistent hash here");
  CHECK(with("hash $arg_k;", ring_weight_max).empty());
}

TEST_CASE("what nginx has and the simulator has no use for is said once, and stands where nginx lets it",
          "[nginx]") {
  const Config config = read_good(http_block(
      "proxy_cache_path /tmp/c keys_zone=c:1m; charset_map a b { 80 E282AC; }\nserver { autoindex on; }\n"
      "server { server_name b; autoindex on; }"));
  CHECK(config.warnings ==
        std::vector<std::string>{"nginx.conf:3: \"proxy_cache_path\" is read, but has no effect here",
                                 "nginx.conf:3: \"charset_map\" is read, but has no effect here",
                                 "nginx.conf:4: \"autoindex\" is read, but has no effect here"});
  CHECK(error_of(http_block("server { proxy_cache_path /tmp/c keys_zone=c:1m; }")) ==
        "nginx.conf:3: \"proxy_cache_path\" directive is not allowed here");
  CHECK(error_of(http_block("proxy_cache_path /tmp/c;")) ==
        "nginx.conf:3: invalid number of arguments in \"proxy_cache_path\" directive");
  CHECK(error_of(http_block("proxy_cache_paths /tmp/c x;")) ==
        "nginx.conf:3: unknown directive \"proxy_cache_paths\"");
  std::vector<std::string_view> all;
  for (const Directive& one : directives()) all.push_back(one.name);
  for (const Family& family : without_effect()) {
    for (const std::string_view name : family.all_names()) {
      CHECK(std::find(all.begin(), all.end(), name) == all.end());
      all.push_back(name);
    }
  }
}

TEST_CASE("an included text is read in place, and its lines are its own", "[nginx]") {
  ReadOptions options;
  options.read_file = [](std::string_view path) -> std::optional<std::string> {
    if (path == "app.conf") return "\n\nupstream app { server 127.0.0.1:1; }";
    if (path == "bad.conf") return "\n}";
    if (path == "self.conf") return "include self.conf;";
    return std::nullopt;
  };
  CHECK(read_good(http_block("include app.conf;"), options).upstreams.size() == 1);
  CHECK(error_of(http_block("include bad.conf;"), options) == "bad.conf:2: unexpected \"}\"");
  CHECK(error_of(http_block("include self.conf;"), options) == "self.conf:1: \"include\" nested too deeply");
  CHECK(error_of(http_block("include none.conf;"), options) ==
        "nginx.conf:3: open() \"none.conf\" failed (2: No such file or directory)");
}

TEST_CASE("listen takes ports, addresses and names of the table", "[nginx]") {
  const Config config = read_good(http_block(R"(
    server { listen 8080 default_server; listen [::1]:81; server_name a *.b; }
    server { listen 8080; server_name c; }
    server { listen *:82 reuseport backlog=5; })"));
  REQUIRE(config.listeners.size() == 3);
  CHECK(config.listeners[0].address == Address{"*", 8080});
  CHECK(config.listeners[0].servers == std::vector<std::uint32_t>{0, 1});
  CHECK(config.listeners[1].address == Address{"::1", 81});
  CHECK(config.listeners[2].address == Address{"*", 82});
}

TEST_CASE("any cut of a configuration is an error or a configuration, never a crash", "[nginx]") {
  const std::string text = http_block(R"(
    upstream app { hash "$remote_addr-$arg_sid" consistent; server 127.0.0.1:1 weight=2; sticky cookie c; }
    map $http_upgrade $connection_upgrade { default upgrade; '' close; }
    server { listen 80; location /a { return 200 "x"; } location / { proxy_pass http://app/; } })");
  read_good(text);
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    std::string with_hole = text;
    with_hole.erase(cut, 1);
    read_config(text.substr(0, cut));
    read_config(with_hole);
  }
  SUCCEED();
}

TEST_CASE(
    "each usual directive has its effect, or is silent for a reason, or is warned about with file and line",
    "[nginx]") {
  const auto warnings = [](const std::string& main, const std::string& events, const std::string& inside) {
    return read_good(main + "events { " + events + " }\nhttp {\n" + inside + "\n}\n").warnings;
  };
  const auto in_server = [&](const std::string& line) { return warnings("", "", "server { " + line + " }"); };
  const auto in_location = [&](const std::string& line) {
    return warnings(
        "", "",
        "map $uri $m { default 1; }\nserver { location / { proxy_pass http://127.0.0.1:1; " + line + " } }");
  };
  const auto in_upstream = [&](const std::string& line) {
    return warnings("", "", "upstream a { " + line + " server 127.0.0.1:1; server 127.0.0.1:2; }");
  };
  // Their effects have tests of their own.
  for (const char* line :
       {"ip_hash;", "least_conn;", "hash $uri consistent;", "random two least_conn;", "zone a 64k;"})
    CHECK(in_upstream(line).empty());
  for (const char* line :
       {"proxy_http_version 1.1;", "proxy_set_header A $m;", "proxy_connect_timeout 1s;",
        "proxy_send_timeout 1s;", "proxy_read_timeout 1s;", "proxy_next_upstream off;",
        "proxy_next_upstream_tries 1;", "proxy_next_upstream_timeout 1s;", "proxy_buffer_size 8k;",
        "set_real_ip_from 127.0.0.1;", "real_ip_header X-Forwarded-For;", "real_ip_recursive on;",
        "client_max_body_size 1k;", "keepalive_timeout 5s;", "return 200 x;", "add_header A b;", "root /x;"})
    CHECK(in_location(line).empty());
  for (const char* line : {"listen 80;", "server_name a;"}) CHECK(in_server(line).empty());
  for (const char* line : {"worker_processes 4;", "worker_shutdown_timeout 1s;"})
    CHECK(warnings(line, "", "").empty());

  // Nothing that a client could see.
  for (const char* line :
       {"keepalive 8;", "keepalive_timeout 5s;", "keepalive_requests 5;", "keepalive_time 5s;"})
    CHECK(in_upstream(line).empty());
  for (const char* line : {"proxy_buffering off;", "proxy_buffers 8 4k;", "proxy_cache_bypass $http_upgrade;",
                           "proxy_redirect off;", "proxy_socket_keepalive on;", "error_log /x;",
                           "access_log off;", "sendfile on;", "tcp_nodelay on;", "types { a b; }"})
    CHECK(in_location(line).empty());
  for (const char* line : {"user nobody;", "pid /x;"}) CHECK(warnings(line, "", "").empty());
  CHECK(warnings("", "", "log_format a b;").empty());

  // A client of a real one could tell: said once, with the place.
  const std::string no_effect = "\" is read, but has no effect here";
  for (const char* word :
       {"gzip on;", "send_timeout 5s;", "expires 1d;", "server_tokens off;", "error_page 502 /x;",
        "proxy_hide_header A;", "proxy_cache a;", "limit_conn a 1;", "proxy_ignore_client_abort on;"}) {
    const std::string line = word;
    CHECK(in_location(line) ==
          std::vector<std::string>{"nginx.conf:4: \"" + line.substr(0, line.find(' ')) + no_effect});
  }
  for (const char* word : {"ssl_certificate /x;", "underscores_in_headers on;"}) {
    const std::string line = word;
    CHECK(in_server(line) ==
          std::vector<std::string>{"nginx.conf:3: \"" + line.substr(0, line.find(' ')) + no_effect});
  }
  CHECK(
      in_location("proxy_redirect http://a/ /;") ==
      std::vector<std::string>{
          "nginx.conf:4: \"proxy_redirect\" is read, but a Location is passed on as the upstream wrote it"});
  CHECK(in_location("if (-f $uri) { break; }") ==
        std::vector<std::string>{"nginx.conf:4: \"if (-f ...)\" finds no files here"});
  CHECK(in_location("real_ip_header proxy_protocol;") ==
        std::vector<std::string>{"nginx.conf:4: \"real_ip_header proxy_protocol\" has no effect: no "
                                 "connection here speaks the PROXY protocol"});
  CHECK(warnings("", "worker_connections 20;", "") ==
        std::vector<std::string>{
            "nginx.conf:1: \"worker_connections\" is read, but connections have no such limit here"});
  CHECK(warnings("worker_processes auto;", "", "") ==
        std::vector<std::string>{
            "nginx.conf:1: \"worker_processes auto\" is one worker here: no machine's cores are counted"});
  CHECK(in_location("add_header A $request_id;") ==
        std::vector<std::string>{"nginx.conf: \"$request_id\" is empty here"});
}
