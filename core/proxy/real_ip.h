// Which address a request counts as coming from: the realip module's. What balancing, $remote_addr and X-Forwarded-For see.
#pragma once

#include <optional>
#include <string>

#include <roundhouse/address.h>
#include "core/http/message.h"
#include "core/proxy/nginx_config/config.h"

namespace roundhouse::proxy {

struct ClientAddress {
  Address address;    ///< port 0: not known
  std::string bytes;  ///< four, sixteen, or none for a unix socket
};

/// What a trusted peer says of its client. Empty: the peer is not trusted, or says nothing that is an address.
std::optional<ClientAddress> real_address(const RealIp& rules, const ClientAddress& peer,
                                          const http::Fields& fields);

}  // namespace roundhouse::proxy
