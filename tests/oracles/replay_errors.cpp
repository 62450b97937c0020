// errors.json: requests that nginx answers itself, one after another to one nginx.
#include "tests/oracles/replays.h"
#include "tests/oracles/stage.h"
#include "tests/oracles/text.h"

namespace roundhouse::oracles {

namespace {

/// The last line of the log that says why the answer is nginx's own, without its level and the particulars of the request.
std::string why_of(const Json& log) {
  std::string why;
  for (const Json& line : log.as_array()) {
    const std::string text = text_of(line);
    if (text.starts_with("[warn] ")) continue;
    const std::size_t from = text.find("] ") + 2;
    why = text.substr(from, text.find(", client: ") - from);
  }
  return unfolded(why);
}

}  // namespace

void replay_errors(const Json& recorded, Tally& tally) {
  const auto config = read_text("events {}\nhttp {\n" + lines_of(recorded.at("config")) + "}\n");
  Stage stage(config);
  // The upstreams say by their names what their servers do.
  std::size_t server = 0;
  for (const proxy::UpstreamConfig& upstream : config->upstreams) {
    if (upstream.name == "dead") stage.set_mode(server++, "refuse");
    if (upstream.name == "slow") stage.set_mode(server++, "hang");
  }
  for (const Json& exchange : recorded.at("exchanges").as_array()) {
    const Talk& talk = stage.exchange(unfolded(text_of(exchange.at("request"))));
    const Told& told = stage.told(talk);
    std::vector<Part> parts = {
        {"response", unfolded(text_of(exchange.at("response"))), without_date(talk.got)},
        {"status", word_of(exchange.at("status")), std::to_string(talk.status())},
        {"connection after", text_of(exchange.at("connection_after")), talk.over() ? "closed" : "open"}};
    if (const Json* log = find(exchange, "log")) parts.push_back({"log", why_of(*log), told.reason});
    tally.row(text_of(exchange.at("name")), parts);
  }
}

}  // namespace roundhouse::oracles
