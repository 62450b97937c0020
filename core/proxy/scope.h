// What variables stand for during one request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/http/message.h"
#include "core/proxy/nginx_config/config.h"
#include "core/proxy/passed_to.h"
#include "core/proxy/request_values.h"
#include "core/proxy/uri.h"

namespace roundhouse::proxy {

struct Scope {
  const Config& config;
  const http::RequestHead& head;
  const Target& target;
  std::string_view client_ip;
  std::uint16_t client_port = 0;  ///< 0: not known, realip was given none
  const Address& peer;            ///< of the connection
  std::string_view client_bytes;  ///< of the address: four, sixteen, or none
  std::string_view host;          ///< $host
  std::string_view server_name;
  const Address& local;
  const Location* location = nullptr;
  const PassedTo* passed = nullptr;  ///< where the location's proxy_pass has variables
  std::string_view upstream_addr = {};
  std::string_view upstream_status = {};       ///< of the tries, as nginx writes them: `502, 200`
  std::optional<std::size_t> body_bytes = {};  ///< for Content-Length; none: not sent
  RequestValues& values;
};

void append_value(Bytes& out, const Template& text, const Scope& scope);
void append_part(Bytes& out, const TemplatePart& part, const Scope& scope);
std::string value_of(const Template& text, const Scope& scope);
/// The value of a cookie; empty where there is none.
std::string_view cookie(const http::Fields& fields, std::string_view name);
/// Lower case, without port and last dot.
std::string plain_host(std::string_view host);
/// $host: of the target, else of the Host field, lower case, without port.
std::string host_of(const http::RequestHead& head, const Target& target, std::string_view otherwise);

}  // namespace roundhouse::proxy
