// effects/: what directives do. Each case is a configuration with the requests that one nginx was sent, or what `nginx -t` said of it.
#include <chrono>

#include "tests/oracles/replays.h"
#include "tests/oracles/stage.h"
#include "tests/oracles/text.h"

namespace roundhouse::oracles {

using namespace std::chrono_literals;

namespace {

/// A connection on which nothing comes for so long after the last sending was called open.
constexpr Duration quiet = 600ms;

std::string whole_text(const Json& entry) {
  const Json* main = find(entry, "main");
  return (main != nullptr ? lines_of(*main) : "") + "events { }\nhttp {\n" + lines_of(entry.at("config")) +
         "}\n";
}

proxy::ReadOptions options_of(const Json& entry) {
  proxy::ReadOptions options;
  options.newer_directives = false;
  options.resolve = [](std::string_view host) -> std::vector<Address> {
    if (host == "localhost") return {{"127.0.0.1", 0}};
    return {};
  };
  options.read_file = [&entry](std::string_view path) -> std::optional<std::string> {
    const Json* files = find(entry, "files");
    const Json* file = files != nullptr ? find(*files, path) : nullptr;
    return file != nullptr ? std::optional(lines_of(*file)) : std::nullopt;
  };
  return options;
}

std::string line_of(const char* level, const Error& error) {
  return std::string("[") + level + "] " + error.what() +
         (error.where().empty() ? "" : " in " + error.where()) + "\n";
}

void replay_test(const Json& entry, Tally& tally) {
  const auto config = proxy::read_config(whole_text(entry), options_of(entry));
  std::string messages;
  if (config) {
    for (const Error& warning : config->nginx_warnings) messages += line_of("warn", warning);
  } else {
    messages = line_of("emerg", config.error());
  }
  tally.row(text_of(entry.at("name")), {{"messages", lines_of(entry.at("messages")), messages}});
}

/// `[[0, "GET /"], [1.5, " HTTP/1.1..."]]`, or one text.
std::vector<std::pair<Duration, std::string>> sendings_of(const Json& exchange) {
  const Json& send = exchange.at("send");
  if (send.is_string()) return {{Duration(), unfolded(text_of(send))}};
  std::vector<std::pair<Duration, std::string>> sendings;
  for (const Json& sending : send.as_array()) {
    const auto seconds = std::chrono::duration<double>(sending.at(0).to_number<double>());
    sendings.emplace_back(std::chrono::duration_cast<Duration>(seconds), unfolded(text_of(sending.at(1))));
  }
  return sendings;
}

void replay_exchange(Stage& stage, const std::string& name, const Json& exchange, const std::string& source,
                     Tally& tally) {
  const Instant began = stage.now();
  const Json* watch = find(exchange, "watch_s");
  const Duration watched =
      watch == nullptr
          ? quiet
          : std::chrono::duration_cast<Duration>(std::chrono::duration<double>(watch->to_number<double>()));
  Talk* talk = nullptr;
  for (const auto& [at, text] : sendings_of(exchange)) {
    stage.run_until(began + at);
    if (talk == nullptr) {
      talk = &stage.ask(text, source);
    } else if (!talk->over()) {
      stage.clients().say(*talk, text);
    }
  }
  stage.run_for(watched);
  const Told& told = stage.told(*talk);
  std::vector<Part> parts = {
      {"response", unfolded(text_of(exchange.at("response"))), without_date(talk->got)},
      {"connection after", text_of(exchange.at("connection_after")), talk->over() ? "closed" : "open"}};
  if (const Json* ended = find(exchange, "ended_s")) {
    const auto after = std::chrono::round<std::chrono::seconds>(talk->ended_at - began);
    parts.push_back({"ended after", word_of(*ended), std::to_string(after.count())});
  }
  // A client that is left without an answer has a line in the log, and no record here.
  const Json* log = find(exchange, "log");
  const std::string why = log != nullptr ? text_of(*log) : "";
  if (log != nullptr && !why.starts_with("client timed out") && !why.starts_with("client prematurely closed"))
    parts.push_back({"log", text_of(*log), told.reason});
  tally.row(name, parts);
}

void replay_case(const Json& entry, Tally& tally) {
  const auto config = read_text(whole_text(entry), options_of(entry));
  std::vector<Address> more;  // servers that the text does not name
  if (const Json* addresses = find(entry, "addresses")) {
    for (const Json& address : addresses->as_array()) {
      const std::string text = text_of(address);
      const std::size_t colon = text.rfind(':');
      more.push_back({text.substr(0, colon), static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1)))});
    }
  }
  Stage stage(config, more);
  for (std::size_t server = 0; server < stage.servers(); ++server) stage.set_mode(server, "echo");
  std::size_t number = 0;
  for (const Json& exchange : entry.at("exchanges").as_array()) {
    const std::string name = text_of(entry.at("name")) + ", " + text_of(exchange.at("name"));
    replay_exchange(stage, name, exchange, "127.61.8." + std::to_string(++number), tally);
  }
}

}  // namespace

void replay_effects(const Json& recorded, Tally& tally) {
  for (const Json& entry : recorded.at("cases").as_array()) {
    if (find(entry, "test") != nullptr) {
      replay_test(entry, tally);
    } else {
      replay_case(entry, tally);
    }
  }
}

}  // namespace roundhouse::oracles
