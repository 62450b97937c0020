// What an idle client and a delivery cost the app: structures that rule the budgets out are noticed here, not in a benchmark.
#include <malloc.h>
#include <catch2/catch.hpp>

#include <deque>
#include <unordered_map>

#include "core/app/app.h"
#include "core/app/chat.h"
#include "core/app/memory_adapter.h"
#include "tests/core/app/raw_client.h"

using namespace roundhouse;
using namespace roundhouse::app;

namespace {

/// Takes everything and keeps nothing, so that what is measured is the app's own.
class Nowhere final : public Host {
 public:
  Instant now() const override { return {}; }
  std::int64_t epoch_seconds_at_start() const override { return 0; }
  std::string_view name() const override { return "app-1"; }
  std::string_view ip() const override { return "127.1.0.1"; }
  EntityId self() const override { return {1}; }
  std::uint32_t incarnation() const override { return 1; }
  Random random(Purpose purpose, Name peer, std::uint64_t n) override {
    return Random(draw_key(1, "app-1", purpose, peer, n));
  }
  void listen(const Address&) override {}
  void stop_listening(const Address&) override {}
  ConnectionId connect(const ConnectRequest&) override { return {}; }
  using Host::send;
  std::size_t send(ConnectionId, ByteView, Marks) override { return 0; }
  std::size_t send(ConnectionId, SharedBytes, Marks) override {
    ++sends;
    return 0;
  }
  void pause_reading(ConnectionId, bool) override {}
  void close(ConnectionId, Close) override {}
  TimerId wake_at(Instant, std::uint64_t) override { return {++timers}; }
  void cancel(TimerId) override {}
  void busy(Duration) override {}
  TextId text(std::string_view text) override {
    if (text.empty()) return {};
    const auto [found, is_new] = ids_.try_emplace(std::string(text), TextId{});
    if (is_new) {
      texts_.emplace_back(text);
      found->second = {static_cast<std::uint32_t>(texts_.size())};
    }
    return found->second;
  }
  std::string_view text_of(TextId id) const override {
    return id ? texts_[id.value - 1] : std::string_view();
  }
  void record(Record) override {}
  MessageId new_message() override { return {++messages}; }

  std::uint64_t sends = 0;
  std::uint64_t timers = 0;
  std::uint64_t messages = 0;

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string, TextId> ids_;
};

std::size_t allocated() {
  return mallinfo2().uordblks;
}

#if defined(__SANITIZE_ADDRESS__)
constexpr bool memory_can_be_measured = false;
#else
constexpr bool memory_can_be_measured = true;
#endif

}  // namespace

TEST_CASE("an idle WebSocket client costs the app less than 600 bytes", "[app]") {
  if (!memory_can_be_measured) return;
  Nowhere host;
  constexpr std::uint32_t clients = 8192;
  const std::string request = upgrade("/socket.io/?EIO=4&transport=websocket");
  const Bytes connect = client_frame("40");
  std::size_t each = 0;
  // Twice: the run's table of texts is the trace's memory, and holds all of them the second time.
  for (int round = 0; round < 2; ++round) {
    const std::size_t before = allocated();
    App app(host, {}, make_chat(), std::make_unique<MemoryAdapter>());
    app.on_start();
    for (std::uint32_t i = 0; i < clients; ++i) {
      const ConnectionId connection{i, i + 1};
      app.on_accept(connection, {{"*", 5000}, {"127.1.0.1", 5000}, {"127.0.0.1", 1000}});
      app.on_data(connection, request, {});
      app.on_data(connection, connect, {});
      app.on_data(connection, client_frame("42[\"join\",\"room-" + std::to_string(i / 10) + "\"]"), {});
    }
    each = (allocated() - before) / clients;
    REQUIRE(app.socket_count() == clients);
  }
  WARN("bytes for an idle client in a room of ten: " << each);
  CHECK(each < 600);
}

TEST_CASE("a member of a room costs one send of bytes that are shared", "[app]") {
  Nowhere host;
  App app(host, {}, make_chat(), std::make_unique<MemoryAdapter>());
  app.on_start();
  constexpr std::uint32_t members = 1000;
  for (std::uint32_t i = 0; i < members; ++i) {
    const ConnectionId connection{i, i + 1};
    app.on_accept(connection, {{"*", 5000}, {"127.1.0.1", 5000}, {"127.0.0.1", 1000}});
    app.on_data(connection, upgrade("/socket.io/?EIO=4&transport=websocket"), {});
    app.on_data(connection, client_frame("40"), {});
    app.on_data(connection, client_frame(R"(42["join","r"])"), {});
  }
  const Bytes message = client_frame(R"(42["room-msg",{"room":"r","id":1}])");
  host.sends = 0;
  app.on_data({0, 1}, message, {});
  CHECK(host.sends == members);
}
