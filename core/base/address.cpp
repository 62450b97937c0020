#include <roundhouse/address.h>

#include <charconv>

namespace roundhouse {
namespace {

Result<std::uint16_t> parse_port(std::string_view digits, std::string_view whole) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port > 65535) {
    return Error("invalid port in address \"" + std::string(whole) + "\"");
  }
  return static_cast<std::uint16_t>(port);
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string Address::text() const {
  std::string out =
      host.find(':') != std::string::npos && !host.starts_with("unix:") ? "[" + host + "]" : host;
  if (port != 0) out += ":" + std::to_string(port);
  return out;
}

Result<Address> parse_address(std::string_view text) {
  if (text.empty()) return Error("an address is missing");
  if (text.starts_with("unix:")) return Address{std::string(text), 0};
  if (all_digits(text)) {
    auto port = parse_port(text, text);
    if (!port) return port.error();
    return Address{"*", *port};
  }
  std::string_view host = text;
  std::string_view port_digits;
  bool has_port = false;
  if (text.front() == '[') {
    const auto close = text.find(']');
    if (close == std::string_view::npos) {
      return Error("missing \"]\" in address \"" + std::string(text) + "\"");
    }
    host = text.substr(1, close - 1);
    if (close + 1 < text.size()) {
      if (text[close + 1] != ':') return Error("invalid address \"" + std::string(text) + "\"");
      port_digits = text.substr(close + 2);
      has_port = true;
    }
  } else if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port_digits = text.substr(colon + 1);
    has_port = true;
  }
  if (host.empty()) return Error("no host in address \"" + std::string(text) + "\"");
  if (!has_port) return Address{std::string(host), 0};
  auto port = parse_port(port_digits, text);
  if (!port) return port.error();
  return Address{std::string(host), *port};
}

}  // namespace roundhouse
