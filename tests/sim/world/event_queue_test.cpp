// The event queue: order, ties, far and near.
#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

#include <roundhouse/random.h>

#include "sim/world/event_queue.h"

using namespace roundhouse;

namespace {

Due due_at(EventQueue& queue, std::int64_t at, std::uint32_t subject) {
  return {.at = at, .sequence = queue.next_sequence(), .subject = subject};
}

}  // namespace

TEST_CASE("equal times come out in the order of scheduling", "[event_queue]") {
  EventQueue queue;
  for (std::uint32_t i = 0; i < 1000; ++i) queue.push(due_at(queue, 5, i));
  for (std::uint32_t i = 0; i < 1000; ++i) {
    REQUIRE(queue.top().subject == i);
    queue.pop();
  }
  CHECK(queue.empty());
}

TEST_CASE("times near and far come out sorted, also when pushed while running", "[event_queue]") {
  Random random(draw_key(7, "queue", Purpose::plan, {}, 0));
  EventQueue queue;
  std::vector<Due> model;
  std::int64_t now = 0;
  std::uint32_t subject = 0;
  for (int round = 0; round < 20000; ++round) {
    if (model.empty() || random.chance(51, 100)) {
      const std::uint64_t reach = random.chance(1, 3) ? 100'000'000'000 : 1'000'000;
      const Due due = due_at(queue, now + static_cast<std::int64_t>(random.below(reach)), ++subject);
      queue.push(due);
      model.push_back(due);
    } else {
      const auto least = std::min_element(model.begin(), model.end(), [](const Due& a, const Due& b) {
        return a.at != b.at ? a.at < b.at : a.sequence < b.sequence;
      });
      REQUIRE(queue.top().subject == least->subject);
      now = least->at;
      queue.pop();
      model.erase(least);
    }
    REQUIRE(queue.size() == model.size());
  }
}

TEST_CASE("a reserved place among equal times is kept", "[event_queue]") {
  EventQueue queue;
  const std::uint64_t early = queue.next_sequence();
  queue.push(due_at(queue, 9, 2));
  queue.push({.at = 9, .sequence = early, .subject = 1});
  CHECK(queue.top().subject == 1);
}

TEST_CASE("what is removed does not come, the rest keeps its order", "[event_queue]") {
  EventQueue queue;
  for (std::uint32_t i = 0; i < 500; ++i) queue.push(due_at(queue, (i * 37) % 100 * 10'000'000, i));
  queue.remove_if([](const Due& due) { return due.subject % 2 == 1; });
  CHECK(queue.size() == 250);
  Due last;
  while (!queue.empty()) {
    const Due due = queue.top();
    CHECK(due.subject % 2 == 0);
    CHECK(due.at >= last.at);
    if (due.at == last.at && last.sequence != 0) CHECK(due.sequence > last.sequence);
    last = due;
    queue.pop();
  }
}
