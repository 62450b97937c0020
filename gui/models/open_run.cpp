// What a person names when a window is to show something: see run_model.h.
#include <filesystem>

#include <roundhouse/scenario.h>
#include "gui/models/run_model.h"

namespace roundhouse::view {

Result<std::unique_ptr<RunModel>> open_run(const std::string& name, bool loopback) {
  const std::filesystem::path path(name);
  std::error_code ignored;
  const bool recording = path.extension() == ".rht" || path.extension() == ".jsonl" ||
                         (path.extension() != ".toml" && std::filesystem::is_regular_file(path, ignored));
  if (recording) return play_recording(name);
  const auto file = find_scenario(name);
  if (!file) return file.error();
  return play_scenario(*file, loopback);
}

}  // namespace roundhouse::view
