// Messages by id, and how long completed ones are remembered.
#include <catch2/catch.hpp>
#include <map>

#include <roundhouse/state.h>
#include "sim/trace/message_table.h"

namespace roundhouse {

TEST_CASE("messages are found by id through growth and forgetting", "[trace]") {
  MessageTable table;
  std::map<std::uint64_t, std::uint32_t> live;
  std::uint64_t id = 1;
  for (int i = 0; i < 30'000; ++i) {
    id = id * 6364136223846793005u + 1442695040888963407u;  // ids far apart and close together
    const std::uint64_t use = i % 3 == 0 ? static_cast<std::uint64_t>(i) + 1 : (id >> 40) | 1u << 20;
    Message& message = table.add({use});
    message.pending = 1;
    message.client = {static_cast<std::uint32_t>(use % 1'000'003)};
    live[use] = message.client.value;
    if (i % 2 == 1) {
      const std::uint64_t oldest = live.begin()->first;
      Message* done = table.find({oldest});
      REQUIRE(done != nullptr);
      done->pending = 0;
      table.remember(*done);
      live.erase(live.begin());
    }
  }
  for (const auto& [key, client] : live) {
    const Message* message = table.find({key});
    REQUIRE(message != nullptr);
    REQUIRE(message->client.value == client);
  }
  CHECK(table.all().size() < live.size() + remembered_messages_max + 2);
}

TEST_CASE("the oldest completed message is forgotten beyond remembered_messages_max", "[trace]") {
  MessageTable table;
  for (std::uint64_t id = 1; id <= remembered_messages_max; ++id) table.remember(table.add({id}));
  CHECK(table.find({1}) != nullptr);
  table.remember(table.add({remembered_messages_max + 1}));
  CHECK(table.find({1}) == nullptr);
  CHECK(table.find({2}) != nullptr);
}

TEST_CASE("completed messages are forgotten beyond remembered_pairs_max pairs", "[trace]") {
  MessageTable table;
  for (std::uint64_t id = 1; id <= 3; ++id) {
    Message& message = table.add({id});
    message.pairs.resize(remembered_pairs_max / 2);
    table.remember(message);
  }
  CHECK(table.find({1}) == nullptr);
  CHECK(table.find({2}) != nullptr);
  Message& huge = table.add({4});
  huge.pairs.resize(remembered_pairs_max + 1);
  table.remember(huge);
  CHECK(table.find({3}) == nullptr);
  CHECK(table.find({4}) == nullptr);
}

TEST_CASE("a message that came alive again is not forgotten", "[trace]") {
  MessageTable table;
  Message& message = table.add({1});
  table.remember(message);
  table.find({1})->pending = 1;
  for (std::uint64_t id = 2; id <= remembered_messages_max * 2; ++id) table.remember(table.add({id}));
  REQUIRE(table.find({1}) != nullptr);
  table.find({1})->pending = 0;
  table.remember(*table.find({1}));
  CHECK(table.find({1}) != nullptr);
  for (std::uint64_t id = 1; id <= remembered_messages_max; ++id) table.remember(table.add({1'000'000 + id}));
  CHECK(table.find({1}) == nullptr);
}

TEST_CASE("pairs are found in any order", "[trace]") {
  Message message;
  for (const std::uint32_t socket : {5u, 1u, 9u, 3u}) message.pair(socket).cause = Cause::cut;
  CHECK(message.pairs.size() == 4);
  for (const std::uint32_t socket : {1u, 3u, 5u, 9u, 9u, 1u}) {
    REQUIRE(message.find(socket) != nullptr);
    CHECK(message.find(socket)->socket == socket);
  }
  CHECK(message.find(2) == nullptr);
  CHECK(message.find(10) == nullptr);
}

}  // namespace roundhouse
