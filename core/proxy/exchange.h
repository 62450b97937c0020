// One request on its way: from its head to the end of its answer, over one or several upstream servers. State only; the proxy acts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <roundhouse/ids.h>
#include "core/http/body_reader.h"
#include "core/http/head_reader.h"
#include "core/http/marked_input.h"
#include "core/proxy/balancer.h"
#include "core/proxy/passed_to.h"
#include "core/proxy/real_ip.h"
#include "core/proxy/request_values.h"
#include "core/proxy/uri.h"

namespace roundhouse::proxy {

struct Exchange {
  std::uint64_t number = 0;  ///< among the requests of this proxy
  http::Request request;
  Target target;
  std::string host;                ///< $host
  const Config* config = nullptr;  ///< under which it began
  const VirtualServer* server = nullptr;
  const Location* location = nullptr;
  Instant started;
  std::unique_ptr<const ClientAddress> real_client;  ///< where realip has found another than the connection's
  RequestValues values;
  bool internal = false;                   ///< its URI is a rewrite's
  bool uri_changed = false;                ///< by a rewrite: another location is to be found
  std::uint64_t body_bytes_max = 0;        ///< of the locations that were found; 0: no limit
  std::unique_ptr<const PassedTo> passed;  ///< by a proxy_pass with variables
  bool keep_alive = false;
  bool has_body_length = false;
  bool wants_upgrade = false;

  // The tries.
  std::uint32_t upstream_index = 0;
  Selection selection;
  Choice choice;
  ConnectionId upstream;  ///< of the try under way; serial 0: none
  std::string upstream_addr;
  std::string upstream_status;
  int attempts = 0;
  bool sent = false;       ///< in the try under way
  bool ever_sent = false;  ///< the request's marks are a wire's now
  std::string set_cookie;  ///< of the sticky policy

  // The answer.
  enum class Phase : std::uint8_t { connecting, sending, head, body } phase = Phase::connecting;
  http::MarkedInput input;
  http::ResponseHeadReader head{4096};
  http::BodyReader body = http::BodyReader::none();
  MarkedBytes output;            ///< to the client, until the end of the callback
  bool chunked = false;          ///< as the client gets it
  bool head_held = false;        ///< nginx sends the head with the first bytes of the body
  bool paused = false;           ///< the upstream waits for the client
  std::size_t unsent_bytes = 0;  ///< while sending: of the request, when it was last looked at
  Instant moved_at;              ///< while sending: when the upstream was last seen to take some
};

}  // namespace roundhouse::proxy
