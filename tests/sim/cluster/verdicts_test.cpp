// What a run says of itself at its end, and what becomes of one that the simulator itself breaks.
#include <catch2/catch.hpp>

#include <roundhouse/checker.h>
#include <roundhouse/cluster.h>
#include <roundhouse/recording.h>
#include "core/base/assertion.h"
#include "tests/sim/trace/temporary_file.h"

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

/// Behind round robin, so that P9 is broken.
Scenario lone_client() {
  Scenario scenario;
  scenario.name = "test";
  scenario.policy = "round_robin";
  scenario.duration = 1s;
  scenario.clients = {{.count = 1}};
  return scenario;
}

Expectation expects(const std::string& property, bool broken) {
  Expectation expectation;
  expectation.property = property;
  expectation.broken = broken;
  return expectation;
}

Summary run(const Scenario& scenario, const ClusterOptions& options = {}) {
  auto cluster = Cluster::build(scenario, options);
  REQUIRE(cluster.has_value());
  return (*cluster)->run();
}

void check_same(const std::vector<Verdict>& a, const std::vector<Verdict>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].property == b[i].property);
    CHECK(a[i].name == b[i].name);
    CHECK(a[i].outcome == b[i].outcome);
    CHECK(a[i].words == b[i].words);
    CHECK(a[i].witness == b[i].witness);
  }
}

/// The instance's second connection breaks an assertion.
ClusterOptions with_bad_instance(const std::string& name) {
  struct Bad final : Party {
    explicit Bad(std::unique_ptr<Party> real) : real_(std::move(real)) {}
    void on_start() override { real_->on_start(); }
    void on_accept(ConnectionId connection, const Accepted& accepted) override {
      ROUNDHOUSE_ASSERT(++accepted_ < 2);
      real_->on_accept(connection, accepted);
    }
    void on_open(ConnectionId connection) override { real_->on_open(connection); }
    void on_data(ConnectionId connection, ByteView bytes, Marks marks) override {
      real_->on_data(connection, bytes, marks);
    }
    void on_end(ConnectionId connection) override { real_->on_end(connection); }
    void on_drain(ConnectionId connection) override { real_->on_drain(connection); }
    void on_close(ConnectionId connection, CloseReason reason) override {
      real_->on_close(connection, reason);
    }
    void on_timer(std::uint64_t tag) override { real_->on_timer(tag); }
    std::unique_ptr<Party> real_;
    int accepted_ = 0;
  };
  ClusterOptions options;
  options.wrap = [name](std::string_view node, EntityKind, PartyFactory make) {
    if (node != name) return make;
    return PartyFactory([make = std::move(make)](Host& host) { return std::make_unique<Bad>(make(host)); });
  };
  return options;
}

}  // namespace

TEST_CASE("a run writes its verdicts before its end, and either kind of file tells them as the run did") {
  Scenario scenario = lone_client();
  scenario.expect = {expects("P9", true), expects("P2", false)};
  for (const std::string kind : {".rht", ".jsonl"}) {
    const test::TemporaryFile file("verdicts" + kind);
    const Summary summary = run(scenario, {.trace_file = file.path()});
    CHECK(summary.holds());
    const auto recording = read_recording(file.path());
    REQUIRE(recording.has_value());
    CHECK(recording->hash() == summary.trace_hash);
    const std::vector<Record>& records = recording->records();
    REQUIRE(records.size() > 3);
    CHECK(records[records.size() - 1].kind == RecordKind::run_end);
    CHECK(records[records.size() - 2].kind == RecordKind::verdict);
    CHECK(records[records.size() - 3].kind == RecordKind::verdict);
    check_same(verdicts_in(*recording), summary.verdicts);
    // Judged again from the file, verdicts and all: the same.
    const History history(*recording);
    check_same({check_no_duplication(history), check_session_affinity(history)}, summary.verdicts);
  }
}

TEST_CASE("a run that expects no property writes no verdict") {
  auto cluster = Cluster::build(lone_client(), {.keep_records = true});
  REQUIRE(cluster.has_value());
  CHECK((*cluster)->run().verdicts.empty());
  CHECK((*cluster)->trace().state().records(RecordKind::verdict) == 0);
}

TEST_CASE(
    "an assertion that does not hold breaks the run off: a verdict with the node, the seed and the time") {
  const test::TemporaryFile file("broken_off.rht");
  Scenario scenario = lone_client();
  scenario.seed = 7;
  scenario.expect = {expects("P9", false)};
  ClusterOptions options = with_bad_instance("app-2");
  options.trace_file = file.path();
  const Summary summary = run(scenario, options);
  CHECK(summary.ended_by == "broken off");
  CHECK_FALSE(summary.holds());
  REQUIRE(summary.verdicts.size() == 2);
  const Verdict& broken = summary.verdicts.front();
  CAPTURE(broken.words);
  CHECK(broken.property == invariant_property);
  CHECK(broken.outcome == Outcome::fail);
  // No folder of this machine before the name of the file.
  CHECK(broken.words.starts_with("tests/sim/cluster/verdicts_test.cpp:"));
  CHECK(broken.words.find(": must hold: ++accepted_ < 2, in app-2 (seed 7, at ") != std::string::npos);
  CHECK(summary.verdicts.back().property == "P9");
  CHECK(summary.verdicts.back().outcome == Outcome::unknown);
  // The file is whole, and its end says the same.
  const auto recording = read_recording(file.path());
  REQUIRE(recording.has_value());
  CHECK(recording->records().back().kind == RecordKind::run_end);
  check_same(verdicts_in(*recording), summary.verdicts);
  CHECK(broken.witness == std::vector{recording->records().size() - 4});
}

TEST_CASE("a run that breaks off as its scenario expects holds, and one that comes to its end does not") {
  Scenario scenario = lone_client();
  scenario.expect = {expects(invariant_property, true)};
  CHECK(run(scenario, with_bad_instance("app-2")).holds());
  CHECK_FALSE(run(scenario).holds());
  scenario.expect.front().broken = false;
  CHECK_FALSE(run(scenario, with_bad_instance("app-2")).holds());
  CHECK(run(scenario).holds());
}

TEST_CASE("who drives a cluster step by step is told of a broken assertion at once") {
  auto cluster = Cluster::build(lone_client(), with_bad_instance("app-2"));
  REQUIRE(cluster.has_value());
  (*cluster)->start();
  CHECK_THROWS_AS((*cluster)->run_for(1s), InvariantBroken);
}
