// Where a scenario's parties live: names and addresses. Infrastructure sits at the top of 127.0.0.0/8, clients below it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <roundhouse/result.h>
#include <roundhouse/scenario.h>

namespace roundhouse {

inline constexpr const char* proxy_ip = "127.255.0.1";
inline constexpr const char* broker_ip = "127.255.1.1";
inline constexpr std::uint16_t broker_port = 6379;

/// 127.254.0.1 for the first. Range: number 1 to 65,535.
std::string instance_ip(std::uint32_t number);
/// `127.0.{}.1` with the client's number in the braces; past 255 it carries into the octet before.
/// Error: a pattern without braces for more than one client, a carry out of the address, no IPv4 address of 127.0.0.0/8.
Result<std::string> client_ip(const std::string& pattern, std::uint32_t number, std::uint32_t count);

struct ClientPlace {
  std::string name;
  std::string ip;
  std::uint32_t group = 0;   ///< index into Scenario::clients
  std::uint32_t number = 0;  ///< in its group, from 1
  std::string room;          ///< empty: none
  Duration start{};
};
/// Every client of the scenario, in order. Error: two parties with one address.
Result<std::vector<ClientPlace>> place_clients(const Scenario& scenario);

}  // namespace roundhouse
