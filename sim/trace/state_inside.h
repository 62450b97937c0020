// What State keeps. Shared by the two files that make it: state.cpp writes, state_queries.cpp reads.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include <roundhouse/state.h>
#include "sim/trace/ledger.h"
#include "sim/trace/socket_table.h"

namespace roundhouse {

struct State::Inside {
  static constexpr std::uint32_t none = SocketTable::none;

  struct EntityEntry {
    EntityState state;
    ClientState client;
    std::uint32_t first_socket = none;  // of a client
    std::uint32_t instance = none;      // of an app: its place among the instances

    friend bool operator==(const EntityEntry&, const EntityEntry&) = default;
  };
  struct Session {
    std::uint32_t instance = 0;
    bool open = false;

    friend bool operator==(const Session&, const Session&) = default;
  };

  std::array<std::uint64_t, record_kinds> records{};
  Instant last_at;
  std::vector<EntityEntry> entities;
  std::vector<Instance> instances;
  std::vector<Session> sessions;
  std::vector<std::uint32_t> session_of_text;  // by sid: place + 1
  std::vector<Failure> failures;
  std::vector<ErrorAnswers> error_answers;
  std::uint64_t clients_open = 0;
  std::uint64_t clients_upgraded = 0;
  std::uint64_t clients_moved = 0;
  SocketTable sockets;
  Ledger ledger;

  EntityEntry& entity(EntityId id);
  Instance& instance(EntityId id);
  void on_life(const Record& record);
  void on_client(const Record& record);
  void on_client_open(const Record& record);
  void on_client_at(ClientState& client, EntityId instance);
  void on_client_gone(EntityId client, TextId sid);
  void on_request(const Record& record);
  void on_answer(const Record& record);
  void on_session(const Record& record);
  void on_socket(const Record& record);
  void on_join(const Record& record);
  void on_leave(const Record& record);
  void on_handed(Record& record);
  void set_client(EntityEntry& entry, bool open, bool upgraded);
  void fail(TextId text, std::uint16_t status, std::int32_t code);

  friend bool operator==(const Inside&, const Inside&) = default;
};

}  // namespace roundhouse
