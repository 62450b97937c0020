// tunnel/ and failure/: a list of things that happen, in order. Each request, tunnel and death is a row; what only sets the scene
// (`set`, `close`) is played and not counted.
#include <algorithm>
#include <deque>
#include <map>

#include "tests/oracles/replays.h"
#include "tests/oracles/stage.h"

namespace roundhouse::oracles {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t second = 1'000'000'000;
// Recorded events took place between t+0.2 and t+0.9.
constexpr std::int64_t within_second = 500'000'000;
constexpr Duration burst_gap = 40ms;
// "random two least_conn" keeps the loads this close: the difference is log log of the number of servers, and a little.
constexpr std::int64_t spread_max = 3;

std::string joined(const std::vector<int>& numbers) {
  std::string text;
  for (const int number : numbers) text += (text.empty() ? "" : ",") + std::to_string(number);
  return text;
}

std::string joined(const Json& array) {
  std::string text;
  for (const Json& one : array.as_array()) text += (text.empty() ? "" : ",") + word_of(one);
  return text;
}

class Replay {
 public:
  Replay(const Json& recorded, Tally& tally)
      : stage_(config_of(recorded)),
        tally_(tally),
        random_(text_of(recorded.at("policy")).starts_with("random")) {
    if (const Json* start = find(recorded, "start")) {
      for (std::size_t i = 0; i < start->as_array().size(); ++i) stage_.set_mode(i, word_of(start->at(i)));
    }
    stage_.run_until({within_second});
  }

  void play(std::size_t number, const Json& event) {
    number_ = number;
    const std::string op = text_of(event.at("op"));
    if (op != "burst") {
      finish_bursts();
      if (const Json* t = find(event, "t")) wait_until({t->as_int64() * second + within_second});
    }
    disabled_before_ = stage_.times_disabled();
    if (op == "set") {
      stage_.set_mode(index(event.at("server")), word_of(event.at("mode")));
    } else if (op == "kill") {
      kill(event);
    } else if (op == "close") {
      const auto tunnel = tunnels_.find(event.at("id").as_int64());
      if (tunnel == tunnels_.end()) return;  // it was never opened, which is a row that differs already
      if (!tunnel->second->over()) stage_.clients().close(*tunnel->second, Close::fin);
      tunnels_.erase(tunnel);
      stage_.settle();
    } else if (op == "burst") {
      wait_until({event.at("t").as_int64() * second + within_second});
      if (event.at("nth").as_int64() > 0) stage_.run_for(burst_gap);
      bursts_.push_back({number, &ask(event), &event});
    } else {
      Talk& talk = ask(event);
      if (op == "abort") {
        stage_.run_for(Duration(static_cast<std::int64_t>(event.at("after").as_double() * second)));
        if (!talk.complete()) stage_.clients().close(talk, Close::fin);
        stage_.settle();
      } else {
        stage_.finish(talk);
      }
      check(talk, event);
      if (op == "open" && talk.status() == 101) tunnels_[event.at("id").as_int64()] = &talk;
    }
  }

  void end() {
    finish_bursts();
    if (random_) check_balance();
  }

 private:
  struct Burst {
    std::size_t number;
    Talk* talk;
    const Json* event;
  };

  static std::size_t index(const Json& value) { return static_cast<std::size_t>(value.as_int64()); }

  /// A time that has passed already is no reason to wait: what came before took that long.
  void wait_until(Instant at) {
    if (at > stage_.now()) stage_.run_until(at);
  }

  Talk& ask(const Json& event) {
    const Json* client = find(event, "client");
    const Json* method = find(event, "method");
    const bool upgrade = text_of(event.at("op")) == "open";
    std::string request = (method != nullptr ? text_of(*method) : "GET") + " / HTTP/1.1\r\nHost: x\r\n";
    if (method != nullptr) request += "Content-Length: 1\r\n";
    request += upgrade ? "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" : "Connection: close\r\n\r\n";
    if (method != nullptr) request += "x";
    return stage_.ask(request, client != nullptr ? text_of(*client) : "127.0.0.1");
  }

  void finish_bursts() {
    for (const Burst& burst : bursts_) {
      stage_.finish(*burst.talk);
      number_ = burst.number;
      check(*burst.talk, *burst.event);
    }
    bursts_.clear();
  }

  void check(const Talk& talk, const Json& event) {
    const Told& told = stage_.told(talk);
    const std::string op = text_of(event.at("op"));
    std::vector<Part> parts;
    if (!random_) parts.push_back({"tries", joined(event.at("tries")), joined(told.tries)});
    const int status = op == "abort" && talk.got.empty() ? told.status : talk.status();
    parts.push_back({"status", word_of(event.at("status")), std::to_string(status)});
    if (const std::string_view server = field_of(talk.got, "X-Server"); !server.empty())
      parts.push_back({"server that answered", std::to_string(told.tries.back()), std::string(server)});
    if (const Json* raw = find(event, "passed_through")) parts.push_back({"bytes", text_of(*raw), talk.got});
    if (const Json* body = find(event, "body_bytes")) {
      parts.push_back(
          {"bytes of body", word_of(*body), std::to_string(talk.got.size() - talk.got.find("\r\n\r\n") - 4)});
    }
    if (const Json* t = find(event, "t"); t != nullptr && op != "abort") {
      const Json* end = find(event, "t_end");
      const Instant at = talk.over() ? talk.ended_at : talk.heard_at;
      parts.push_back(
          {"second of the answer", word_of(end != nullptr ? *end : *t), std::to_string(at.ns / second)});
    }
    if (op == "req" || op == "open") check_log(told, event, parts);
    tally_.row(std::to_string(number_), parts);
  }

  /// Of nginx's error log, what the proxy records as well: servers taken out, and why an answer is its own.
  void check_log(const Told& told, const Json& event, std::vector<Part>& parts) {
    if (find(event, "t") == nullptr) return;  // recorded without its log
    std::size_t disabled = 0;
    std::string last;
    if (const Json* log = find(event, "log")) {
      for (const Json& line : log->as_array()) {
        const std::string text = text_of(line);
        if (text.starts_with("warn: upstream server temporarily disabled")) {
          ++disabled;
        } else {
          last = text.substr(text.find(": ") + 2);
        }
      }
    }
    parts.push_back({"servers disabled", std::to_string(disabled),
                     std::to_string(stage_.times_disabled() - disabled_before_)});
    if (!told.reason.empty()) parts.push_back({"log", last, told.reason});
  }

  void kill(const Json& event) {
    stage_.kill(index(event.at("server")), text_of(event.at("how")) == "rst" ? Close::reset : Close::fin);
    std::string expected;
    for (const Json& pair : event.at("tunnels_ended").as_array())
      expected += word_of(pair.at(0)) + " " + text_of(pair.at(1)) + "; ";
    std::string ended;
    for (auto tunnel = tunnels_.begin(); tunnel != tunnels_.end();) {
      const Talk& talk = *tunnel->second;
      if (talk.over()) ended += std::to_string(tunnel->first) + (talk.reset ? " reset; " : " eof; ");
      tunnel = talk.over() ? tunnels_.erase(tunnel) : std::next(tunnel);
    }
    tally_.row(std::to_string(number_), {{"tunnels ended", expected, ended}});
  }

  void check_balance() {
    std::map<std::string, std::int64_t> load;
    for (const auto& [id, talk] : tunnels_) ++load[std::string(field_of(talk->got, "X-Server"))];
    const auto by_load = [](const auto& a, const auto& b) { return a.second < b.second; };
    const auto [least, most] = std::minmax_element(load.begin(), load.end(), by_load);
    const std::int64_t spread = load.empty() ? 0 : most->second - least->second;
    tally_.row("balance", {{"spread of open tunnels", "at most " + std::to_string(spread_max),
                            "at most " + std::to_string(std::max(spread, spread_max))}});
  }

  Stage stage_;
  Tally& tally_;
  bool random_;
  std::size_t number_ = 0;
  std::size_t disabled_before_ = 0;
  std::map<std::int64_t, Talk*> tunnels_;
  std::deque<Burst> bursts_;
};

}  // namespace

void replay_events(const Json& recorded, Tally& tally) {
  Replay replay(recorded, tally);
  std::size_t number = 0;
  const Json* events = find(recorded, "events");
  for (const Json& event : (events != nullptr ? *events : recorded.at("ops")).as_array())
    replay.play(number++, event);
  replay.end();
}

}  // namespace roundhouse::oracles
