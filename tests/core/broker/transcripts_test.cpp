// What Redis 7.0.15 answered, replayed against the broker: whole sends, byte by byte, and cut in two at every 7th place.
#include <algorithm>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <regex>
#include <sstream>

#include "core/broker/broker.h"
#include "core/resp/command_reader.h"
#include "core/resp/reader.h"
#include "tests/core/broker/fake_host.h"

namespace roundhouse::broker {
namespace {

namespace json = boost::json;

json::value load(const std::string& name) {
  std::ifstream file(std::string(ROUNDHOUSE_SOURCE_DIR) + "/tests/oracles/redis/" + name);
  REQUIRE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str());
}

// Code points 0 to 255 are bytes.
Bytes bytes_of(const json::value& value) {
  const std::string_view utf8 = value.as_string();
  Bytes out;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
    } else {
      out.push_back(static_cast<char>((c & 0x3) << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3f)));
    }
  }
  return out;
}

enum class Cut { whole, bytes, seventh };

// One case against one broker. Every check names the case.
class Replay {
 public:
  explicit Replay(Cut cut) : cut_(cut), broker_(host_, {}) { broker_.on_start(); }

  void run(const json::object& test_case) {
    for (const auto& value : test_case.at("steps").as_array()) step(value.as_object());
    for (const auto& [name, connection] : connections_) {
      INFO("nothing more on connection " << name);
      CHECK(host_.at(connection).output.empty());
    }
  }

 private:
  void step(const json::object& step) {
    const std::string_view op = step.at("op").as_string();
    if (op == "sleep") {
      host_.pass(std::chrono::milliseconds(step.at("ms").to_number<int>()));
      host_.run_timers(broker_);
      return;
    }
    const std::string name(step.at("conn").as_string());
    const ConnectionId connection = connection_named(name);
    INFO(op << " on connection " << name);
    if (op == "send") {
      const Bytes bytes = bytes_of(step.at("bytes"));
      const auto times = step.contains("times") ? step.at("times").to_number<int>() : 1;
      for (int i = 0; i < times; ++i) send(connection, bytes);
    } else if (op == "recv") {
      receive(connection, step);
    } else if (op == "silent") {
      CHECK(host_.at(connection).output.empty());
    } else if (op == "closed") {
      CHECK(host_.at(connection).closed);
      CHECK(host_.at(connection).output.empty());
    } else if (op == "close") {
      broker_.on_end(connection);
      connections_.erase(name);
    } else {
      CHECK(op == "open");
    }
  }

  ConnectionId connection_named(const std::string& name) {
    const auto found = connections_.find(name);
    if (found != connections_.end()) return found->second;
    const ConnectionId connection = host_.open();
    broker_.on_accept(connection, {{"*", 6379}, {"127.3.0.1", 6379}, {"127.0.0.1", 40000}});
    connections_[name] = connection;
    return connection;
  }

  void send(ConnectionId connection, ByteView bytes) {
    const std::size_t piece = cut_ == Cut::whole ? bytes.size() : cut_ == Cut::bytes ? 1 : 7;
    while (!bytes.empty()) {
      if (!host_.at(connection).closed) broker_.on_data(connection, bytes.substr(0, piece), {});
      bytes.remove_prefix(std::min(piece, bytes.size()));
    }
  }

  void receive(ConnectionId connection, const json::object& step) {
    std::vector<Bytes> expected;
    for (const auto& frame : step.at("frames").as_array()) expected.push_back(bytes_of(frame));
    std::vector<Bytes> got;
    for (std::size_t i = 0; i < expected.size(); ++i) got.push_back(take_frame(connection));
    const std::string order = step.contains("order") ? std::string(step.at("order").as_string()) : "";
    if (order == "any") {
      std::sort(expected.begin(), expected.end());
      std::sort(got.begin(), got.end());
    } else if (order == "unsub_all") {
      sort_names(expected);
      sort_names(got);
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (step.contains("norm") && !step.at("norm").as_array()[i].is_null()) {
        check_rule(step.at("norm").as_array()[i].as_object(), expected[i], got[i]);
      } else {
        CHECK(got[i] == expected[i]);
      }
    }
  }

  Bytes take_frame(ConnectionId connection) {
    Bytes& output = host_.at(connection).output;
    resp::Reader reader;
    reader.receive(output);
    const auto value = reader.next();
    REQUIRE(value.has_value());
    if (!*value) return "(nothing)";
    const Bytes frame = output.substr(0, reader.end());
    output.erase(0, reader.end());
    return frame;
  }

  static resp::Value parse(const Bytes& frame) {
    resp::Reader reader;
    reader.receive(frame);
    const auto value = reader.next();
    REQUIRE(value.has_value());
    REQUIRE(value->has_value());
    return resp::to_value(**value);
  }

  // The names may come in any order, the counts not: names sorted, counts where they were.
  static void sort_names(std::vector<Bytes>& frames) {
    std::vector<Bytes> names;
    std::vector<resp::Value> values;
    for (const Bytes& frame : frames) values.push_back(parse(frame));
    for (const auto& value : values) names.push_back(value.items.at(1).text);
    std::sort(names.begin(), names.end());
    for (std::size_t i = 0; i < frames.size(); ++i) {
      frames[i] =
          values[i].items[0].text + " " + names[i] + " " + std::to_string(values[i].items.at(2).integer);
    }
  }

  static void check_rule(const json::object& rule, const Bytes& expected, const Bytes& got) {
    const std::string_view name = rule.at("rule").as_string();
    const resp::Value value = parse(got);
    INFO("rule " << name << ", got " << got);
    if (name == "int") {
      CHECK(value.type == resp::Type::integer);
    } else if (name == "int_range") {
      CHECK(value.integer >= rule.at("lo").to_number<std::int64_t>());
      CHECK(value.integer <= rule.at("hi").to_number<std::int64_t>());
    } else if (name == "multiset") {
      auto want = parse(expected).items;
      auto have = value.items;
      const auto less = [](const resp::Value& a, const resp::Value& b) { return a.text < b.text; };
      std::sort(want.begin(), want.end(), less);
      std::sort(have.begin(), have.end(), less);
      CHECK(want == have);
    } else if (name == "hello") {
      resp::Value want = parse(expected);
      resp::Value have = value;
      REQUIRE(have.items.size() == 14);
      CHECK(have.items[7].type == resp::Type::integer);
      want.items[1] = have.items[1] = {};
      want.items[3] = have.items[3] = {};
      want.items[7] = have.items[7] = {};
      CHECK(want == have);
    } else if (name == "bulk_needs") {
      CHECK(value.type == resp::Type::bulk);
      for (const auto& need : rule.at("need").as_array())
        check_need(std::string(need.as_string()), value.text);
    } else {
      FAIL("no such rule: " << name);
    }
  }

  static void check_need(std::string pattern, const Bytes& text) {
    auto flags = std::regex_constants::match_default;
    if (pattern.starts_with("\\A")) {
      pattern.erase(0, 2);
      flags |= std::regex_constants::match_continuous;
    }
    INFO("needs " << pattern);
    CHECK(
        std::regex_search(text, std::regex(pattern, std::regex::ECMAScript | std::regex::multiline), flags));
  }

  Cut cut_;
  FakeHost host_;
  Broker broker_;
  std::map<std::string, ConnectionId> connections_;
};

// Why a case cannot be replayed yet; empty: it can. What is named here belongs to later tiers.
std::string reason_to_skip(const json::object& test_case) {
  static const std::map<std::string, std::string> later = {{"get", "keys"},
                                                           {"set", "keys"},
                                                           {"del", "keys"},
                                                           {"incr", "keys"},
                                                           {"strlen", "keys"},
                                                           {"exists", "keys"},
                                                           {"expire", "keys"},
                                                           {"hset", "keys"},
                                                           {"dbsize", "keys"},
                                                           {"flushall", "keys"},
                                                           {"object", "keys"},
                                                           {"multi", "transactions"},
                                                           {"exec", "transactions"},
                                                           {"auth", "AUTH"},
                                                           {"config", "CONFIG"},
                                                           {"time", "TIME"},
                                                           {"ssubscribe", "sharded channels"},
                                                           {"spublish", "sharded channels"}};
  static const std::set<std::string> client_later = {"list", "info", "kill", "reply", "no-evict", "unblock"};
  std::string reason;
  std::map<std::string, resp::CommandReader> readers;
  for (const auto& step : test_case.at("steps").as_array()) {
    if (step.at("op").as_string() != "send") continue;
    auto& reader = readers[std::string(step.at("conn").as_string())];
    reader.receive(bytes_of(step.at("bytes")));
    for (;;) {
      const auto command = reader.next();
      if (!command || !*command) break;
      const auto words = **command;
      const auto lower = [](ByteView word) {
        std::string out(word);
        for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        return out;
      };
      const std::string name = lower(words[0]);
      const std::string second = words.size() > 1 ? lower(words[1]) : "";
      if (const auto found = later.find(name); found != later.end()) reason = "needs " + found->second;
      if (name == "hello" && second == "3") reason = "needs RESP3";
      if (name == "client" && client_later.contains(second)) reason = "needs CLIENT " + second;
      if (name == "command" && second == "count") reason = "counts the commands of a later tier";
      if (name == "command" && second == "info" && words.size() > 2 && later.contains(lower(words[2])))
        reason = "needs keys";
      if (!reason.empty()) return reason;
    }
  }
  return reason;
}

void replay_file(const std::string& name, std::size_t at_least) {
  const json::value transcripts = load(name);
  std::map<std::string, std::size_t> skipped;
  std::size_t replayed = 0;
  for (const auto& value : transcripts.at("cases").as_array()) {
    const auto& test_case = value.as_object();
    if (const std::string reason = reason_to_skip(test_case); !reason.empty()) {
      ++skipped[reason];
      continue;
    }
    ++replayed;
    for (const Cut cut : {Cut::whole, Cut::bytes, Cut::seventh}) {
      INFO(name << ": " << test_case.at("name").as_string() << ", cut " << static_cast<int>(cut));
      Replay(cut).run(test_case);
    }
  }
  std::cout << name << ": " << replayed << " cases replayed";
  for (const auto& [reason, count] : skipped) std::cout << ", " << count << " skipped (" << reason << ")";
  std::cout << "\n";
  CHECK(replayed >= at_least);
}

}  // namespace

// The second number is how many cases must be replayed: a case must not slip into the skipped ones unseen.
TEST_CASE("connections are answered as Redis answers them", "[broker][transcript]") {
  replay_file("connection.json", 11);
}
TEST_CASE("the protocol's edges are as in Redis", "[broker][transcript]") {
  replay_file("protocol.json", 28);
}
TEST_CASE("errors have Redis's words", "[broker][transcript]") {
  replay_file("errors.json", 9);
}
TEST_CASE("publish and subscribe are as in Redis", "[broker][transcript]") {
  replay_file("pubsub-resp2.json", 17);
}
TEST_CASE("patterns match what Redis's patterns match", "[broker][transcript]") {
  replay_file("glob.json", 60);
}

}  // namespace roundhouse::broker
