// config.json: texts, and what `nginx -t` said about each.
#include "tests/oracles/replays.h"

namespace roundhouse::oracles {

namespace {

/// What nginx's resolver and file system knew when the data was recorded.
proxy::ReadOptions recorded_options() {
  proxy::ReadOptions options;
  options.newer_directives = false;
  options.resolve = [](std::string_view host) -> std::vector<Address> {
    if (host == "localhost") return {{"127.0.0.1", 0}};
    return {};
  };
  options.read_file = [](std::string_view) -> std::optional<std::string> { return std::nullopt; };
  return options;
}

std::string line_of(const char* level, const Error& error) {
  return std::string("[") + level + "] " + error.what() +
         (error.where().empty() ? "" : " in " + error.where()) + "\n";
}

}  // namespace

void replay_config(const Json& recorded, Tally& tally) {
  for (const Json& entry : recorded.at("configs").as_array()) {
    const std::string name = text_of(entry.at("name"));
    std::string text = lines_of(entry.at("config"));
    // This one was recorded from a file whose last line does not end.
    if (name == "eof_in_directive") text.pop_back();
    const auto config = proxy::read_config(text, recorded_options());
    std::string messages;
    if (config) {
      for (const Error& warning : config->nginx_warnings) messages += line_of("warn", warning);
    } else {
      messages = line_of("emerg", config.error());
    }
    tally.row(name, {{"exit", word_of(entry.at("exit")), config ? "0" : "1"},
                     {"messages", lines_of(entry.at("messages")), messages}});
  }
}

}  // namespace roundhouse::oracles
