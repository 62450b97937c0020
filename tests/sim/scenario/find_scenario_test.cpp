// Where a scenario is looked for.
#include <roundhouse/scenario.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace roundhouse;

namespace {

/// A folder with one scenario, named by ROUNDHOUSE_SCENARIOS while it lives.
class FurtherFolder {
 public:
  FurtherFolder()
      : path_(std::filesystem::temp_directory_path() / ("roundhouse-find-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
    std::ofstream(path_ / "zanzibar.toml") << "title = \"far away\"\n";
    setenv("ROUNDHOUSE_SCENARIOS", path_.c_str(), 1);
  }
  ~FurtherFolder() {
    unsetenv("ROUNDHOUSE_SCENARIOS");
    std::filesystem::remove_all(path_);
  }
  std::string file() const { return (path_ / "zanzibar.toml").string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a shipped scenario is found by its name", "[scenario]") {
  const auto file = find_scenario("blog");
  REQUIRE(file.has_value());
  CHECK(std::filesystem::path(*file).filename() == "blog.toml");
  CHECK(read_scenario(*file)->name == "blog");
}

TEST_CASE("a path is taken as it is given", "[scenario]") {
  const std::string path = ROUNDHOUSE_SOURCE_DIR "/scenarios/blog.toml";
  CHECK(*find_scenario(path) == path);
}

TEST_CASE("a misspelt name gets the nearest shipped one", "[scenario]") {
  const auto file = find_scenario("round-robbin");
  REQUIRE_FALSE(file.has_value());
  CHECK(file.error().text() ==
        "no scenario is called \"round-robbin\", and there is no such file; did you mean \"round-robin\"?");
  CHECK_FALSE(find_scenario("").has_value());
}

TEST_CASE("a folder of one's own is searched as well", "[scenario]") {
  CHECK_FALSE(find_scenario("zanzibar").has_value());
  const FurtherFolder folder;
  CHECK(*find_scenario("zanzibar") == folder.file());
  CHECK(find_scenario("zanzibr").error().text().find("did you mean \"zanzibar\"?") != std::string::npos);
  const auto names = shipped_scenarios();
  CHECK(std::count(names.begin(), names.end(), "zanzibar") == 1);
  CHECK(std::count(names.begin(), names.end(), "blog") == 1);
}

TEST_CASE("a folder is no scenario", "[scenario]") {
  CHECK_FALSE(find_scenario("tests").has_value());
  const auto read = read_scenario(ROUNDHOUSE_SOURCE_DIR "/scenarios");
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().text().find("is a folder") != std::string::npos);
}
