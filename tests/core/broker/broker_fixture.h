// A broker on a fake host, and short ways to talk to it.
#pragma once

#include <initializer_list>

#include "core/broker/broker.h"
#include "core/resp/writer.h"
#include "tests/core/broker/fake_host.h"

namespace roundhouse::broker {

struct Desk {
  explicit Desk(BrokerOptions options = {}) : broker(host, std::move(options)) { broker.on_start(); }

  ConnectionId join(const std::string& ip = "127.1.0.1") {
    const ConnectionId connection = host.open();
    broker.on_accept(connection, {{"*", 6379}, {"127.3.0.1", 6379}, {ip, 40000}});
    return connection;
  }
  void say(ConnectionId connection, std::initializer_list<ByteView> words, Mark mark = {}) {
    Bytes bytes;
    resp::append_command(bytes, words);
    const PlacedMark placed{static_cast<std::uint32_t>(bytes.size()), mark};
    broker.on_data(connection, bytes, mark ? Marks(&placed, 1) : Marks());
  }
  /// Says it and gives what the connection hears, that and what came before.
  Bytes ask(ConnectionId connection, std::initializer_list<ByteView> words, Mark mark = {}) {
    say(connection, words, mark);
    return host.take(connection);
  }
  std::vector<Record> records_of(RecordKind kind) const {
    std::vector<Record> found;
    for (const Record& record : host.records) {
      if (record.kind == kind) found.push_back(record);
    }
    return found;
  }

  FakeHost host;
  Broker broker;
};

inline constexpr Mark published{{7}, {}, What::publish};

}  // namespace roundhouse::broker
