// Reads a recorded case's configuration. See recorded_upstream.h.
#include "tests/core/proxy/recorded_upstream.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace roundhouse::test {

std::shared_ptr<const proxy::Config> config_of(const boost::json::value& data) {
  proxy::ReadOptions options;
  options.resolve = [&data](std::string_view host) {
    std::vector<Address> found;
    for (const auto& server : data.at("servers").as_array()) {
      const auto* addresses = server.as_object().if_contains("addresses");
      const std::string name = text_of(server.at("name"));
      if (addresses == nullptr || name.substr(0, name.find(':')) != host) continue;
      for (const auto& address : addresses->as_array())
        found.push_back({text_of(address).substr(0, text_of(address).find(':')), 0});
    }
    return found;
  };
  const std::string text = lines_of(data.at("config"));
  const std::size_t location = text.find("\nlocation") + 1;
  const std::string whole = "events {}\nhttp {\n" + text.substr(0, location) + "server { listen 80;\n" +
                            text.substr(location) + "}\n}\n";
  auto config = proxy::read_config(whole, options);
  if (!config) throw std::runtime_error(config.error().text());
  return std::make_shared<const proxy::Config>(std::move(*config));
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(ROUNDHOUSE_SOURCE_DIR) +
                                                               "/tests/oracles/nginx/" + folder)) {
    files.push_back(folder + "/" + entry.path().filename().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace roundhouse::test
