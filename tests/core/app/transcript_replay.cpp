// See transcript_replay.h. Values that differ from run to run stand as {{NAME}} in templates; ours are taken from our server's answers.
#include "tests/core/app/transcript_replay.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "core/app/app.h"
#include "core/app/chat.h"
#include "core/app/memory_adapter.h"
#include "tests/core/app/raw_client.h"

namespace roundhouse::app {

namespace json = boost::json;

namespace {

/// A server's answer may come this much before or after the recorded time: the recorder's machine was loaded, ours is not.
constexpr Duration tolerance = std::chrono::milliseconds(100);

std::string string_at(const json::object& step, std::string_view key) {
  const auto* found = step.if_contains(key);
  return found && found->is_string() ? std::string(found->as_string()) : std::string();
}

/// HTTP text is stored with one character for each byte.
Bytes bytes_of_latin1(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0xc0 && i + 1 < text.size()) {
      bytes += static_cast<char>((c & 3) << 6 | (static_cast<unsigned char>(text[++i]) & 63));
    } else {
      bytes += static_cast<char>(c);
    }
  }
  return bytes;
}

Bytes bytes_of_hex(std::string_view hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

class Replay {
 public:
  explicit Replay(const json::object& transcript) : transcript_(transcript) {
    Options options;
    const auto& settings = transcript.at("server").at("options").as_object();
    const auto milliseconds = [&](std::string_view key, Duration& target) {
      if (const auto* value = settings.if_contains(key))
        target = std::chrono::milliseconds(value->as_int64());
    };
    milliseconds("pingInterval", options.ping_interval);
    milliseconds("pingTimeout", options.ping_timeout);
    milliseconds("upgradeTimeout", options.upgrade_timeout);
    milliseconds("connectTimeout", options.connect_timeout);
    if (const auto* value = settings.if_contains("maxHttpBufferSize")) {
      options.payload_bytes_max = static_cast<std::uint32_t>(value->as_int64());
    }
    app_ = std::make_unique<App>(host_, options, make_chat(), std::make_unique<MemoryAdapter>());
    host_.set_party(*app_);
    app_->on_start();
  }

  std::vector<std::string> run() {
    for (const json::value& step : transcript_.at("steps").as_array()) {
      step_ = &step.as_object();
      perform(*step_);
    }
    for (const auto& [name, connection] : connections_) {
      if (!host_.at(connection).output.empty())
        complain("unasked on " + name + ": " + host_.at(connection).output);
    }
    check_reasons();
    return complaints_;
  }

 private:
  void perform(const json::object& step) {
    const std::string kind = string_at(step, "kind");
    const bool by_client = string_at(step, "dir") != "s2c";
    if (kind == "note" || kind == "leftover") return;
    if (kind == "app") return application(step);
    if (by_client) host_.advance_to(time_of(step));
    const std::string name = string_at(step, "conn");
    if (kind == "tcp-open") {
      connections_[name] = host_.accept();
      return;
    }
    const ConnectionId connection = connections_.at(name);
    if (!by_client) {
      if (kind == "http-response") return expect_answer(step, connection);
      if (kind == "ws-frame") return expect_frame(step, connection);
      if (kind == "raw-bytes") return expect_bytes(string_at(step, "raw"), connection);
      if (kind == "tcp-fin") return expect_end(connection);
    } else {
      if (kind == "tcp-fin") return client_ends(connection);
      if (kind == "tcp-reset") return host_.reset(connection);
      if (kind == "http-request" || kind == "http-request-partial") {
        return host_.give(connection, bytes_of_latin1(filled(step, "raw")));
      }
      if (kind == "ws-frame") {
        if (host_.at(connection).closed && step.at("opcode").as_int64() != 8)
          complain("closed before a frame came");
        return host_.give(connection, bytes_of_hex(string_at(step, "raw_hex")));
      }
    }
    complain("a step of an unknown kind: " + kind);
  }

  void application(const json::object& step) {
    const std::string call = string_at(step, "call");
    if (call == "io.emit(\"tick\",1)") {
      host_.advance_to(time_of(step));
      app_->emit("/", {}, "tick", "[1]");
    } else if (call == "io.close()") {
      host_.advance_to(time_of(step));
      app_->on_stop();
    } else if (call.starts_with("server-side \"disconnect\"")) {
      const std::size_t at = call.find("reason \"") + 8;
      reasons_.push_back(call.substr(at, call.rfind('"') - at));
    } else if (call.starts_with("server-side \"connection_error\"")) {
      errors_.push_back(static_cast<std::uint64_t>(step.at("code").as_int64()) + 1);
    } else {
      complain("the application did something unknown: " + call);
    }
  }

  void expect_answer(const json::object& step, ConnectionId connection) {
    const auto answer = wait_for(step, connection, read_answer);
    if (!answer) return complain("no answer, but: " + host_.at(connection).output);
    if (answer->status != step.at("status").as_int64()) complain("status " + std::to_string(answer->status));
    if (answer->reason != string_at(step, "reason")) complain("reason " + answer->reason);
    compare(step, "body", answer->body, true);
    for (const json::value& header : step.at("headers").as_array()) {
      std::string name(header.as_array()[0].as_string());
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
      // The recorder's notes: these do not belong to the protocol.
      if (name == "date" || name == "keep-alive" || name == "content-length" || name == "transfer-encoding")
        continue;
      if (answer->header(name) != header.as_array()[1].as_string())
        complain(name + ": " + answer->header(name));
    }
  }

  void expect_frame(const json::object& step, ConnectionId connection) {
    const auto frame = wait_for(step, connection, read_frame);
    if (!frame) return complain("no frame, but: " + host_.at(connection).output);
    if (static_cast<int>(frame->opcode) != step.at("opcode").as_int64()) complain("a frame of another kind");
    if (step.contains("text") && frame->opcode == websocket::Opcode::text) {
      compare(step, "text", frame->payload, false);
    } else if (frame->payload != bytes_of_hex(string_at(step, "payload_hex"))) {
      complain("other payload");
    }
  }

  void expect_bytes(std::string_view raw, ConnectionId connection) {
    const Bytes bytes = bytes_of_latin1(raw);
    if (host_.take(connection, bytes.size()) != bytes) complain("other bytes");
  }

  void expect_end(ConnectionId connection) {
    const Instant latest = time_of(*step_) + tolerance;
    while (!host_.at(connection).closed && host_.run_timer_before(latest)) {
    }
    if (!host_.at(connection).closed) return complain("the server did not close");
    if (host_.at(connection).closed_at < time_of(*step_) - tolerance) complain("the server closed too early");
  }

  void client_ends(ConnectionId connection) {
    if (host_.at(connection).closed) complain("the server closed, and the real one did not");
    host_.end(connection);
  }

  template <class Read>
  auto wait_for(const json::object& step, ConnectionId connection, Read read) -> decltype(read(ByteView())) {
    const Instant latest = time_of(step) + tolerance;
    auto found = read(host_.at(connection).output);
    while (!found && host_.run_timer_before(latest)) found = read(host_.at(connection).output);
    if (!found) return found;
    host_.take(connection, found->bytes);
    if (host_.taken_sent_at(connection) < time_of(step) - tolerance) complain("too early");
    return found;
  }

  /// Fits `actual` into the recorded text, learning the values that are met for the first time.
  void compare(const json::object& step, const std::string& key, std::string_view actual, bool latin1) {
    std::string pattern = string_at(step, step.contains(key + "_template") ? key + "_template" : key);
    if (latin1) pattern = bytes_of_latin1(pattern);
    std::string_view rest = actual;
    std::string_view wanted = pattern;
    while (!wanted.empty()) {
      const std::size_t open = wanted.find("{{");
      const std::string_view literal = wanted.substr(0, open);
      if (!rest.starts_with(literal)) break;
      rest.remove_prefix(literal.size());
      wanted.remove_prefix(literal.size());
      if (wanted.empty()) break;
      const std::size_t close = wanted.find("}}");
      const std::string variable(wanted.substr(2, close - 2));
      wanted.remove_prefix(close + 2);
      constexpr std::size_t sid_size = 20;
      const std::string value(rest.substr(0, sid_size));
      rest.remove_prefix(value.size());
      const auto [known, is_new] = variables_.emplace(variable, value);
      const bool legal =
          value.size() == sid_size &&
          value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
              std::string::npos;
      if (!legal || known->second != value) complain(variable + " is " + value);
    }
    if (!wanted.empty() || !rest.empty()) complain("said " + std::string(actual) + " and not " + pattern);
  }

  std::string filled(const json::object& step, const std::string& key) {
    std::string text = string_at(step, step.contains(key + "_template") ? key + "_template" : key);
    for (const auto& [name, value] : variables_) {
      const std::string mark = "{{" + name + "}}";
      for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark))
        text.replace(at, mark.size(), value);
    }
    return text;
  }

  /// What the real server told its application, ours recorded.
  void check_reasons() {
    std::vector<std::string> ours;
    for (const Record& record : host_.records_of(RecordKind::socket)) {
      if (record.how == static_cast<std::uint8_t>(SocketPhase::disconnected))
        ours.emplace_back(host_.text_of(record.text));
    }
    std::vector<std::uint64_t> our_errors;
    for (const Record& record : host_.records_of(RecordKind::request)) {
      if (record.value > 0) our_errors.push_back(record.value);
    }
    // The recorder stopped at the last step: what the server noticed after it is missing there.
    std::sort(ours.begin(), ours.end());
    std::sort(reasons_.begin(), reasons_.end());
    if (!std::includes(ours.begin(), ours.end(), reasons_.begin(), reasons_.end()))
      complain("other reasons of disconnection");
    if (our_errors != errors_) complain("other connection errors");
  }

  Instant time_of(const json::object& step) const {
    return Instant{} + std::chrono::milliseconds(step.at("t").as_int64());
  }

  void complain(const std::string& what) {
    std::string line = "step " + std::to_string(step_->at("n").as_int64()) + ": " + what;
    complaints_.push_back(line.substr(0, 400));
  }

  const json::object& transcript_;
  const json::object* step_ = nullptr;
  FakeHost host_;
  std::unique_ptr<App> app_;
  std::map<std::string, ConnectionId> connections_;
  std::map<std::string, std::string> variables_;
  std::vector<std::string> reasons_;
  std::vector<std::uint64_t> errors_;
  std::vector<std::string> complaints_;
};

}  // namespace

std::vector<std::string> replay_transcript(const std::string& file) {
  std::ifstream in(file);
  if (!in) return {"cannot read " + file};
  std::stringstream text;
  text << in.rdbuf();
  const json::value transcript = json::parse(text.str());
  return Replay(transcript.as_object()).run();
}

}  // namespace roundhouse::app
