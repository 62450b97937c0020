// One request on its way: from its head to the end of its answer, over one or several upstream servers. State only; the proxy acts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <roundhouse/ids.h>
#include "core/http/body_reader.h"
#include "core/http/head_reader.h"
#include "core/http/marked_input.h"
#include "core/proxy/balancer.h"
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
  bool keep_alive = false;
  bool has_body_length = false;
  bool wants_upgrade = false;

  // The tries.
  std::uint32_t upstream_index = 0;
  Selection selection;
  Choice choice;
  ConnectionId upstream;  ///< of the try under way; serial 0: none
  std::string upstream_addr;
  int attempts = 0;
  bool sent = false;       ///< in the try under way
  bool ever_sent = false;  ///< the request's marks are a wire's now
  std::string set_cookie;  ///< of the sticky policy

  // The answer.
  enum class Phase : std::uint8_t { connecting, head, body } phase = Phase::connecting;
  http::MarkedInput input;
  http::ResponseHeadReader head{4096};
  http::BodyReader body = http::BodyReader::none();
  MarkedBytes output;      ///< to the client, until the end of the callback
  bool chunked = false;    ///< as the client gets it
  bool head_held = false;  ///< nginx sends the head with the first bytes of the body
  bool paused = false;     ///< the upstream waits for the client
};

}  // namespace roundhouse::proxy
