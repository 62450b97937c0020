// select/: every server is healthy; each row says which of them got the request.
#include "tests/oracles/replays.h"
#include "tests/oracles/stage.h"

namespace roundhouse::oracles {

namespace {

/// A request whose hash key is `key`: where the `hash` directive looks decides where it is put. An empty key is left out.
std::string request_with(const std::string& config, const std::string& key) {
  std::string target = "/";
  std::string field;
  if (config.find("$request_uri") != std::string::npos) {
    target = key;
  } else if (!key.empty()) {
    if (config.find("$arg_sid") != std::string::npos) target += "?sid=" + key;
    if (config.find("$cookie_io") != std::string::npos) field = "Cookie: io=" + key + "\r\n";
    if (config.find("$http_x_session") != std::string::npos) field = "X-Session: " + key + "\r\n";
  }
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + field + "\r\n";
}

}  // namespace

void replay_select(const Json& recorded, Tally& tally) {
  Stage stage(config_of(recorded));
  const std::string config = lines_of(recorded.at("config"));
  const std::string first_column = text_of(recorded.at("columns").at(0));
  std::size_t number = 0;
  for (const Json& row : recorded.at("rows").as_array()) {
    const std::string who = row.is_array() ? text_of(row.at(0)) : "";
    const Json& server = row.is_array() ? row.at(1) : row;
    const std::string request = request_with(config, first_column == "key" ? who : "");
    const Talk& talk = stage.exchange(request, first_column == "client" ? who : "127.0.0.1");
    const std::string got(talk.status() == 502 ? "-1" : field_of(talk.got, "X-Server"));
    tally.row(std::to_string(number++),
              {{who.empty() ? "server" : "server of " + who, word_of(server), got}});
  }
}

}  // namespace roundhouse::oracles
