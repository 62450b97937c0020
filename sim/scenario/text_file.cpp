#include "sim/scenario/text_file.h"

#include <filesystem>
#include <fstream>

namespace roundhouse::scenario_file {

Result<std::string> read_file(const std::string& file, std::uintmax_t bytes_max) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (error || !std::filesystem::exists(status)) return Error("there is no file \"" + file + "\"");
  if (std::filesystem::is_directory(status)) return Error("\"" + file + "\" is a folder");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return Error("cannot open \"" + file + "\"");
  std::string text;
  text.resize(bytes_max + 1);
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > bytes_max)
    return Error("\"" + file + "\" is larger than " + std::to_string(bytes_max) + " bytes");
  // A text could be an Error's words as well: the result must be told.
  return Result<std::string>(boost::system::in_place_value, std::move(text));
}

Result<void> use_nginx_file(Scenario& scenario, const std::string& file) {
  Result<std::string> text = read_file(file, file_bytes_max);
  if (!text) return text.error();
  if (text->empty()) return Error("\"" + file + "\" is empty");
  scenario.policy.clear();
  scenario.nginx = std::move(*text);
  scenario.nginx_file = file;
  scenario.nginx_first_line = 1;
  return {};
}

}  // namespace roundhouse::scenario_file
