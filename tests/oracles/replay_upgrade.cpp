// upgrade.json: a request under a configuration: the head that the backend gets, and what the client gets.
#include "tests/oracles/replays.h"
#include "tests/oracles/stage.h"
#include "tests/oracles/text.h"

namespace roundhouse::oracles {

namespace {

using namespace std::chrono_literals;

const std::string head_end = "\r\n\r\n";

std::shared_ptr<const proxy::Config> config_named(const Json& recorded, const std::string& name) {
  const Json* server_lines = find(recorded.at("server_lines"), name);
  const Json& lines = recorded.at("configs").at(name);
  // The comment in that configuration says where it stood.
  const bool below = lines_of(lines).find("in location /socket.io/") != std::string::npos;
  return read_text("events {}\nhttp {\n" + text_of(recorded.at("map")) + "\n" +
                   lines_of(recorded.at("upstream")) + "server { listen 80;\n" +
                   (server_lines != nullptr ? lines_of(*server_lines) : "") + "location " +
                   (below ? "/socket.io/" : "/") + " {\n" + lines_of(lines) + "}\n}\n}\n");
}

/// `yes` where bytes pass both ways.
bool tunnels(Stage& stage, Talk& talk, Heard& heard) {
  if (talk.over() || heard.over) return false;
  const std::size_t to_server = heard.bytes.size();
  const std::size_t to_client = talk.got.size();
  stage.clients().say(talk, "ping");
  stage.settle();
  if (!heard.over) stage.backend(0).say(heard, "pong");
  stage.settle();
  return heard.bytes.substr(to_server) == "ping" && talk.got.substr(to_client) == "pong";
}

void play(const Json& recorded, const Json& exchange, const std::string& name, Tally& tally) {
  Stage stage(config_named(recorded, text_of(exchange.at("config"))));
  stage.script(0).signs = false;
  if (const Json* backend = find(exchange, "backend")) stage.set_mode(0, text_of(*backend));
  std::string request = lines_of(recorded.at("requests").at(text_of(exchange.at("request"))), "\r\n");
  request.resize(request.size() - 2);  // the last line of the data ends the body, and has no end of its own

  Talk& talk = stage.ask(request, text_of(recorded.at("client")));
  const bool silent = find(exchange, "then") != nullptr;
  if (silent) {
    stage.run_for(3s);
  } else {
    stage.finish(talk);
  }
  Heard& heard = stage.last_heard(0);
  const std::size_t head_bytes = heard.bytes.find(head_end) + 2;
  std::vector<Part> parts = {
      {"forwarded", lines_of(exchange.at("forwarded"), "\r\n"), heard.bytes.substr(0, head_bytes)}};
  const Json* body = find(exchange, "forwarded_body");
  parts.push_back(
      {"forwarded body", body != nullptr ? text_of(*body) : "", heard.bytes.substr(head_bytes + 2)});
  if (silent) {
    parts.push_back({"then", text_of(exchange.at("then")),
                     talk.got.empty() && !talk.over() ? "silence for 3 s" : "an answer or an end"});
    return tally.row(name, parts);
  }
  const std::size_t head = final_head(talk.got);
  const Json* interim = find(exchange, "interim");
  parts.push_back(
      {"interim", interim != nullptr ? lines_of(*interim, "\r\n") + "\r\n" : "", talk.got.substr(0, head)});
  parts.push_back({"status", word_of(exchange.at("status")), std::to_string(talk.status())});
  const std::string answer = without_date(talk.got.substr(head));
  const std::size_t end = answer.find(head_end) + 2;
  parts.push_back({"response", lines_of(exchange.at("response"), "\r\n"), answer.substr(0, end)});
  const Json* answered = find(exchange, "body");
  parts.push_back({"body", answered != nullptr ? text_of(*answered) : "", answer.substr(end + 2)});
  const bool tunnel = talk.status() == 101 && tunnels(stage, talk, heard);
  parts.push_back({"tunnel", exchange.at("tunnel").as_bool() ? "yes" : "no", tunnel ? "yes" : "no"});
  tally.row(name, parts);
}

}  // namespace

void replay_upgrade(const Json& recorded, Tally& tally) {
  for (const Json& exchange : recorded.at("exchanges").as_array()) {
    const Json* backend = find(exchange, "backend");
    play(recorded, exchange,
         text_of(exchange.at("config")) + " " + text_of(exchange.at("request")) +
             (backend != nullptr ? " " + text_of(*backend) : ""),
         tally);
  }
}

}  // namespace roundhouse::oracles
