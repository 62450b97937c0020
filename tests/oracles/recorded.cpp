#include "tests/oracles/recorded.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace roundhouse::oracles {

namespace {

std::filesystem::path data_folder() {
  const char* given = std::getenv("ROUNDHOUSE_ORACLES");
  return std::filesystem::path(given != nullptr ? given : ROUNDHOUSE_SOURCE_DIR "/tests/oracles") / "nginx";
}

std::string host_part(const std::string& address) {
  return address.substr(0, address.find(':'));
}

}  // namespace

Json read_recorded(const std::string& file) {
  std::ifstream in(data_folder() / file);
  if (!in) throw std::runtime_error("cannot read " + (data_folder() / file).string());
  std::ostringstream text;
  text << in.rdbuf();
  return boost::json::parse(text.str());
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(data_folder() / folder)) {
    if (entry.path().extension() == ".json") files.push_back(folder + "/" + entry.path().filename().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string text_of(const Json& value) {
  return std::string(value.as_string());
}

std::string word_of(const Json& value) {
  return value.is_string() ? text_of(value) : std::to_string(value.as_int64());
}

std::string lines_of(const Json& array, const std::string& end) {
  std::string text;
  for (const Json& line : array.as_array()) text += text_of(line) + end;
  return text;
}

const Json* find(const Json& object, std::string_view name) {
  const Json* found = object.as_object().if_contains(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::shared_ptr<const proxy::Config> read_text(const std::string& text, const proxy::ReadOptions& options) {
  auto config = proxy::read_config(text, options);
  if (!config) throw std::runtime_error(config.error().text());
  return std::make_shared<const proxy::Config>(std::move(*config));
}

std::shared_ptr<const proxy::Config> config_of(const Json& recorded) {
  proxy::ReadOptions options;
  options.resolve = [&recorded](std::string_view host) {
    std::vector<Address> found;
    for (const Json& server : recorded.at("servers").as_array()) {
      const Json* addresses = find(server, "addresses");
      if (addresses == nullptr || host_part(text_of(server.at("name"))) != host) continue;
      for (const Json& address : addresses->as_array()) found.push_back({host_part(text_of(address)), 0});
    }
    return found;
  };
  const std::string text = lines_of(recorded.at("config"));
  const std::size_t location = text.find("\nlocation") + 1;
  return read_text("events {}\nhttp {\n" + text.substr(0, location) + "server { listen 80;\n" +
                       text.substr(location) + "}\n}\n",
                   options);
}

}  // namespace roundhouse::oracles
