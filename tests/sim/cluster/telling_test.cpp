// What a run tells beside its traffic: figures at equal distances, and sentences.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include <roundhouse/cluster.h>
#include <roundhouse/recording.h>
#include "sim/cluster/narrator.h"
#include "sim/cluster/sampler.h"
#include "sim/trace/first_difference.h"
#include "tests/sim/cluster/room_of.h"
#include "tests/sim/trace/temporary_file.h"

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

// Long enough for a failover to be told to its end.
Scenario room_of(std::uint32_t clients, std::uint32_t messages) {
  return test::room_of(clients, messages, 6s);
}

struct Told {
  std::unique_ptr<Cluster> cluster;
  Summary summary;

  const std::vector<Record>& records() const { return cluster->trace().records(); }
  std::string text(TextId id) const { return std::string(cluster->trace().text_of(id)); }
};

Told tell(const Scenario& scenario, ClusterOptions options = {}) {
  options.keep_records = true;
  auto cluster = Cluster::build(scenario, options);
  if (!cluster) FAIL(cluster.error().text());
  Told told{std::move(*cluster), {}};
  told.summary = told.cluster->run();
  return told;
}

/// The numbers of each figure, by time.
std::map<std::string, std::vector<std::pair<Instant, std::uint64_t>>> samples_of(const Told& told) {
  std::map<std::string, std::vector<std::pair<Instant, std::uint64_t>>> samples;
  for (const Record& record : told.records()) {
    if (record.kind == RecordKind::sample)
      samples[told.text(record.subject)].push_back({record.at, record.value});
  }
  return samples;
}

std::uint64_t sum_of(const std::vector<std::pair<Instant, std::uint64_t>>& samples) {
  std::uint64_t sum = 0;
  for (const auto& [at, number] : samples) sum += number;
  return sum;
}

/// `topic: sentence`, in order.
std::vector<std::string> sentences_of(const Told& told) {
  std::vector<std::string> sentences;
  for (const Record& record : told.records()) {
    if (record.kind == RecordKind::say)
      sentences.push_back(told.text(record.subject) + ": " + told.text(record.text));
  }
  return sentences;
}

bool says(const Told& told, const std::string& sentence) {
  const auto sentences = sentences_of(told);
  for (const std::string& said : sentences) UNSCOPED_INFO(said);
  return std::find(sentences.begin(), sentences.end(), sentence) != sentences.end();
}

}  // namespace

TEST_CASE("samples come each 100 ms, and their deliveries add up to the run's") {
  for (const WorldKind world : {WorldKind::virtual_time, WorldKind::loopback}) {
    Scenario scenario = room_of(6, 40);
    scenario.duration = 3s;
    const Told told = tell(scenario, {.world = world});
    const auto samples = samples_of(told);
    INFO(told.summary.world);
    REQUIRE(told.summary.deliveries == 240);
    CHECK(sum_of(samples.at("deliveries")) == told.summary.deliveries);
    CHECK(sum_of(samples.at("errors")) == 0);
    CHECK(samples.at("sessions.app-1").back().second + samples.at("sessions.app-2").back().second == 6);
    CHECK(samples.at("in_flight").back().second == 0);
    if (world == WorldKind::loopback) continue;
    const auto& deliveries = samples.at("deliveries");
    REQUIRE(deliveries.size() >= 30);
    for (std::size_t i = 0; i < 30; ++i) {
      CHECK(deliveries[i].first == Instant{} + sample_every * static_cast<std::int64_t>(i + 1));
    }
  }
}

TEST_CASE("the quantiles of a sample are those of its own span") {
  Scenario scenario = room_of(4, 200);
  scenario.workload.interval = 10ms;
  scenario.steps.push_back(
      {.at = 2500ms, .verb = "slow", .target = "proxy-clients", .arguments = {{"latency", "40ms"}}});
  const Told told = tell(scenario);
  const auto samples = samples_of(told);
  const auto& p50 = samples.at("latency_ns.p50");
  const auto& p99 = samples.at("latency_ns.p99");
  REQUIRE(p50.size() == p99.size());
  std::size_t slow = 0;
  for (std::size_t i = 0; i < p50.size(); ++i) {
    CHECK(p50[i].second <= p99[i].second);
    if (p50[i].first <= Instant{} + 2500ms) CHECK(p99[i].second < 10'000'000);
    if (p50[i].first > Instant{} + 2700ms) {
      CHECK(p50[i].second > 40'000'000);
      ++slow;
    }
  }
  CHECK(slow >= 5);
}

TEST_CASE("the errors of the samples are the statuses that the service answered with") {
  Scenario scenario = room_of(1, 0);
  scenario.policy = "round_robin";
  const Told told = tell(scenario);
  const auto samples = samples_of(told);
  std::uint64_t answers = 0;
  for (const Record& record : told.records())
    answers += record.kind == RecordKind::answer && record.code == 400;
  CHECK(answers > 3);
  CHECK(sum_of(samples.at("errors")) == answers);
  CHECK(sum_of(samples.at("errors.400")) == answers);
  CHECK(samples.count("latency_ns.p50") == 0);

  Scenario dead = room_of(2, 0);
  dead.steps.push_back({.at = 1s, .verb = "kill", .target = "apps"});
  const Told without = tell(dead);
  CHECK(sum_of(samples_of(without).at("errors.502")) > 0);
}

TEST_CASE("samples and sentences change nothing else in a run") {
  Scenario scenario = room_of(8, 100);
  scenario.default_link.jitter = 5ms;
  scenario.steps.push_back({.at = 2s, .verb = "kill", .target = "app-1"});
  const Told with = tell(scenario);
  const Told without = tell(scenario, {.samples = false});
  CHECK(samples_of(without).empty());
  CHECK(sentences_of(without).empty());
  CHECK_FALSE(sentences_of(with).empty());
  std::vector<Record> rest;
  for (const Record& record : with.records()) {
    if (record.kind != RecordKind::sample && record.kind != RecordKind::say) rest.push_back(record);
  }
  REQUIRE(rest.size() == without.records().size());
  rest.pop_back();  // the end of the run counts records
  std::vector<Record> bare = without.records();
  bare.pop_back();
  const auto difference = first_difference(rest, with.cluster->trace(), bare, without.cluster->trace());
  if (difference) UNSCOPED_INFO(difference->words);
  CHECK_FALSE(difference);
}

TEST_CASE("the death of an instance is told with what died in it, then its return and that of its clients") {
  Scenario scenario = room_of(8, 0);
  scenario.duration = 9s;
  scenario.steps.push_back({.at = 2s, .verb = "kill", .target = "app-1"});
  scenario.steps.push_back({.at = 6s, .verb = "restart", .target = "app-1"});
  for (const WorldKind world : {WorldKind::virtual_time, WorldKind::loopback}) {
    const Told told = tell(scenario, {.world = world});
    INFO(told.summary.world);
    std::uint64_t sessions = 0;
    for (const Record& record : told.records()) {
      if (record.kind == RecordKind::say && told.text(record.subject) == "instance_killed") {
        sessions = record.value;
        CHECK(told.cluster->trace().entity(record.other).name == "app-1");
        if (world == WorldKind::virtual_time) CHECK(record.at == Instant{} + 2s);
      }
    }
    CHECK(sessions > 1);
    CHECK(says(told, "instance_killed: app-1 is killed; its " + std::to_string(sessions) +
                         " sessions lived only in its memory, and so did the rooms"));
    CHECK(says(told, "instance_back: app-1 is back with an empty memory: it knows no session and no room"));
    const auto sentences = sentences_of(told);
    CHECK(std::count_if(sentences.begin(), sentences.end(), [](const std::string& sentence) {
            return sentence.starts_with("came_back: ") &&
                   sentence.ends_with(
                       " is back, at app-2 instead of app-1; it is in no room until it joins again");
          }) == 1);
  }
}

TEST_CASE("the first Session ID unknown is told with where the session is, and only once") {
  Scenario scenario = room_of(1, 0);
  scenario.policy = "round_robin";
  const Told told = tell(scenario);
  const auto sentences = sentences_of(told);
  CHECK(std::count_if(sentences.begin(), sentences.end(), [](const std::string& sentence) {
          return sentence.starts_with("session_elsewhere: ");
        }) == 1);
  CHECK(says(
      told,
      "session_elsewhere: app-2 answers 400, Session ID unknown: the session lives in the memory of app-1, "
      "and round_robin brought the request here"));
}

TEST_CASE("that nobody hears the other instance without a broker is told once") {
  Scenario scenario = room_of(6, 20);
  scenario.broker = BrokerKind::none;
  const Told told = tell(scenario);
  const auto sentences = sentences_of(told);
  CHECK(std::count_if(sentences.begin(), sentences.end(),
                      [](const std::string& sentence) { return sentence.starts_with("no_broker: "); }) == 1);
}

TEST_CASE("a link that is cut both ways is one sentence, and one way another") {
  Scenario both = room_of(4, 0);
  both.steps.push_back({.at = 2s, .verb = "cut", .target = "app-1-broker"});
  both.steps.push_back({.at = 4s, .verb = "heal", .target = "app-1-broker"});
  const Told told = tell(both);
  CHECK(says(
      told,
      "link_cut: The link between app-1 and broker is cut: what is sent there waits, and nobody is told"));
  CHECK(says(told, "link_healed: The link between app-1 and broker is healed: what waited there goes on"));

  Scenario one = room_of(4, 0);
  one.steps.push_back({.at = 2s, .verb = "cut", .target = "app-1->broker"});
  CHECK(says(tell(one),
             "link_cut: The link from app-1 to broker is cut: what is sent there waits, and nobody is told"));
}

TEST_CASE(
    "what befalls broker and proxy is told, and an instance that only stands still is not called dead") {
  Scenario scenario = room_of(4, 0);
  scenario.duration = 12s;
  const auto step = [&](Duration at, const char* verb, const char* target) {
    scenario.steps.push_back({.at = at, .verb = verb, .target = target});
  };
  step(2s, "kill", "broker");
  step(4s, "restart", "broker");
  step(6s, "pause", "app-1");
  step(8s, "continue", "app-1");
  step(10s, "kill", "proxy");
  const Told told = tell(scenario);
  CHECK(says(
      told,
      "broker_gone: The broker is gone: instances do not hear each other, and what they publish is lost"));
  CHECK(
      says(told, "broker_back: The broker is back: instances subscribe again, and what was lost stays lost"));
  CHECK(says(told, "instance_paused: app-1 is paused: connects to it succeed, and nobody answers"));
  CHECK(says(told, "instance_goes_on: app-1 goes on: what waited is read now"));
  CHECK(says(told, "proxy_gone: The proxy is gone, and with it every connection through it"));
}

TEST_CASE("sentences leave 1.5 s between them, and of those that come too soon the weightiest is said") {
  Scenario scenario = room_of(6, 100);
  scenario.duration = 12s;
  // The first publish is said at 1.5 s: what comes at 2 s has to wait, and the death outweighs the cut before it.
  scenario.steps.push_back({.at = 2s, .verb = "cut", .target = "app-2-broker"});
  scenario.steps.push_back({.at = 2100ms, .verb = "kill", .target = "app-1"});
  for (int i = 0; i < 20; ++i) {
    scenario.steps.push_back(
        {.at = 4s + i * 300ms, .verb = i % 2 == 0 ? "pause" : "continue", .target = "app-2"});
  }
  const Told told = tell(scenario);
  std::vector<Instant> times;
  for (const Record& record : told.records()) {
    if (record.kind == RecordKind::say) times.push_back(record.at);
  }
  REQUIRE(times.size() > 4);
  for (std::size_t i = 1; i < times.size(); ++i) CHECK(times[i] - times[i - 1] >= say_every);
  const auto sentences = sentences_of(told);
  CHECK(sentences[0].starts_with("published: "));
  CHECK(sentences[1].starts_with("instance_killed: app-1"));
}

TEST_CASE("a run's trace file is its records, in either format, in both worlds") {
  for (const WorldKind world : {WorldKind::virtual_time, WorldKind::loopback}) {
    for (const std::string kind : {".rht", ".jsonl"}) {
      const test::TemporaryFile file("cluster_trace" + kind);
      Scenario scenario = room_of(4, 10);
      scenario.duration = 2s;
      const Told told = tell(scenario, {.world = world, .trace_file = file.path()});
      const auto recording = read_recording(file.path());
      REQUIRE(recording.has_value());
      CHECK(recording->records() == told.records());
      CHECK(recording->hash() == told.summary.trace_hash);
      CHECK(recording->state() == told.cluster->trace().state());
    }
  }
  CHECK(Cluster::build(room_of(2, 0), {.trace_file = "x.txt"})
            .error()
            .text()
            .starts_with("x.txt: a trace file's name ends in "));
}

TEST_CASE("a recording can be followed while its run goes on, also while nothing happens") {
  const test::TemporaryFile file("followed.rht");
  Scenario scenario = room_of(2, 0);
  // Without samples, so that nothing but the run's own quiet traffic is written.
  auto cluster =
      Cluster::build(scenario, {.world = WorldKind::loopback, .trace_file = file.path(), .samples = false});
  REQUIRE(cluster.has_value());
  auto reader = RecordingReader::open(file.path());
  REQUIRE(reader.has_value());
  Recording recording;
  (*cluster)->start();
  for (int i = 0; i < 15; ++i) {
    (*cluster)->advance(100ms);
    REQUIRE((*reader)->read_on(recording).has_value());
    CHECK(recording.records().size() == (*cluster)->trace().record_count());
    CHECK_FALSE((*reader)->ended());
  }
  CHECK(recording.state().clients_open() == 2);
  (*cluster)->finish("interrupted");
  REQUIRE((*reader)->read_on(recording).has_value());
  CHECK((*reader)->ended());
  CHECK(recording.hash() == (*cluster)->trace().hash());
}
