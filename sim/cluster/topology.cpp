#include "sim/cluster/topology.h"

#include <array>
#include <charconv>
#include <map>
#include <set>

namespace roundhouse {
namespace {

std::string at(const Scenario& scenario, int line) {
  return line > 0 ? scenario.file + ":" + std::to_string(line) : scenario.file;
}

}  // namespace

std::string instance_ip(std::uint32_t number) {
  return "127.254." + std::to_string(number / 256) + "." + std::to_string(number % 256);
}

Result<std::string> client_ip(const std::string& pattern, std::uint32_t number, std::uint32_t count) {
  std::array<std::uint32_t, 4> octets{};
  std::size_t braces = 4;
  std::string_view rest = pattern;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto dot = rest.find('.');
    const std::string_view part = rest.substr(0, dot);
    if (part == "{}") {
      braces = i;
    } else {
      const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), octets[i]);
      if (error != std::errc() || end != part.data() + part.size() || octets[i] > 255) {
        return Error("\"" + pattern + "\" is not an address such as 127.0.{}.1");
      }
    }
    const bool last = dot == std::string_view::npos;
    if (last != (i == 3)) return Error("\"" + pattern + "\" is not an address such as 127.0.{}.1");
    rest = last ? std::string_view() : rest.substr(dot + 1);
  }
  if (braces == 4 && count > 1) {
    return Error("\"" + pattern + "\" gives all " + std::to_string(count) +
                 " clients one address; put {} where their number goes");
  }
  if (braces < 4) {
    octets[braces] = number % 256;
    std::uint32_t carry = number / 256;
    for (std::size_t i = braces; carry > 0 && i-- > 1;) {
      const std::uint32_t sum = octets[i] + carry;
      octets[i] = sum % 256;
      carry = sum / 256;
    }
    if (carry > 0) return Error("\"" + pattern + "\" has no room for client " + std::to_string(number));
  }
  if (octets[0] != 127) return Error("\"" + pattern + "\" is outside 127.0.0.0/8");
  return Result<std::string>(boost::system::in_place_value,
                             std::to_string(octets[0]) + "." + std::to_string(octets[1]) + "." +
                                 std::to_string(octets[2]) + "." + std::to_string(octets[3]));
}

Result<std::vector<ClientPlace>> place_clients(const Scenario& scenario) {
  std::vector<ClientPlace> places;
  std::map<std::string, std::string> taken = {{proxy_ip, "the proxy"}, {broker_ip, "the broker"}};
  for (std::uint32_t i = 1; i <= scenario.instances; ++i) taken[instance_ip(i)] = "an instance";
  std::set<std::string> names;
  for (std::uint32_t g = 0; g < scenario.clients.size(); ++g) {
    const ClientGroup& group = scenario.clients[g];
    for (std::uint32_t k = 1; k <= group.count; ++k) {
      auto ip = client_ip(group.address, k, group.count);
      if (!ip) return Error(at(scenario, group.line), ip.error().what());
      ClientPlace place{
          .name = group.prefix + "-" + std::to_string(k), .ip = *ip, .group = g, .number = k, .room = {}};
      const auto [other, fresh] = taken.emplace(*ip, place.name);
      if (!fresh)
        return Error(at(scenario, group.line), place.name + " and " + other->second + " both live at " + *ip);
      if (!names.insert(place.name).second) {
        return Error(at(scenario, group.line),
                     "two clients are called " + place.name + "; give a group another prefix");
      }
      if (group.rooms > 0) place.room = "room-" + std::to_string(1 + (k - 1) % group.rooms);
      place.start = group.start;
      if (group.count > 1) place.start += group.spread * (k - 1) / (group.count - 1);
      places.push_back(std::move(place));
    }
  }
  return places;
}

}  // namespace roundhouse
