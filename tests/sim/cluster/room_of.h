// The scenario that most tests of clusters begin with: one room, two instances behind ip_hash, and somebody speaks every 20 ms.
#pragma once

#include <roundhouse/scenario.h>

namespace roundhouse::test {

inline Scenario room_of(std::uint32_t clients, std::uint32_t messages,
                        Duration duration = std::chrono::seconds(4)) {
  Scenario scenario;
  scenario.name = "test";
  scenario.file = "test.toml";
  scenario.policy = "ip_hash";
  scenario.duration = duration;
  ClientGroup group;
  group.count = clients;
  scenario.clients.push_back(group);
  scenario.workload.messages = messages;
  scenario.workload.start = std::chrono::milliseconds(1500);
  scenario.workload.interval = std::chrono::milliseconds(20);
  return scenario;
}

}  // namespace roundhouse::test
