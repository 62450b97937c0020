// The recorded life of the real client, played again: the same requests with the same bytes in the same order, the same
// frames, and the same events for the application. Only what a client draws by itself may differ (cache busters, keys, masks).
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <utility>

#include "core/client/client.h"
#include "core/websocket/handshake.h"
#include "tests/core/client/fake_host.h"

using namespace roundhouse;
using namespace roundhouse::test;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr const char* server_host = "127.0.0.9";
constexpr std::uint16_t server_port = 8080;

json::object read_transcript(const std::string& name) {
  std::ifstream file(std::string(ROUNDHOUSE_SOURCE_DIR "/tests/oracles/socketio/") + name + ".json");
  REQUIRE(file);
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str()).as_object();
}

std::string text_of(const json::object& step, const char* key) {
  const json::value* value = step.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

// Transcript texts hold one byte in each character.
Bytes latin1(const std::string& utf8) {
  Bytes bytes;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if (c < 0x80) {
      bytes += utf8[i];
    } else {
      bytes += static_cast<char>((c & 3) << 6 | (static_cast<unsigned char>(utf8[++i]) & 63));
    }
  }
  return bytes;
}

Bytes from_hex(const std::string& hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

// Plays one transcript: as the server it says what was recorded, and compares what the client does.
class Player : public Client::Handler {
 public:
  Player(const std::string& name, Client::Options options) : transcript_(read_transcript(name)) {
    options.server = {server_host, server_port};
    client_ = std::make_unique<Client>(host_, std::move(options), this);
    for (const json::value& variable : transcript_["variables"].as_array()) {
      const auto& object = variable.as_object();
      values_[text_of(object, "name")] = text_of(object, "value");
    }
    values_["HOST"] = std::string(server_host) + ":" + std::to_string(server_port);
  }

  /// What the application did before step n was recorded.
  std::map<std::int64_t, std::function<void(Client&)>> before;
  /// What the application did when the first event arrived, or when it was connected.
  std::function<void(Client&)> connected;
  /// Steps that this client has no counterpart for.
  std::function<bool(const json::object&)> skips = [](const json::object&) { return false; };

  void play() {
    client_->on_start();
    for (const json::value& value : transcript_["steps"].as_array()) {
      const json::object& step = value.as_object();
      const json::value* number = step.if_contains("n");
      if (number != nullptr) {
        if (const auto action = before.find(number->as_int64()); action != before.end())
          action->second(*client_);
      }
      if (skips(step)) continue;
      INFO("step " << (number != nullptr ? std::to_string(number->as_int64()) : "-") << ": "
                   << json::serialize(step).substr(0, 300));
      if (text_of(step, "kind") == "client") {
        expect_event(step);
      } else if (text_of(step, "dir") == "c2s") {
        expect_bytes(step);
      } else if (text_of(step, "dir") == "s2c") {
        say(step);
      }
    }
    CHECK(seen_.size() == compared_);
    for (std::size_t i = compared_; i < seen_.size(); ++i) UNSCOPED_INFO("unexpected: " << seen_[i]);
    CHECK(next_connection_ == host_.connections.size());
  }

  void reset(const std::string& name) {
    FakeHost::Connection& connection = host_.at(names_.at(name));
    connection.closed = true;
    client_->on_close(connection.id, CloseReason::reset);
  }

  FakeHost& host() { return host_; }
  Client& client() { return *client_; }

  void on_connect(Client& client) override {
    seen_.emplace_back("connect");
    if (connected) connected(client);
  }
  void on_connect_error(Client&, std::string_view message, int status) override {
    seen_.push_back("connect_error " + std::string(message) + " " + std::to_string(status));
  }
  void on_disconnect(Client&, std::string_view reason) override {
    seen_.push_back("disconnect " + std::string(reason));
  }
  void on_upgrade(Client&) override { seen_.emplace_back("engine upgrade to websocket"); }
  void on_upgrade_error(Client& client, std::string_view message) override {
    // The recorder listened to the first session only.
    if (client.attempts() == 1) seen_.push_back("engine upgradeError " + std::string(message));
  }
  void on_event(Client&, std::string_view name, std::string_view arguments, MessageId) override {
    json::array args = json::parse(std::string(arguments)).as_array();
    args.insert(args.begin(), json::string(name));
    seen_.push_back("received " + json::serialize(args));
  }
  void on_reconnect_attempt(Client&, std::uint32_t attempt) override {
    seen_.push_back("reconnect_attempt " + std::to_string(attempt));
  }

 private:
  // Until something new is there, time goes on: a wait that the transcript describes (back-off, ping timeout).
  template <class Condition>
  void wait_for(Condition condition) {
    const Instant until = host_.now() + 10s;
    while (!condition() && host_.step(*client_, until)) {
    }
  }

  void expect_event(const json::object& step) {
    std::string expected = text_of(step, "event");
    if (expected == "reconnect") return;  // the handler has no such call
    if (expected == "connect_error") {
      for (const auto& [id, bytes] : std::exchange(late_, {})) deliver(id, bytes);
    }
    if (expected.starts_with("state after")) {
      CHECK(client_->active() == step.at("active").as_bool());
      CHECK(client_->connected() == step.at("connected").as_bool());
      return;
    }
    if (expected == "received") {
      json::array args = step.at("args").as_array();
      for (json::value& arg : args) {
        if (arg.is_object() && arg.as_object().contains("binary_hex")) {
          arg = json::object{{"_placeholder", true}, {"num", 0}};
        }
      }
      expected += " " + json::serialize(args);
    }
    if (step.contains("reason")) expected += " " + text_of(step, "reason");
    if (step.contains("message")) expected += " " + text_of(step, "message");
    if (text_of(step, "event") == "connect_error") {
      expected += " " + std::to_string(step.contains("description") ? step.at("description").as_int64() : 0);
    }
    if (step.contains("attempt")) expected += " " + std::to_string(step.at("attempt").as_int64());
    wait_for([this] { return seen_.size() > compared_; });
    REQUIRE(seen_.size() > compared_);
    CHECK(seen_[compared_++] == expected);
  }

  void expect_bytes(const json::object& step) {
    const std::string kind = text_of(step, "kind");
    const std::string name = text_of(step, "conn");
    if (kind == "http-request") {
      wait_for([this] { return host_.connections.size() > next_connection_; });
      REQUIRE(host_.connections.size() > next_connection_);
      FakeHost::Connection& connection = host_.connections[next_connection_++];
      CHECK(connection.request.to == Address{server_host, server_port});
      names_[name] = connection.id;
      connection.taken = connection.sent.size();
      const bool has_template = step.contains("raw_template");
      compare(latin1(text_of(step, has_template ? "raw_template" : "raw")), connection.sent);
    } else if (kind == "ws-frame") {
      FakeHost::Connection& connection = host_.at(names_.at(name));
      wait_for([&] { return connection.sent.size() > connection.taken; });
      const ByteView rest = ByteView(connection.sent).substr(connection.taken);
      const auto head = websocket::read_frame_head(rest);
      REQUIRE(head);
      REQUIRE(head->masked);
      Bytes payload(rest.substr(head->head_bytes, head->payload_bytes));
      websocket::apply_mask(payload.data(), payload.size(), head->mask);
      connection.taken += head->head_bytes + payload.size();
      CHECK(static_cast<int>(head->opcode) == step.at("opcode").as_int64());
      CHECK(payload ==
            (step.contains("text") ? text_of(step, "text") : from_hex(text_of(step, "payload_hex"))));
    } else if (kind == "tcp-fin") {
      CHECK(host_.at(names_.at(name)).closed);
      CHECK(host_.at(names_.at(name)).how == Close::fin);
    }
  }

  void say(const json::object& step) {
    const FakeHost::Connection& connection = host_.at(names_.at(text_of(step, "conn")));
    const ConnectionId id = connection.id;
    const std::string kind = text_of(step, "kind");
    if (kind == "tcp-fin") {
      const bool late =
          std::any_of(late_.begin(), late_.end(), [id](const auto& answer) { return answer.first == id; });
      if (!connection.closed && !late) client_->on_end(id);
      return;
    }
    if (connection.closed) return;
    Bytes bytes;
    if (kind == "http-response") {
      bytes = fill(latin1(text_of(step, step.contains("raw_template") ? "raw_template" : "raw")));
    } else {
      REQUIRE(kind == "ws-frame");
      bytes = from_hex(text_of(step, "raw_hex"));
    }
    // The original acts on an error answer one turn of its loop later (setTimeout 0): what else has come goes before.
    if (kind == "http-response" && step.at("status") == 400 && text_of(step, "body").starts_with("{")) {
      late_.emplace_back(id, bytes);
    } else {
      deliver(id, bytes);
    }
  }

  // In two pieces, the cut moving from step to step: nothing may depend on how the bytes come.
  void deliver(ConnectionId id, const Bytes& bytes) {
    const std::size_t cut = bytes.empty() ? 0 : cuts_++ % bytes.size();
    if (cut > 0) client_->on_data(id, ByteView(bytes).substr(0, cut), {});
    if (!host_.at(id).closed) client_->on_data(id, ByteView(bytes).substr(cut), {});
  }

  // Walks over a template; what the client draws is learned, everything else must be equal.
  void compare(const Bytes& expected, const Bytes& sent) {
    std::size_t at = 0;
    std::string rebuilt;
    for (std::size_t i = 0; i < expected.size();) {
      if (expected.compare(i, 2, "{{") != 0) {
        rebuilt += expected[i++];
        ++at;
        continue;
      }
      const std::size_t end = expected.find("}}", i);
      const std::string name = expected.substr(i + 2, end - i - 2);
      if (name.starts_with("T_")) values_[name] = sent.substr(std::min(at, sent.size()), 8);
      if (name.starts_with("WS_KEY")) {
        values_[name] = sent.substr(std::min(at, sent.size()), 24);
        values_["WS_ACCEPT" + name.substr(6)] = websocket::accept_value(values_[name]);
      }
      REQUIRE(values_.contains(name));
      rebuilt += values_[name];
      at += values_[name].size();
      i = end + 2;
    }
    CHECK(sent == rebuilt);
  }

  Bytes fill(Bytes text) {
    std::size_t begin = 0;
    while ((begin = text.find("{{", begin)) != Bytes::npos) {
      const std::size_t end = text.find("}}", begin);
      const std::string name = text.substr(begin + 2, end - begin - 2);
      const std::string value = values_.contains(name) ? values_[name] : "x";
      text.replace(begin, end + 2 - begin, value);
      begin += value.size();
    }
    return text;
  }

  FakeHost host_;
  json::object transcript_;
  std::unique_ptr<Client> client_;
  std::map<std::string, std::string> values_;
  std::map<std::string, ConnectionId> names_;
  std::vector<std::string> seen_;
  std::vector<std::pair<ConnectionId, Bytes>> late_;
  std::size_t compared_ = 0;
  std::size_t next_connection_ = 0;
  std::size_t cuts_ = 0;
};

}  // namespace

TEST_CASE("with default options the client does what the recorded one did", "[client]") {
  Player player("client-js-default", {});
  std::string acked;
  player.before[25] = [&](Client& client) {
    client.emit("message-with-ack", "[\"x\",1]", [&](std::string_view arguments) { acked = arguments; });
  };
  player.before[27] = [](Client& client) {
    client.emit("message", "[{\"_placeholder\":true,\"num\":0}]", {}, {Bytes("\x01\x02\x03", 3)});
  };
  player.before[32] = [](Client& client) { client.disconnect(); };
  player.play();
  CHECK(acked == "[\"x\",1]");
  CHECK_FALSE(player.client().active());
  CHECK(player.host().timer_count() == 0);
}

TEST_CASE("a polling-only client does what the recorded one did", "[client]") {
  Player player("client-js-polling-only", {.transports = {Transport::polling}});
  player.connected = [](Client& client) { client.emit("message", "[\"one\"]"); };
  player.before[19] = [](Client& client) {
    client.emit("message", "[\"two\"]");
  };  // a timer of the application
  player.before[42] = [](Client& client) { client.disconnect(); };
  player.play();
}

TEST_CASE("a websocket-only client does what the recorded one did", "[client]") {
  Player player("client-js-websocket-only",
                {.transports = {Transport::websocket}, .auth_json = "{\"token\":\"123\"}"});
  player.skips = [](const json::object& step) {
    return text_of(step, "text").find("/custom") != std::string::npos;
  };
  player.before[16] = [](Client& client) { client.disconnect(); };
  player.play();
}

TEST_CASE("behind a round robin over two instances the client fails as the recorded one did", "[client]") {
  Player player("client-js-round-robin-2-failure", {});
  player.play();
  CHECK(player.client().attempts() >= 3);
}

TEST_CASE("behind a round robin over three instances the client fails as the recorded one did", "[client]") {
  Player player("client-js-round-robin-3-failure", {});
  player.play();
}

TEST_CASE("a client that the server disconnects stays away", "[client]") {
  Player player("client-js-server-disconnect", {.transports = {Transport::websocket}});
  player.before[9] = [](Client& client) { client.emit("kick", "[]"); };
  player.play();
  CHECK(player.host().timer_count() == 0);
}

TEST_CASE("a client that a middleware refuses stays away", "[client]") {
  Player player("client-js-refused-by-middleware",
                {.transports = {Transport::websocket}, .auth_json = "{\"token\":\"bad\"}"});
  player.play();
}

TEST_CASE("a client without pings leaves after pingInterval and pingTimeout", "[client]") {
  Player player("client-js-ping-timeout", {.transports = {Transport::websocket}, .reconnection = false});
  player.play();
  CHECK(player.host().now() == Instant{} + 500ms);
}

TEST_CASE("a client whose network is cut comes back, and what it emitted meanwhile is sent", "[client]") {
  Player player("client-js-network-cut-no-recovery", {.transports = {Transport::websocket}});
  player.before[9] = [](Client& client) { client.join("room1"); };
  player.before[11] = [&](Client&) { player.reset("c1"); };
  player.before[14] = [](Client& client) { client.emit("message", "[\"emitted while disconnected\"]"); };
  std::string rooms;
  player.before[29] = [&](Client& client) {
    client.emit("rooms", "[]", [&](std::string_view arguments) { rooms = arguments; });
  };
  player.before[31] = [](Client& client) { client.disconnect(); };
  player.play();
  CHECK(rooms == "[[\"fRl7Pl4a_euWU-NMAAAG\"]]");
  const auto joins = player.host().records_of(RecordKind::join);
  REQUIRE(joins.size() == 2);
  CHECK(joins[0].how == static_cast<int>(MemberPhase::asked));
  CHECK(joins[1].how == static_cast<int>(MemberPhase::done));
}
