// The scenarios that are shipped: they read, they explain themselves, and they are short enough for real time.
#include <roundhouse/scenario.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/scenario/metrics.h"

using namespace roundhouse;

namespace {

std::vector<std::string> shipped_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(ROUNDHOUSE_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Scenario shipped(const std::string& name) {
  const auto read = read_scenario(ROUNDHOUSE_SOURCE_DIR "/scenarios/" + name + ".toml");
  if (!read) FAIL(read.error().text());
  return *read;
}

}  // namespace

TEST_CASE("every shipped scenario reads, and says what it shows and what it expects", "[scenario]") {
  const auto files = shipped_files();
  REQUIRE(files.size() >= 7);
  for (const std::string& file : files) {
    INFO(file);
    const auto scenario = read_scenario(file);
    if (!scenario) FAIL(scenario.error().text());
    CHECK_FALSE(scenario->title.empty());
    CHECK(scenario->about.size() > 50);
    REQUIRE_FALSE(scenario->expect.empty());
    for (const Expectation& expectation : scenario->expect) {
      INFO(expectation.name);
      CHECK_FALSE(expectation.source.empty());
    }
    CHECK_FALSE(scenario->agree.empty());
  }
}

TEST_CASE(
    "a lesson claims something, and each of its knobs says what it does and where its numbers come from",
    "[scenario]") {
  for (const char* name :
       {"adding-a-server", "campus", "curly-quotes", "header-inheritance", "probation", "random-two"}) {
    INFO(name);
    const Scenario scenario = shipped(name);
    CHECK(scenario.claim.size() > 20);
    CHECK(std::any_of(scenario.knobs.begin(), scenario.knobs.end(),
                      [](const Knob& knob) { return knob.effect == Knob::Effect::mends; }));
  }
  for (const std::string& file : shipped_files()) {
    INFO(file);
    const Scenario scenario = *read_scenario(file);
    CHECK((scenario.knobs.empty() || !scenario.claim.empty()));
    for (const Knob& knob : scenario.knobs) {
      CHECK(knob.about.size() > 20);
      for (const Expectation& expectation : knob.expect) CHECK_FALSE(expectation.source.empty());
      if (!knob.clients || scenario.name == "campus") continue;
      for (const ClientGroup& group : *knob.clients) CHECK(group.address.find(".{}.") != std::string::npos);
    }
  }
}

TEST_CASE("every shipped scenario takes at most twenty seconds of real time", "[scenario]") {
  for (const std::string& file : shipped_files()) {
    INFO(file);
    const Scenario scenario = *read_scenario(file);
    CHECK(scenario.duration + scenario.settle <= std::chrono::seconds(20));
  }
}

TEST_CASE("the clients of a shipped scenario live in networks of their own", "[scenario]") {
  for (const std::string& file : shipped_files()) {
    INFO(file);
    const Scenario scenario = *read_scenario(file);
    if (scenario.name == "campus") continue;  // what comes of one network is its lesson
    for (const ClientGroup& group : scenario.clients) CHECK(group.address.find(".{}.") != std::string::npos);
  }
}

TEST_CASE("the blog's scenario has the post's architecture", "[scenario]") {
  const Scenario blog = shipped("blog");
  CHECK(blog.name == "blog");
  CHECK(blog.instances == 2);
  CHECK(blog.instance_prefix == "webapp");
  CHECK(blog.instance_port == 5000);
  CHECK(blog.broker == BrokerKind::embedded);
  REQUIRE(blog.clients.size() == 1);
  CHECK(blog.clients[0].count == 2);
  for (const char* line : {"hash $remote_addr;", "server webapp-1:5000;", "server webapp-2:5000;",
                           "proxy_http_version 1.1;", "proxy_set_header Upgrade $http_upgrade;",
                           "proxy_set_header Connection \"Upgrade\";", "proxy_set_header Host $host;"}) {
    CHECK(blog.nginx.find(line) != std::string::npos);
  }
}

TEST_CASE("a line of inline nginx text is a line of the scenario file", "[scenario]") {
  for (const std::string& file : shipped_files()) {
    INFO(file);
    const Scenario scenario = *read_scenario(file);
    if (scenario.nginx.empty()) continue;
    CHECK(scenario.nginx_file == file);
    std::vector<std::string> lines;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    std::istringstream text(scenario.nginx);
    int number = scenario.nginx_first_line;
    for (std::string line; std::getline(text, line); ++number)
      REQUIRE(lines.at(static_cast<std::size_t>(number - 1)) == line);
  }
}

TEST_CASE("the death of an instance leaves its messages a margin", "[scenario]") {
  const Scenario scenario = shipped("instance-dies");
  REQUIRE(scenario.steps.size() == 1);
  const Step& kill = scenario.steps[0];
  CHECK(kill.verb == "kill");
  for (std::uint32_t i = 0; i < scenario.workload.messages; ++i) {
    const Duration sent = scenario.workload.start + scenario.workload.interval * i;
    CHECK((sent > kill.at ? sent - kill.at : kill.at - sent) >= std::chrono::milliseconds(50));
  }
}

TEST_CASE("docs/scenario.md is what the tables of keys say", "[scenario]") {
  std::ifstream stream(ROUNDHOUSE_SOURCE_DIR "/docs/scenario.md", std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  const std::string wanted = scenario_keys_markdown();
  if (text.str() != wanted) {
    std::ofstream(ROUNDHOUSE_BINARY_DIR "/scenario.md", std::ios::binary) << wanted;
    FAIL("docs/scenario.md is out of date; the right one is in " ROUNDHOUSE_BINARY_DIR "/scenario.md");
  }
}

TEST_CASE("every known metric is named once and explained", "[scenario]") {
  std::vector<std::string> names = metric_names({"app-1"});
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  for (const std::string& name : names) {
    INFO(name);
    CHECK(find_metric(name) != nullptr);
  }
  for (const Metric& metric : metrics()) {
    CHECK_FALSE(metric.meaning.empty());
    CHECK(metric.percent_of.empty() != (metric.name.find("_percent") != metric.name.npos));
    if (!metric.percent_of.empty()) CHECK(find_metric(metric.percent_of) != nullptr);
  }
}
