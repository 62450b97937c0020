// The adapter of a lone instance: rooms live in its memory and nothing leaves it.
#pragma once

#include "core/app/adapter.h"

namespace roundhouse::app {

class MemoryAdapter final : public Adapter {
 public:
  void start(Host&, LocalSockets& sockets) override { sockets_ = &sockets; }
  void broadcast(const Broadcast& broadcast) override { sockets_->deliver_local(broadcast); }
  bool reaches_others() const override { return false; }

 private:
  LocalSockets* sockets_ = nullptr;
};

}  // namespace roundhouse::app
