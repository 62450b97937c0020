// What an idle client costs: the object and everything it has allocated, without the world's share.
#include <malloc.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>

#include "tests/core/client/hand_server.h"

using namespace roundhouse;
using namespace roundhouse::test;

namespace {
std::size_t allocated = 0;  // bytes of the heap in use, as malloc rounds them
}

// Not inlined: g++ would see free() without its malloc() and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
  void* const p = std::malloc(size);
  if (p == nullptr) throw std::bad_alloc();
  allocated += malloc_usable_size(p) + sizeof(std::size_t);
  return p;
}
[[gnu::noinline]] void operator delete(void* p) noexcept {
  if (p != nullptr) allocated -= malloc_usable_size(p) + sizeof(std::size_t);
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
  operator delete(p);
}

TEST_CASE("an idle upgraded client takes less than 700 bytes", "[client]") {
  // Played once before, to see what the peer keeps; the client is destroyed at the end, and what that frees is what it cost.
  Client::Options shared;
  shared.server = {"webapp", 5000};
  const auto options = std::make_shared<const Client::Options>(shared);
  HandServer server;
  server.use(std::make_unique<Client>(server.host, options, &server));
  server.upgrade();
  server.client().send_to_room("r", 64);
  server.frame(2, "42[\"room-msg\",{\"room\":\"r\",\"id\":1,\"pad\":\"" + std::string(64, 'x') + "\"}]");
  server.frame(2, "430[]");
  server.frame(2, "2");
  REQUIRE(server.client().upgraded());
  auto client = server.take();
  const std::size_t before = allocated;
  client.reset();
  const std::size_t cost = before - allocated;
  WARN("an idle client takes " << cost << " bytes, of which the object " << sizeof(Client));
  CHECK(cost < 700);
  CHECK(cost >= sizeof(Client));
}
