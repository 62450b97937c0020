// The proxy against servers that break: every recorded event of a real nginx, in its order and at its second.
#include <catch2/catch.hpp>
#include <deque>
#include <map>
#include <set>

#include "core/proxy/proxy.h"
#include "tests/core/proxy/fake_host.h"
#include "tests/core/proxy/recorded_upstream.h"

using namespace roundhouse;
using namespace roundhouse::proxy;
using namespace std::chrono_literals;
using test::FakeHost;

namespace {

const Address door{"*", 80};

class Replay {
 public:
  explicit Replay(const boost::json::value& data) : config_(test::config_of(data)), proxy_(host_, config_) {
    host_.attach(proxy_);
    proxy_.on_start();
    for (const auto& peer : config_->upstreams[0].peers)
      numbers_[peer.address.text()] = static_cast<int>(numbers_.size());
    if (const auto* start = data.as_object().if_contains("start")) {
      for (const auto& mode : start->as_array()) modes_.push_back(word(mode));
    }
    modes_.resize(numbers_.size(), "up");
    host_.run_until({500'000'000});
  }

  void run(const boost::json::value& event) {
    const std::string verb = test::text_of(event.at("op"));
    if (const auto* t = event.as_object().if_contains("t"); t != nullptr && verb != "burst") {
      finish_bursts();
      wait_until({t->as_int64() * 1'000'000'000 + 500'000'000});
    }
    if (verb == "set") {
      modes_[index(event.at("server"))] = word(event.at("mode"));
    } else if (verb == "kill") {
      kill(event);
    } else if (verb == "close") {
      const ConnectionId client = tunnels_.at(event.at("id").as_int64());
      host_.end(client);
      tunnels_.erase(event.at("id").as_int64());
    } else if (verb == "burst") {
      wait_until({std::max(host_.now().ns, event.at("t").as_int64() * 1'000'000'000 + 500'000'000) +
                  (event.at("nth").as_int64() > 0 ? 40'000'000 : 0)});
      bursts_.push_back({ask(event), &event});
    } else {
      const Asked asked = ask(event);
      if (verb == "abort") {
        wait_until(host_.now() + Duration(static_cast<std::int64_t>(event.at("after").as_double() * 1e9)));
        if (!host_.wire(asked.client).closed) host_.end(asked.client);
        check(asked, event);
      } else {
        finish(asked, event);
      }
      if (verb == "open" && event.at("status").as_int64() == 101)
        tunnels_[event.at("id").as_int64()] = asked.client;
    }
  }
  void finish_bursts() {
    while (!bursts_.empty()) {
      finish(bursts_.front().first, *bursts_.front().second);
      bursts_.pop_front();
    }
  }

 private:
  struct Asked {
    ConnectionId client;
    std::size_t first_record = 0;
  };

  static std::string word(const boost::json::value& value) {
    return value.is_string() ? test::text_of(value) : std::to_string(value.as_int64());
  }
  static std::size_t index(const boost::json::value& value) {
    return static_cast<std::size_t>(value.as_int64());
  }

  Asked ask(const boost::json::value& event) {
    const auto* ip = event.as_object().if_contains("client");
    const bool upgrade = test::text_of(event.at("op")) == "open";
    const auto* method = event.as_object().if_contains("method");
    std::string request = (method != nullptr ? test::text_of(*method) : "GET") + " / HTTP/1.1\r\nHost: x\r\n";
    if (method != nullptr) request += "Content-Length: 1\r\n";
    request += upgrade ? "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" : "Connection: close\r\n\r\n";
    if (method != nullptr) request += "x";
    const std::size_t first_record = host_.records.size();
    const ConnectionId client = host_.accept(door, ip != nullptr ? test::text_of(*ip) : "127.0.0.1");
    host_.data(client, request);
    react();
    return {client, first_record};
  }

  void wait_until(Instant at) {
    while (host_.next_timer() <= at) {
      host_.run_until(host_.next_timer());
      react();
    }
    host_.run_until(at);
  }

  bool answered(ConnectionId client) {
    const FakeHost::Wire& wire = host_.wire(client);
    // An upgrade that was refused leaves its connection open, as nginx does; other requests here end theirs.
    return wire.closed || wire.sent.bytes.starts_with("HTTP/1.1 101") ||
           wire.sent.bytes.starts_with("HTTP/1.1 502");
  }

  void finish(const Asked& asked, const boost::json::value& event) {
    while (!answered(asked.client)) {
      REQUIRE(host_.next_timer() != Instant::never());
      wait_until(host_.next_timer());
    }
    check(asked, event);
  }

  void check(const Asked& asked, const boost::json::value& event) {
    std::vector<std::int64_t> tries;
    int status = 0;
    std::int64_t at = 0;
    for (std::size_t i = asked.first_record; i < host_.records.size(); ++i) {
      const Record& record = host_.records[i];
      if (record.connection != asked.client.serial) continue;
      const bool nobody = record.code == static_cast<std::uint16_t>(RouteReason::nobody);
      if (record.kind == RecordKind::route)
        tries.push_back(nobody ? -1 : numbers_.at(std::string(host_.text_of(record.subject))));
      if (record.kind != RecordKind::answer) continue;
      status = record.code;
      at = record.at.ns / 1'000'000'000;
    }
    const auto& object = event.as_object();
    std::vector<std::int64_t> expected;
    for (const auto& number : event.at("tries").as_array()) expected.push_back(number.as_int64());
    CHECK(tries == expected);
    const std::string& bytes = host_.wire(asked.client).sent.bytes;
    if (const auto* raw = object.if_contains("passed_through")) {
      CHECK(bytes == test::text_of(*raw));
    } else {
      CHECK(status == event.at("status").as_int64());
    }
    if (const auto* body = object.if_contains("body_bytes")) {
      CHECK(static_cast<std::int64_t>(bytes.size() - bytes.find("\r\n\r\n") - 4) == body->as_int64());
    }
    if (const auto* end = object.if_contains("t_end")) CHECK(at == end->as_int64());
  }

  void kill(const boost::json::value& event) {
    const std::size_t server = index(event.at("server"));
    modes_[server] = "refuse";
    std::set<std::int64_t> expected;
    for (const auto& pair : event.at("tunnels_ended").as_array()) expected.insert(pair.at(0).as_int64());
    std::set<std::int64_t> ended;
    for (std::size_t i = 0; i < host_.wires().size(); ++i) {
      FakeHost::Wire& wire = host_.wires()[i];
      if (!wire.outgoing || wire.dead || numbers_.at(wire.to.text()) != static_cast<int>(server)) continue;
      if (test::text_of(event.at("how")) == "rst") {
        host_.gone(wire.id, CloseReason::reset);
      } else {
        host_.end(wire.id);
      }
    }
    for (auto i = tunnels_.begin(); i != tunnels_.end();) {
      const FakeHost::Wire& client = host_.wire(i->second);
      if (client.closed) CHECK(client.how == Close::fin);
      if (client.closed) ended.insert(i->first);
      i = client.closed ? tunnels_.erase(i) : std::next(i);
    }
    CHECK(ended == expected);
  }

  /// The servers do what their modes say, until nothing is left to do.
  void react() {
    for (std::size_t i = next_wire_; i < host_.wires().size(); ++i) {
      next_wire_ = i + 1;
      if (!host_.wires()[i].outgoing) continue;
      const ConnectionId id = host_.wires()[i].id;
      const std::string mode = modes_[static_cast<std::size_t>(numbers_.at(host_.wires()[i].to.text()))];
      if (mode == "refuse") {
        host_.gone(id, CloseReason::refused);
        continue;
      }
      if (mode == "blackhole") continue;
      host_.open(id);
      const std::string request = host_.wire(id).sent.bytes;
      REQUIRE(request.find("\r\n\r\n") != std::string::npos);
      if (mode == "hang") continue;
      if (mode == "eof") {
        host_.end(id);
      } else if (mode == "reset") {
        host_.gone(id, CloseReason::reset);
      } else if (mode == "badheader") {
        host_.data(id, "HTTP/1.1 200 OK\r\nbad header: x\r\n\r\n");
      } else if (mode == "bigheader") {
        host_.data(id, "HTTP/1.1 200 OK\r\nX-Big: " + std::string(10000, 'x') + "\r\n\r\n");
      } else if (mode == "garbage") {
        host_.data(id, "this is not http\r\n\r\n");
        host_.end(id);
      } else if (mode == "short") {
        host_.data(id, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
        host_.end(id);
      } else if (mode != "up") {
        host_.data(id, "HTTP/1.1 " + mode + " Whatever\r\nContent-Length: 2\r\n\r\nno");
      } else if (request.find("\r\nUpgrade: websocket\r\n") != std::string::npos) {
        host_.data(id,
                   "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
      } else {
        host_.data(id, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      }
    }
  }

  FakeHost host_;
  std::shared_ptr<const Config> config_;
  Proxy proxy_;
  std::map<std::string, int> numbers_;
  std::vector<std::string> modes_;
  std::map<std::int64_t, ConnectionId> tunnels_;
  std::deque<std::pair<Asked, const boost::json::value*>> bursts_;
  std::size_t next_wire_ = 0;
};

}  // namespace

TEST_CASE("every recorded failure goes as it went at nginx", "[proxy][oracle]") {
  std::size_t events = 0;
  for (const std::string& file : test::files_in("failure")) {
    INFO(file);
    const auto data = test::nginx_data(file);
    Replay replay(data);
    for (const auto& event : data.at("events").as_array()) {
      INFO(event);
      replay.run(event);
      ++events;
    }
    replay.finish_bursts();
  }
  CHECK(events > 1000);
}

TEST_CASE("every recorded tunnel goes where it went at nginx", "[proxy][oracle]") {
  for (const std::string& file : test::files_in("tunnel")) {
    const auto data = test::nginx_data(file);
    if (test::text_of(data.at("policy")).starts_with("random")) continue;  // other draws
    INFO(file);
    Replay replay(data);
    for (const auto& op : data.at("ops").as_array()) replay.run(op);
  }
}
