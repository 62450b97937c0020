// The classic Redis adapter, against what @socket.io/redis-adapter 8.3.0 put on a real Redis, and two instances around our own broker.
#include <algorithm>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "core/app/redis_adapter.h"
#include "core/broker/broker.h"
#include "core/resp/command_reader.h"
#include "core/resp/writer.h"
#include "tests/core/app/backplane_host.h"
#include "tests/core/broker/fake_host.h"

namespace roundhouse::app {
namespace {

namespace json = boost::json;

Bytes from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Bytes out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  return out;
}

const json::value& recorded() {
  static const json::value value = [] {
    std::ifstream file(std::string(ROUNDHOUSE_SOURCE_DIR) +
                       "/tests/oracles/socketio/wire-redis-adapter.json");
    std::stringstream text;
    text << file.rdbuf();
    return json::parse(text.str());
  }();
  return value;
}

// The instance: rooms that exist here, and what was delivered.
struct Sockets final : LocalSockets {
  void deliver_local(const Broadcast& broadcast) override { delivered.push_back(broadcast); }
  bool has_room(std::string_view name_space, std::string_view room) const override {
    return name_space == "/" && rooms.contains(room);
  }
  bool has_sockets() const override { return !rooms.empty(); }
  std::vector<std::string> name_spaces() const override { return spaces; }

  std::set<std::string, std::less<>> rooms;
  std::vector<std::string> spaces = {"/"};
  std::vector<Broadcast> delivered;
};

// `decoded` as a Broadcast; {"binary_hex": ...} becomes an attachment.
json::value with_placeholders(const json::value& value, std::vector<Bytes>& attachments) {
  if (value.is_array()) {
    json::array out;
    for (const auto& item : value.as_array()) out.push_back(with_placeholders(item, attachments));
    return out;
  }
  if (!value.is_object()) return value;
  json::object out;
  if (const auto* hex = value.as_object().if_contains("binary_hex")) {
    out["_placeholder"] = true;
    out["num"] = attachments.size();
    attachments.push_back(from_hex(hex->as_string()));
    return out;
  }
  for (const auto& [key, item] : value.as_object()) out[key] = with_placeholders(item, attachments);
  return out;
}

std::vector<std::string> names(const json::object& options, std::string_view key) {
  std::vector<std::string> out;
  if (!options.contains(key)) return out;
  for (const auto& name : options.at(key).as_array()) out.emplace_back(name.as_string());
  return out;
}

Broadcast broadcast_of(const json::value& decoded) {
  const auto& packet = decoded.as_array().at(1).as_object();
  const auto& options = decoded.as_array().at(2).as_object();
  Broadcast broadcast;
  broadcast.event_json = json::serialize(with_placeholders(packet.at("data"), broadcast.attachments));
  broadcast.rooms = names(options, "rooms");
  broadcast.except = names(options, "except");
  broadcast.flags.volatile_packet =
      options.contains("flags") && options.at("flags").as_object().contains("volatile");
  return broadcast;
}

// Calls use(channel, payload, decoded) for each recorded broadcast message.
template <class Use>
void for_each_broadcast(Use use) {
  for (const auto& step : recorded().at("steps").as_array()) {
    for (const auto& message : step.at("messages").as_array()) {
      const std::string channel(message.at("channel").as_string());
      if (!channel.starts_with("socket.io#")) continue;
      INFO(step.at("call").as_string());
      use(channel, from_hex(message.at("hex").as_string()), message.at("decoded"));
    }
  }
}

struct Instance {
  explicit Instance(std::string name = "app-1", RedisAdapterOptions options = {})
      : host(std::move(name)), adapter(std::move(options)) {
    adapter.start(host, sockets);
  }
  void open() {
    adapter.on_open(host.wires[0].id);
    adapter.on_open(host.wires[1].id);
  }
  void hear(ByteView channel, ByteView payload, Mark mark = {}) {
    Bytes bytes;
    resp::append_command(bytes, {"pmessage", "socket.io#/#*", channel, payload});
    const PlacedMark placed{static_cast<std::uint32_t>(bytes.size()), mark};
    adapter.on_data(host.wires[1].id, bytes, mark ? Marks(&placed, 1) : Marks());
  }
  std::vector<Bytes> published() {
    resp::CommandReader reader;
    reader.receive(host.wires[0].output);
    std::vector<Bytes> words;
    for (;;) {
      const auto command = reader.next();
      if (!command || !command->has_value()) return words;
      for (const ByteView word : **command) words.emplace_back(word);
    }
  }

  BackplaneHost host;
  Sockets sockets;
  RedisAdapter adapter;
};

}  // namespace

TEST_CASE("broadcasts are written byte for byte as Node's adapter writes them", "[redis_adapter][oracle]") {
  int compared = 0;
  for_each_broadcast([&](const std::string& channel, const Bytes& payload, const json::value& decoded) {
    const std::string_view uid = decoded.as_array().at(0).as_string();
    const auto& options = decoded.as_array().at(2).as_object();
    // The emitter of outside programs writes its keys in another order; only reading must bear that.
    if (uid == "emitter" || options.empty()) return;
    const Broadcast broadcast = broadcast_of(decoded);
    Bytes written;
    REQUIRE(append_broadcast(written, uid, broadcast).has_value());
    CHECK(written == payload);

    Instance instance;
    instance.open();
    instance.adapter.broadcast(broadcast);
    const auto words = instance.published();
    REQUIRE(words.size() == 3);
    CHECK(words[0] == "PUBLISH");
    CHECK(words[1] == channel);
    // Only the uid is another.
    Bytes own = payload;
    own.replace(own.find(uid), uid.size(), instance.adapter.uid());
    CHECK(words[2] == own);
    ++compared;
  });
  CHECK(compared == 8);
}

TEST_CASE("recorded broadcasts, those of outside programs too, are delivered with all they say",
          "[redis_adapter][oracle]") {
  int compared = 0;
  for_each_broadcast([&](const std::string& channel, const Bytes& payload, const json::value& decoded) {
    Instance instance;
    instance.open();
    instance.sockets.rooms = {"room1", "Xrqgfaq4CqtNyr1JAAAC"};
    instance.hear(channel, payload);
    const Broadcast expected = broadcast_of(decoded);
    REQUIRE(instance.sockets.delivered.size() == 1);
    const Broadcast& got = instance.sockets.delivered[0];
    CHECK(got.name_space == "/");
    CHECK(got.event_json == expected.event_json);
    CHECK(got.attachments == expected.attachments);
    CHECK(got.rooms == expected.rooms);
    CHECK(got.except == expected.except);
    CHECK(got.flags == expected.flags);
    ++compared;

    Instance stranger;
    stranger.open();
    stranger.hear(channel, payload);
    CHECK(stranger.sockets.delivered.size() == (channel == "socket.io#/#" ? 1 : 0));
  });
  CHECK(compared == 11);
}

TEST_CASE("a broadcast with acknowledgements is delivered, other requests are heard and ignored",
          "[redis_adapter][oracle]") {
  std::size_t requests = 0;
  std::size_t delivered = 0;
  for (const auto& step : recorded().at("steps").as_array()) {
    for (const auto& message : step.at("messages").as_array()) {
      const std::string channel(message.at("channel").as_string());
      if (channel.starts_with("socket.io#")) continue;
      Instance instance;
      instance.open();
      Bytes bytes;
      resp::append_command(bytes, {"message", channel, from_hex(message.at("hex").as_string())});
      instance.adapter.on_data(instance.host.wires[1].id, bytes, {});
      CHECK(instance.host.wires[0].output.empty());
      CHECK(instance.host.timers.empty());
      delivered += instance.sockets.delivered.size();
      if (!instance.sockets.delivered.empty())
        CHECK(instance.sockets.delivered[0].event_json == R"(["q",1])");
      ++requests;
    }
  }
  CHECK(requests >= 12);
  CHECK(delivered == 1);
}

TEST_CASE("an instance subscribes as Node's adapter does, for each of its namespaces", "[redis_adapter]") {
  BackplaneHost host;
  Sockets sockets;
  sockets.spaces = {"/", "/custom"};
  RedisAdapter adapter({.broker = {"10.0.0.1", 6380}});
  adapter.start(host, sockets);
  CHECK(host.wires[1].to == Address{"10.0.0.1", 6380});
  CHECK(adapter.uid().size() == 6);
  adapter.on_open(host.wires[1].id);
  Bytes expected;
  resp::append_command(expected, {"PSUBSCRIBE", "socket.io#/#*"});
  resp::append_command(expected, {"PSUBSCRIBE", "socket.io#/custom#*"});
  for (const std::string name : {"/", "/custom"}) {
    const std::string responses = "socket.io-response#" + name + "#";
    resp::append_command(expected, {"SUBSCRIBE", "socket.io-request#" + name + "#", responses,
                                    responses + adapter.uid() + "#"});
  }
  CHECK(host.wires[1].output == expected);
}

TEST_CASE("a restarted instance has another uid, the same seed the same one", "[redis_adapter]") {
  BackplaneHost host;
  Sockets sockets;
  RedisAdapter first({});
  first.start(host, sockets);
  RedisAdapter same({});
  same.start(host, sockets);
  CHECK(first.uid() == same.uid());
  host.restart();
  RedisAdapter second({});
  second.start(host, sockets);
  CHECK(first.uid() != second.uid());
}

TEST_CASE("members here get a broadcast before it is published, and only they get a local one",
          "[redis_adapter]") {
  Instance instance;
  instance.open();
  Broadcast broadcast;
  broadcast.event_json = R"(["news",1])";
  broadcast.flags.local = true;
  instance.adapter.broadcast(broadcast);
  CHECK(instance.sockets.delivered.size() == 1);
  CHECK(instance.published().empty());
  broadcast.flags.local = false;
  broadcast.rooms = {"a", "a"};
  instance.adapter.broadcast(broadcast);
  CHECK(instance.sockets.delivered.size() == 2);
  CHECK(instance.published().at(1) == "socket.io#/#a#");
}

TEST_CASE("one's own broadcasts are ignored when they come back", "[redis_adapter]") {
  Instance instance;
  instance.open();
  Broadcast broadcast;
  broadcast.event_json = R"(["news",1])";
  instance.adapter.broadcast(broadcast);
  instance.sockets.delivered.clear();
  instance.hear("socket.io#/#", instance.published().at(2));
  CHECK(instance.sockets.delivered.empty());
}

TEST_CASE("the message is that of the mark, and without one that of the payload's id",
          "[redis_adapter][marks]") {
  Broadcast broadcast;
  broadcast.event_json = R"(["room-msg",{"room":"r","id":41}])";
  Bytes payload;
  REQUIRE(append_broadcast(payload, "other1", broadcast).has_value());
  Instance instance;
  instance.open();
  instance.hear("socket.io#/#", payload, {{7}, {}, What::copy});
  instance.hear("socket.io#/#", payload);
  REQUIRE(instance.sockets.delivered.size() == 2);
  CHECK(instance.sockets.delivered[0].message == MessageId{7});
  CHECK(instance.sockets.delivered[1].message == MessageId{41});
}

TEST_CASE("payloads that no adapter would write are ignored", "[redis_adapter]") {
  Broadcast broadcast;
  broadcast.event_json = R"(["news",{"a":[1,2.5,"x",null,{"_placeholder":true,"num":0}]}])";
  broadcast.attachments = {Bytes("\x01\x02")};
  broadcast.rooms = {"r"};
  broadcast.except = {"s"};
  Bytes payload;
  REQUIRE(append_broadcast(payload, "other1", broadcast).has_value());
  Instance instance;
  instance.open();
  for (std::size_t size = 0; size < payload.size(); ++size) {
    INFO("the first " << size << " bytes");
    instance.hear("socket.io#/#", ByteView(payload).substr(0, size));
    CHECK(instance.sockets.delivered.empty());
  }
  for (std::size_t i = 0; i < payload.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      Bytes changed = payload;
      changed[i] = static_cast<char>(byte);
      instance.hear("socket.io#/#", changed);
    }
  }
  Bytes deep;
  for (int i = 0; i < 100'000; ++i) deep.push_back('\x91');
  instance.sockets.delivered.clear();
  instance.hear("socket.io#/#", deep);
  CHECK(instance.sockets.delivered.empty());
  CHECK(instance.host.timers.empty());
}

TEST_CASE("an event nested deeper than the limit stays here, and is recorded as lost to the others",
          "[redis_adapter][limits]") {
  Instance instance("app-1", {.payload = {.depth_max = 10}});
  instance.open();
  Broadcast broadcast;
  broadcast.event_json = "[\"deep\"," + std::string(10, '[') + std::string(10, ']') + "]";
  broadcast.message = {7};
  instance.adapter.broadcast(broadcast);
  CHECK(instance.sockets.delivered.size() == 1);
  CHECK(instance.published().empty());
  const auto lost = instance.host.records_of(RecordKind::lost);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].code == static_cast<std::uint16_t>(Cause::overflow));
}

TEST_CASE("two instances around our broker hear each other once", "[redis_adapter][broker]") {
  broker::FakeHost desk;
  broker::Broker redis(desk, {});
  redis.on_start();
  Instance a("app-1");
  Instance b("app-2");
  struct Wire {
    Instance* instance;
    ConnectionId theirs;
    ConnectionId at_broker;
  };
  std::vector<Wire> wires;
  for (Instance* instance : {&a, &b}) {
    for (const auto& wire : instance->host.wires) {
      const ConnectionId at_broker = desk.open();
      redis.on_accept(at_broker, {{"*", 6379}, {"127.3.0.1", 6379}, {"127.1.0.1", 40000}});
      wires.push_back({instance, wire.id, at_broker});
    }
    instance->open();
  }
  // Carries bytes and marks both ways until nobody has anything to say.
  const auto carry = [&] {
    for (bool busy = true; busy;) {
      busy = false;
      for (const Wire& wire : wires) {
        auto& up = wire.instance->host.at(wire.theirs);
        if (!up.output.empty()) {
          const Bytes bytes = std::exchange(up.output, {});
          const auto marks = std::exchange(up.marks, {});
          redis.on_data(wire.at_broker, bytes, marks);
          busy = true;
        }
        auto& down = desk.at(wire.at_broker);
        if (!down.output.empty()) {
          const Bytes bytes = std::exchange(down.output, {});
          const auto marks = std::exchange(down.marks, {});
          wire.instance->adapter.on_data(wire.theirs, bytes, marks);
          busy = true;
        }
      }
    }
  };
  carry();
  CHECK(a.adapter.ready());
  CHECK(b.adapter.ready());

  Broadcast broadcast;
  broadcast.rooms = {"room1"};
  broadcast.event_json = R"(["room-msg",{"room":"room1","id":5}])";
  broadcast.message = {5};
  b.sockets.rooms = {"room1"};
  a.adapter.broadcast(broadcast);
  carry();
  CHECK(a.sockets.delivered.size() == 1);
  REQUIRE(b.sockets.delivered.size() == 1);
  CHECK(b.sockets.delivered[0].event_json == broadcast.event_json);
  CHECK(b.sockets.delivered[0].message == MessageId{5});
  b.sockets.rooms.clear();
  a.adapter.broadcast(broadcast);
  carry();
  CHECK(b.sockets.delivered.size() == 1);

  std::size_t positions = 0;
  for (const Record& record : desk.records) positions += record.kind == RecordKind::position ? 1 : 0;
  CHECK(positions == 2);
}

}  // namespace roundhouse::app
