// The realip directives. See reader.h; sources: ngx_http_realip_module.c and ngx_ptocidr, release 1.22.1.
#include <algorithm>

#include "core/proxy/nginx_config/reader.h"

namespace roundhouse::proxy {

namespace {

/// `10.0.0.0/8`, `::1`; the bits below the mask are as written. Empty where it is neither.
std::optional<Network> read_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  Network network;
  network.address = address_bytes(text.substr(0, slash));
  if (network.address.empty()) return std::nullopt;
  auto bits = static_cast<std::int64_t>(network.address.size() * 8);
  if (slash != std::string_view::npos) {
    const auto number = read_number(text.substr(slash + 1));
    if (!number || *number > bits) return std::nullopt;
    bits = *number;
  }
  for (std::size_t i = 0; i < network.address.size(); ++i) {
    const auto ones = std::clamp<std::int64_t>(bits - static_cast<std::int64_t>(i) * 8, 0, 8);
    network.mask += static_cast<char>(0xff00 >> ones);
  }
  return network;
}

/// True where bits below the mask were set.
bool cut_to_mask(Network& network) {
  bool cut = false;
  for (std::size_t i = 0; i < network.address.size(); ++i) {
    const char kept = static_cast<char>(network.address[i] & network.mask[i]);
    cut |= kept != network.address[i];
    network.address[i] = kept;
  }
  return cut;
}

}  // namespace

Reader::Problem Reader::read_set_real_ip_from() {
  const std::string text = words()[1];
  Level& to = level();
  if (!to.real_ip_from) to.real_ip_from.emplace();
  if (text == "unix:") {
    to.real_ip_from_unix = true;
    return std::nullopt;
  }
  if (auto network = read_network(text)) {
    if (cut_to_mask(*network)) warn("low address bits of " + text + " are meaningless", /*of_nginx=*/true);
    to.real_ip_from->push_back(std::move(*network));
    return std::nullopt;
  }
  if (text.find_first_of("/:[") == std::string::npos && !options_.resolve) {
    warn("\"set_real_ip_from " + text + "\" trusts nobody here: names are not looked up");
    return std::nullopt;
  }
  const std::vector<Address> addresses = options_.resolve ? options_.resolve(text) : std::vector<Address>();
  if (addresses.empty()) return error("host not found in set_real_ip_from \"" + text + "\"");
  for (const Address& address : addresses) {
    if (auto network = read_network(address.host)) to.real_ip_from->push_back(std::move(*network));
  }
  return std::nullopt;
}

Reader::Problem Reader::read_real_ip_header() {
  if (auto problem = once("real_ip_header")) return problem;
  level().real_ip_field = words()[1];
  if (words()[1] == "proxy_protocol") {
    level().real_ip_field->clear();
    warn("\"real_ip_header proxy_protocol\" has no effect: no connection here speaks the PROXY protocol");
  }
  return std::nullopt;
}

}  // namespace roundhouse::proxy
