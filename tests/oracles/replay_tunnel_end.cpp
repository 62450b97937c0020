// tunnel_end.json: how an open tunnel ends for its client, case by case.
#include <fmt/core.h>

#include <cmath>
#include <optional>
#include <stdexcept>

#include "tests/oracles/replays.h"
#include "tests/oracles/stage.h"

namespace roundhouse::oracles {

namespace {

using namespace std::chrono_literals;

constexpr double slack_s = 0.3;  // as the data says

double seconds_between(Instant from, Instant to) {
  return static_cast<double>((to - from).count()) / 1e9;
}

/// A case: one tunnel, opened, and what became of it.
class Case {
 public:
  Case(const Json& recorded, const Json& one)
      : case_(one), name_(text_of(one.at("case"))), text_(config_text(recorded)), stage_(read_text(text_)) {
    stage_.run_until({500'000'000});
  }

  std::vector<Part> play();

 private:
  std::string config_text(const Json& recorded) const {
    std::string upstream = "server 127.42.0.1:9000;\n";
    if (name_ == "reload_forgets_state") upstream += "server 127.42.0.2:9000;\n";
    // The note says so: "with worker_shutdown_timeout 1s".
    const bool limited = name_.ends_with("shutdown_timeout");
    return (limited ? "worker_shutdown_timeout 1s;\n" : std::string()) +
           "events {}\nhttp {\nupstream app {\n" + upstream +
           "}\nserver { listen 80;\nlocation / {\nproxy_pass http://app;\n" +
           lines_of(recorded.at("location")) + "proxy_read_timeout " +
           word_of(recorded.at("proxy_read_timeout_s")) + "s;\n}\n}\n}\n";
  }

  void open() {
    talk_ =
        &stage_.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    if (talk_->status() != 101) throw std::runtime_error("no tunnel came to be");
    head_bytes_ = talk_->got.size();
    from_ = stage_.now();
  }
  Heard& heard() { return stage_.last_heard(0); }
  void server_says(std::string_view bytes) { stage_.backend(0).say(heard(), bytes); }
  void client_says(std::string_view bytes) { stage_.clients().say(*talk_, bytes); }
  /// A byte every half second, nine times; what follows counts from the last one.
  void drip(bool from_server) {
    for (int i = 0; i < 9; ++i) {
      stage_.run_for(500ms);
      from_server ? server_says("x") : client_says("x");
      stage_.settle();
    }
    from_ = stage_.now();
  }
  void wait_for_end() { stage_.run_for(10s); }
  void compare_end();
  void compare_new_request();
  void reload_forgets_state();

  const Json& case_;
  std::string name_;
  std::string text_;
  Stage stage_;
  Talk* talk_ = nullptr;
  std::size_t head_bytes_ = 0;
  Instant from_;
  std::vector<Part> parts_;
};

/// The recorded time where the played one is within the slack, else the played one.
std::string near(const Json& recorded, double played) {
  const double expected =
      recorded.is_int64() ? static_cast<double>(recorded.as_int64()) : recorded.as_double();
  return std::abs(expected - played) <= slack_s ? "near"
                                                : fmt::format("{:.2f} s, not {:.2f} s", played, expected);
}

std::vector<Part> Case::play() {
  if (name_ == "reload_forgets_state") {
    reload_forgets_state();
    return parts_;
  }
  open();
  if (name_ == "idle") {
    wait_for_end();
  } else if (name_ == "client_sends_only" || name_ == "server_sends_only") {
    drip(name_ == "server_sends_only");
    wait_for_end();
  } else if (name_ == "timer_slack") {
    stage_.run_for(200ms);
    client_says("x");
    stage_.settle();
    from_ = stage_.now();
    wait_for_end();
  } else if (name_ == "server_fin") {
    server_says("0123456789");
    stage_.backend(0).close(heard(), Close::fin);
    wait_for_end();
  } else if (name_ == "server_rst") {
    stage_.backend(0).close(heard(), Close::reset);
    wait_for_end();
  } else if (name_ == "client_half_close" || name_ == "client_rst") {
    stage_.clients().close(*talk_, name_ == "client_rst" ? Close::reset : Close::fin);
    stage_.settle();
    parts_.push_back({"server sees", text_of(case_.at("server_sees")),
                      heard().eof     ? "eof"
                      : heard().reset ? "reset"
                                      : "nothing"});
    parts_.push_back(
        {"server after", "near", near(case_.at("server_after_s"), seconds_between(from_, heard().over_at))});
    // What a client that has closed would have seen is how its connection ended.
    if (find(case_, "client_sees") != nullptr)
      parts_.push_back({"client sees", text_of(case_.at("client_sees")),
                        stage_.told(*talk_).ended_in_order ? "eof" : "reset"});
    return parts_;
  } else if (name_ == "reload") {
    stage_.proxy().reload(read_text(text_));
    stage_.run_for(1s);
    client_says("ping");
    stage_.settle();
    parts_.push_back({"works after", case_.at("works_after").as_bool() ? "yes" : "no",
                      heard().bytes.ends_with("ping") ? "yes" : "no"});
    from_ = stage_.now();
    wait_for_end();
  } else if (name_ == "stop") {
    stage_.world().stop(stage_.proxy_node());
    compare_new_request();
  } else if (name_ == "quit" || name_ == "quit_shutdown_timeout") {
    stage_.proxy().quit();
    compare_new_request();
    if (name_ == "quit") {
      // Watched for 3 s, which is longer than an idle tunnel lives.
      while (seconds_between(from_, stage_.now()) < 3) {
        client_says("x");
        stage_.run_for(100ms);
      }
    } else {
      wait_for_end();
    }
  } else if (name_ == "reload_shutdown_timeout") {
    stage_.proxy().reload(read_text(text_));
    compare_new_request();
    wait_for_end();
  } else if (name_ == "worker_killed") {
    stage_.world().kill(stage_.proxy_node());
    stage_.settle();
    stage_.world().start(stage_.proxy_node());
    compare_new_request();
  } else {
    throw std::runtime_error("no replay of this case");
  }
  compare_end();
  return parts_;
}

void Case::compare_end() {
  const std::size_t bytes = talk_->got.size() - head_bytes_;
  std::string seen = bytes > 0 ? "data, then " : "";
  seen += talk_->reset ? "reset" : talk_->ended ? "eof" : "still open";
  parts_.push_back({"client sees", text_of(case_.at("client_sees")), seen});
  if (const Json* count = find(case_, "bytes"))
    parts_.push_back({"bytes", word_of(*count), std::to_string(bytes)});
  parts_.push_back(
      {"after", "near",
       near(case_.at("after_s"), seconds_between(from_, talk_->over() ? talk_->ended_at : stage_.now()))});
}

void Case::compare_new_request() {
  stage_.run_for(400ms);
  Talk& talk = stage_.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  parts_.push_back({"new request after 0.4 s", text_of(case_.at("new_request_after_0.4_s")),
                    talk.refused ? "ConnectionRefusedError" : std::to_string(talk.status())});
}

void Case::reload_forgets_state() {
  stage_.set_mode(1, "refuse");
  bool reloaded = false;
  for (const Json& request : case_.at("requests").as_array()) {
    if (text_of(request.at(0)) == "after" && !std::exchange(reloaded, true))
      stage_.proxy().reload(read_text(text_));
    const Talk& talk = stage_.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    std::string expected;
    for (const Json& server : request.at(1).as_array()) expected += word_of(server) + " ";
    std::string got;
    for (const int server : stage_.told(talk).tries) got += std::to_string(server) + " ";
    parts_.push_back({"tries", expected, got});
    parts_.push_back({"status", word_of(request.at(2)), std::to_string(talk.status())});
  }
}

}  // namespace

void replay_tunnel_end(const Json& recorded, Tally& tally) {
  for (const Json& one : recorded.at("cases").as_array()) {
    const std::string name = text_of(one.at("case"));
    try {
      tally.row(name, Case(recorded, one).play());
    } catch (const std::exception& problem) {
      tally.row(name, {{"replay", "played", problem.what()}});
    }
  }
}

}  // namespace roundhouse::oracles
