// See real_ip.h; source: ngx_http_realip_module.c and ngx_http_get_forwarded_addr, release 1.22.1.
#include "core/proxy/real_ip.h"

#include <algorithm>

#include "core/proxy/nginx_config/values.h"

namespace roundhouse::proxy {

namespace {

bool within(const Network& network, std::string_view bytes) {
  if (network.address.size() != bytes.size()) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if ((bytes[i] & network.mask[i]) != network.address[i]) return false;
  }
  return true;
}

/// An IPv4 address inside IPv6 is compared as what it is.
std::string_view compared_bytes(std::string_view bytes) {
  constexpr std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  return bytes.starts_with(mapped) ? bytes.substr(mapped.size()) : bytes;
}

bool trusts(const RealIp& rules, const ClientAddress& peer) {
  if (peer.bytes.empty()) return rules.from_unix;
  const std::string_view bytes = compared_bytes(peer.bytes);
  return std::any_of(rules.from.begin(), rules.from.end(),
                     [&](const Network& network) { return within(network, bytes); });
}

/// `1.2.3.4`, `1.2.3.4:80`, `::1`, `[::1]:80`: ngx_parse_addr_port.
std::optional<ClientAddress> read_address(std::string_view text) {
  const auto made = [](std::string bytes, std::int64_t port) -> std::optional<ClientAddress> {
    if (bytes.empty()) return std::nullopt;
    const std::string shown = address_text(bytes);
    return ClientAddress{{shown, static_cast<std::uint16_t>(port)}, std::move(bytes)};
  };
  if (auto whole = made(address_bytes(text), 0)) return whole;
  std::size_t colon = text.find(':');
  std::string_view host = text.substr(0, colon);
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    colon = bracket + 1;
    host = text.substr(1, bracket - 1);
  }
  if (colon >= text.size() || text[colon] != ':') return std::nullopt;
  const auto port = read_number(text.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) return std::nullopt;
  return made(address_bytes(host), *port);
}

enum class Walk : std::uint8_t { untrusted, found, stopped };

/// Reads a list from its end; goes on leftwards as long as what it finds is trusted itself, where that is asked for.
Walk walk(const RealIp& rules, std::string_view list, ClientAddress& address) {
  Walk result = Walk::untrusted;
  while (true) {
    if (!trusts(rules, address)) return result == Walk::untrusted ? result : Walk::stopped;
    const std::size_t last = list.find_last_not_of(" ,");
    if (last == std::string_view::npos) return result == Walk::untrusted ? result : Walk::stopped;
    list = list.substr(0, last + 1);
    const std::size_t before = list.find_last_of(" ,");
    const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
    auto found = read_address(list.substr(start));
    if (!found) return result == Walk::untrusted ? result : Walk::stopped;
    address = std::move(*found);
    result = Walk::found;
    if (!rules.recursive || start == 0) return result;
    list = list.substr(0, start - 1);
  }
}

}  // namespace

std::optional<ClientAddress> real_address(const RealIp& rules, const ClientAddress& peer,
                                          const http::Fields& fields) {
  if (rules.field.empty()) return std::nullopt;  // proxy_protocol: no connection here speaks it
  ClientAddress address = peer;
  if (!rules.is_list) {
    const auto value = fields.find(rules.field);
    if (!value || walk(rules, *value, address) == Walk::untrusted) return std::nullopt;
    return address;
  }
  // Several fields are one list: from the last field's end on.
  bool found = false;
  const auto& all = fields.all();
  for (auto field = all.rbegin(); field != all.rend(); ++field) {
    if (!http::equal_ignoring_case(field->name, rules.field)) continue;
    const Walk result = walk(rules, field->value, address);
    found |= result != Walk::untrusted;
    if (result != Walk::found || !rules.recursive) break;
  }
  return found ? std::optional(std::move(address)) : std::nullopt;
}

}  // namespace roundhouse::proxy
