// proxy_send_timeout in both worlds: an upstream that accepts and never reads, and a request larger than what waits for it on the way.
#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include <roundhouse/world.h>
#include "core/proxy/proxy.h"

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

class Deaf final : public Party {
 public:
  Deaf(Host& host, Address at) : host_(host), at_(std::move(at)) {}
  void on_start() override { host_.listen(at_); }
  void on_accept(ConnectionId connection, const Accepted&) override { host_.pause_reading(connection, true); }

 private:
  Host& host_;
  Address at_;
};

/// Takes everything, and answers once it has come.
class Willing final : public Party {
 public:
  Willing(Host& host, Address at, std::size_t body) : host_(host), at_(std::move(at)), body_(body) {}
  void on_start() override { host_.listen(at_); }
  void on_data(ConnectionId connection, ByteView bytes, Marks) override {
    got_ += bytes.size();
    if (got_ < body_) return;
    got_ = 0;
    host_.send(connection, ByteView("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  }

 private:
  Host& host_;
  Address at_;
  std::size_t body_;
  std::size_t got_ = 0;
};

class Sender final : public Party {
 public:
  Sender(Host& host, Address to, std::string request)
      : host_(host), to_(std::move(to)), request_(std::move(request)) {}
  void on_start() override { host_.connect({.to = to_}); }
  void on_open(ConnectionId connection) override { host_.send(connection, ByteView(request_)); }
  void on_data(ConnectionId, ByteView bytes, Marks) override { answer.append(bytes); }

  std::string answer;

 private:
  Host& host_;
  Address to_;
  std::string request_;
};

struct Asked {
  std::string answer;
  Duration took{};
  std::vector<std::string> tries;
  std::string reason;
};

class Reasons final : public RecordSink {
 public:
  Reasons(const Trace& trace, Asked& into) : trace_(trace), into_(into) {}
  void on_record(const Record& record) override {
    if (record.kind == RecordKind::route) into_.tries.emplace_back(trace_.text_of(record.subject));
    if (record.kind == RecordKind::answer) into_.reason = trace_.text_of(record.text);
  }

 private:
  const Trace& trace_;
  Asked& into_;
};

/// The world goes first: it may still record.
struct Run {
  Trace trace;
  Asked asked;
  Reasons reasons{trace, asked};
  std::unique_ptr<World> world;
};

Asked ask(Run& run, const std::string& servers, const std::string& method, std::size_t body,
          const std::string& timeout) {
  World& world = *run.world;
  Asked& asked = run.asked;
  const auto config = std::make_shared<const proxy::Config>(
      proxy::read_config("events {}\nhttp { upstream app { " + servers +
                         " }\nserver { listen 127.9.0.1:80; client_max_body_size 0; proxy_send_timeout " +
                         timeout + "; location / { proxy_pass http://app; } } }")
          .value());
  run.trace.add_sink(&run.reasons);
  const std::string request = method + " / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body) +
                              "\r\n\r\n" + std::string(body, 'x');
  const auto start = [&](const char* name, EntityKind kind, const char* ip, auto make) {
    const NodeId node = world.add_node({name, kind, ip, make});
    world.start(node);
    return node;
  };
  start("deaf", EntityKind::app, "127.8.0.1", [](Host& host) {
    return std::make_unique<Deaf>(host, Address{"127.8.0.1", 5000});
  });
  start("willing", EntityKind::app, "127.8.0.2", [body](Host& host) {
    return std::make_unique<Willing>(host, Address{"127.8.0.2", 5000}, body);
  });
  start("proxy", EntityKind::proxy, "127.9.0.1",
        [&config](Host& host) { return std::make_unique<proxy::Proxy>(host, config); });
  const NodeId client = start("client", EntityKind::client, "127.7.0.1", [&request](Host& host) {
    return std::make_unique<Sender>(host, Address{"127.9.0.1", 80}, request);
  });
  const Instant begun = world.now();
  const auto& sender = static_cast<Sender&>(*world.party(client));
  while (sender.answer.empty() && world.now() - begun < 30s) world.run_until(world.now() + 10ms);
  asked.answer = sender.answer.substr(0, sender.answer.find('\r'));
  asked.took = world.now() - begun;
  return asked;
}

const std::string deaf_first = "server 127.8.0.1:5000; server 127.8.0.2:5000;";
constexpr const char* words =
    "upstream timed out (110: Connection timed out) while sending request to upstream";

}  // namespace

TEST_CASE("in the virtual world a deaf upstream is given up after proxy_send_timeout", "[proxy][send]") {
  constexpr std::size_t body = 2 * 1024 * 1024;
  const auto asked = [](const std::string& servers, const std::string& method) {
    Run run;
    run.world = make_virtual_world(run.trace, {.seed = 1});
    return ask(run, servers, method, body, "8s");
  };
  const Asked alone = asked("server 127.8.0.1:5000;", "POST");
  CHECK(alone.answer == "HTTP/1.1 504 Gateway Time-out");
  CHECK(alone.reason == words);
  CHECK(alone.took >= 8s);
  CHECK(alone.took < 9s);

  const Asked next = asked(deaf_first, "PUT");
  CHECK(next.answer == "HTTP/1.1 200 OK");
  CHECK(next.tries == std::vector<std::string>{"127.8.0.1:5000", "127.8.0.2:5000"});
  CHECK(asked(deaf_first, "POST").answer == "HTTP/1.1 504 Gateway Time-out");  // begun, so not repeated
}

TEST_CASE("on loopback a deaf upstream is given up too, once the kernel takes no more", "[proxy][send]") {
  Run run;
  run.world = make_loopback_world(run.trace, {});
  const Asked alone = ask(run, "server 127.8.0.1:5000;", "POST", 24 * 1024 * 1024, "200ms");
  CHECK(alone.answer == "HTTP/1.1 504 Gateway Time-out");
  CHECK(alone.reason == words);
}
