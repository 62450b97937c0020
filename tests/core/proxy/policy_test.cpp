// A balancing policy that is given apart from the nginx text: what may be said, and how it takes the place of what the text says.
#include <catch2/catch.hpp>

#include "core/proxy/nginx_config/config.h"

using namespace roundhouse;
using namespace roundhouse::proxy;
using Catch::Matchers::Contains;

namespace {

std::string with_upstream(const std::string& inside) {
  return "events {}\nhttp {\nupstream app {\n" + inside + "\n}\n}\n";
}

Config read_with(const std::string& policy, const std::string& inside) {
  ReadOptions options;
  options.policy = policy;
  auto config = read_config(with_upstream(inside), options);
  if (!config) FAIL(config.error().text());
  return std::move(*config);
}

UpstreamConfig upstream_with(const std::string& policy, const std::string& inside = "server 127.0.0.1:1;") {
  return read_with(policy, inside).upstreams.at(0);
}

}  // namespace

TEST_CASE("each policy that may be said is read as the directive of nginx", "[nginx]") {
  CHECK(upstream_with("").policy == Policy::round_robin);
  CHECK(upstream_with("round_robin").policy == Policy::round_robin);
  CHECK(upstream_with("ip_hash").policy == Policy::ip_hash);
  CHECK(upstream_with("hash $remote_addr").policy == Policy::hash);
  CHECK(upstream_with("hash $remote_addr consistent").policy == Policy::consistent_hash);
  CHECK(upstream_with("least_conn").policy == Policy::least_conn);
  CHECK(upstream_with("random").policy == Policy::random);
  CHECK(upstream_with("random two").policy == Policy::random_two);
  CHECK(upstream_with("random two least_conn").policy == Policy::random_two_least_conn);
  CHECK(upstream_with("sticky cookie home expires=1h").sticky.value().expires_s == 3600);
}

TEST_CASE("a given policy takes the place of every one in the text, and of nothing else", "[nginx]") {
  const std::string text =
      "ip_hash;\nsticky cookie old;\nserver 127.0.0.1:1 weight=3 max_fails=2;\nserver 127.0.0.1:2 down;\n"
      "keepalive 4;";
  CHECK(upstream_with("", text).policy == Policy::ip_hash);
  CHECK(upstream_with("", text).sticky.value().name == "old");

  const Config config = read_with("least_conn", text);
  const UpstreamConfig& upstream = config.upstreams.at(0);
  CHECK(upstream.policy == Policy::least_conn);
  CHECK_FALSE(upstream.sticky);
  CHECK(upstream.keepalive == 4);
  REQUIRE(upstream.peers.size() == 2);
  CHECK(upstream.peers[0].weight == 3);
  CHECK(upstream.peers[0].max_fails == 2);
  CHECK(upstream.peers[1].down);
  CHECK(config.nginx_warnings.empty());  // nginx warns of a second method; here the text's own is not read

  CHECK(upstream_with("round_robin", text).policy == Policy::round_robin);
  CHECK_FALSE(upstream_with("round_robin", text).sticky);
  CHECK(upstream_with("sticky cookie new", text).sticky.value().name == "new");
  CHECK(upstream_with("sticky cookie new", text).policy == Policy::round_robin);
}

TEST_CASE("a given policy applies to every upstream block, and servers named by proxy_pass stay as they are",
          "[nginx]") {
  ReadOptions options;
  options.policy = "ip_hash";
  const auto config = read_config(
      "events {}\nhttp {\nupstream a { server 127.0.0.1:1; }\nupstream b { least_conn; server 127.0.0.1:2; "
      "}\n"
      "server { location / { proxy_pass http://127.0.0.1:3; } }\n}\n",
      options);
  REQUIRE(config.has_value());
  REQUIRE(config->upstreams.size() == 3);
  CHECK(config->upstreams[0].policy == Policy::ip_hash);
  CHECK(config->upstreams[1].policy == Policy::ip_hash);
  CHECK(config->upstreams[2].implicit);
  CHECK(config->upstreams[2].policy == Policy::round_robin);
}

TEST_CASE("servers that the given policy does not take are refused where they stand", "[nginx]") {
  ReadOptions options;
  options.policy = "ip_hash";
  const std::string text = with_upstream("least_conn;\nserver 127.0.0.1:1;\nserver 127.0.0.1:2 backup;");
  CHECK(read_config(text).has_value());
  const auto refused = read_config(text, options);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().text() == "nginx.conf:6: balancing method does not support parameter \"backup\"");
  options.policy = "round_robin";  // the other way round: the text's own method would refuse it
  CHECK(read_config(with_upstream("ip_hash;\nserver 127.0.0.1:1;\nserver 127.0.0.1:2 backup;"), options)
            .has_value());
}

TEST_CASE("nothing is wrong with what may be said", "[nginx]") {
  for (const char* policy : {"round_robin", "ip_hash", "hash $remote_addr", "hash $cookie_home consistent",
                             "least_conn", "random", "random two", "sticky cookie home httponly"}) {
    INFO(policy);
    CHECK(policy_problem(policy).empty());
  }
  CHECK(policy_words() ==
        std::vector<std::string>{"round_robin", "ip_hash", "hash", "random", "least_conn", "sticky"});
}

TEST_CASE("what may not be said is told in nginx's words where it has any", "[nginx]") {
  CHECK(policy_problem("") == "a policy is empty");
  CHECK(policy_problem("ip_hsh") == "\"ip_hsh\" is no balancing policy");
  CHECK(policy_problem("server 127.0.0.1:1") == "\"server\" is no balancing policy");
  CHECK(policy_problem("keepalive 4") == "\"keepalive\" is no balancing policy");
  CHECK(policy_problem("ip_hash; least_conn") == "\"ip_hash; least_conn\" is more than one directive");
  CHECK(policy_problem("ip_hash;") == "\"ip_hash;\" is more than one directive");
  CHECK(policy_problem("ip_hash {") == "\"ip_hash {\" is no directive of nginx");
  CHECK(policy_problem(";") == "\";\" is no directive of nginx");
  CHECK(policy_problem("}") == "\"}\" is no directive of nginx");
  CHECK(policy_problem("hash \"$remote_addr") == "\"hash \"$remote_addr\" is no directive of nginx");
  CHECK(policy_problem("round_robin now") == "invalid number of arguments in \"round_robin\"");
  CHECK_THAT(policy_problem("ip_hash now"), Contains("invalid number of arguments in \"ip_hash\" directive"));
  CHECK_THAT(policy_problem("hash"), Contains("invalid number of arguments in \"hash\" directive"));
  CHECK_THAT(policy_problem("hash $nothing"), Contains("unknown \"nothing\" variable"));
  CHECK_THAT(policy_problem("random three"), Contains("three"));
  CHECK_THAT(policy_problem("sticky biscuit home"), Contains("unknown parameter \"biscuit\""));
}
