// Every shipped scenario, in both worlds: its expectations hold, its books balance, and the figures it names agree.
#include <catch2/catch.hpp>
#include <filesystem>

#include <roundhouse/cluster.h>

using namespace roundhouse;

namespace {

std::vector<std::string> shipped() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(ROUNDHOUSE_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Summary run_in(const Scenario& scenario, WorldKind world) {
  ClusterOptions options;
  options.world = world;
  auto cluster = Cluster::build(scenario, options);
  if (!cluster) FAIL(cluster.error().text());
  return (*cluster)->run();
}

void check_holds(const Summary& summary) {
  for (const Judged& judged : summary.expectations) {
    INFO(summary.scenario << ", " << summary.world << ": " << judged.expectation.name << ": predicted "
                          << judged.expectation.value << ", observed " << judged.observed);
    CHECK(judged.holds);
  }
  for (const std::string& finding : summary.book_findings) UNSCOPED_INFO(finding);
  CHECK(summary.books_balance);
}

}  // namespace

TEST_CASE("every shipped scenario holds in both worlds, and the two agree where it says so") {
  for (const std::string& file : shipped()) {
    const auto scenario = read_scenario(file);
    if (!scenario) FAIL(scenario.error().text());
    REQUIRE_FALSE(scenario->expect.empty());
    CHECK(scenario->duration <= std::chrono::seconds(20));
    const Summary on_virtual = run_in(*scenario, WorldKind::virtual_time);
    check_holds(on_virtual);
    if (scenario->virtual_only) continue;
    const Summary on_loopback = run_in(*scenario, WorldKind::loopback);
    check_holds(on_loopback);
    for (const Knob& knob : scenario->knobs) {
      const Scenario turned = turn_knob(*scenario, knob.name).value();
      check_holds(run_in(turned, WorldKind::virtual_time));
      check_holds(run_in(turned, WorldKind::loopback));
    }
    for (const std::string& metric : scenario->agree) {
      INFO(file << ": " << metric);
      REQUIRE(on_virtual.figure(metric).has_value());
      CHECK(*on_virtual.figure(metric) == *on_loopback.figure(metric));
    }
  }
}
