// What a client in hand keeps, and where it forgets.
#include "sim/cluster/inbox.h"

#include <catch2/catch.hpp>

using namespace roundhouse;

namespace {

Record send_record(std::uint64_t message, EntityId by) {
  Record record;
  record.kind = RecordKind::send;
  record.message = {message};
  record.by = by;
  return record;
}

}  // namespace

TEST_CASE("an event without a message is an event, and no message", "[cluster]") {
  Trace trace;
  const Senders senders(trace);
  Inbox inbox(senders);
  inbox.receive({}, "auth", "[{\"room\":\"r\"}]", {});
  CHECK(inbox.events().size() == 1);
  CHECK(inbox.messages().empty());
}

TEST_CASE("a message is read whatever shape its arguments have", "[cluster]") {
  Trace trace;
  const Senders senders(trace);
  Inbox inbox(senders);
  for (const char* arguments : {"[]", "[7]", "[\"room\"]", "[{\"room\":3,\"pad\":[1]}]"})
    inbox.receive({}, "x", arguments, MessageId{9});
  CHECK(inbox.messages()[0].room.empty());
  CHECK(inbox.messages()[2].room.empty());
  CHECK(inbox.messages()[3].room == "3");
  CHECK(inbox.messages()[3].payload == "[1]");
  CHECK(inbox.messages()[3].sender.empty());
}

TEST_CASE("beyond received_max the oldest is forgotten", "[cluster]") {
  Trace trace;
  const Senders senders(trace);
  Inbox inbox(senders);
  for (std::size_t i = 0; i <= received_max; ++i) inbox.receive({}, "x", "[]", MessageId{i + 1});
  CHECK(inbox.messages().size() == received_max);
  CHECK(inbox.messages().front().message == MessageId{2});
  CHECK(inbox.events().size() == received_max);
}

TEST_CASE("senders of the last messages are remembered, older ones forgotten", "[cluster]") {
  Trace trace;
  const EntityId ann = trace.add_entity(EntityKind::client, "ann", {}, "", {});
  Senders senders(trace);
  senders.on_record(send_record(1, ann));
  CHECK(senders.sender_of({1}) == "ann");
  senders.on_record(send_record(1 + Senders::messages_max, ann));
  CHECK(senders.sender_of({1}).empty());
  CHECK(senders.sender_of({1 + Senders::messages_max}) == "ann");
  CHECK(senders.sender_of({77}).empty());
}
