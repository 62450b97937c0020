// Our proxy for one case: in a loopback world of its own, in a thread of its own, behind a real port.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <roundhouse/trace.h>
#include <roundhouse/world.h>
#include "core/proxy/nginx_config/config.h"

namespace roundhouse::peers {

class OurProxy : private RecordSink {
 public:
  /// `text` is what stands in the http block. Errors: throws what the reader says.
  explicit OurProxy(const std::string& text);
  ~OurProxy() override;
  OurProxy(const OurProxy&) = delete;
  OurProxy& operator=(const OurProxy&) = delete;

  const Address& door() const { return door_; }
  /// Ends it. For each request, numbered from 0 in their order, whom it tried, as nginx's `$upstream_addr` has it.
  std::map<int, std::string> end();

 private:
  void on_record(const Record& record) override;
  void stop();

  std::shared_ptr<const proxy::Config> config_;
  Trace trace_;
  std::unique_ptr<World> world_;
  Address door_;
  std::map<int, std::string> tries_;  // written by the world's thread
  std::thread thread_;
};

}  // namespace roundhouse::peers
