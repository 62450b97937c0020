// Where a scenario's file is: as named, or among the shipped ones.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <roundhouse/scenario.h>
#include "sim/scenario/nearest_word.h"

namespace roundhouse {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error) && !fs::is_directory(path, error);
}

// A text is a file or an Error's words: the result must be told which.
Result<std::string> found(std::string file) {
  return Result<std::string>(boost::system::in_place_value, std::move(file));
}

/// The scenarios that were installed with this program; empty where the system does not say where the program is.
fs::path beside_the_command() {
  std::error_code error;
  const fs::path command = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : (command.parent_path() / ROUNDHOUSE_SCENARIOS_FROM_COMMAND).lexically_normal();
}

std::vector<fs::path> folders() {
  std::vector<fs::path> all = {"scenarios"};
  if (const char* further = std::getenv("ROUNDHOUSE_SCENARIOS"); further != nullptr && *further != '\0')
    all.emplace_back(further);
  if (fs::path installed = beside_the_command(); !installed.empty()) all.push_back(std::move(installed));
  all.emplace_back(ROUNDHOUSE_SOURCE_SCENARIOS);
  all.emplace_back(ROUNDHOUSE_INSTALLED_SCENARIOS);
  return all;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".toml") names.push_back(entry->path().stem().string());
  }
  std::sort(names.begin(), names.end());  // the file system's order is nobody's
  return names;
}

}  // namespace

Result<std::string> find_scenario(const std::string& name_or_path) {
  if (name_or_path.empty()) return Error("a scenario's name is empty");
  if (is_file(name_or_path)) return found(name_or_path);
  for (const fs::path& folder : folders()) {
    const fs::path path = folder / (name_or_path + ".toml");
    if (is_file(path)) return found(path.string());
  }
  return Error("no scenario is called \"" + name_or_path + "\", and there is no such file" +
               did_you_mean(fs::path(name_or_path).stem().string(), shipped_scenarios()));
}

std::vector<std::string> shipped_scenarios() {
  std::vector<std::string> all;
  for (const fs::path& folder : folders()) {
    for (std::string& name : names_in(folder)) {
      if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(std::move(name));
    }
  }
  return all;
}

}  // namespace roundhouse
