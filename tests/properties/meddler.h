// A host that stands between a party and its world, and a party that stands in its place: a planted bug changes bytes on their way, and
// neither side knows. None of this is in the command.
#pragma once

#include <roundhouse/cluster.h>
#include <roundhouse/host.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace roundhouse::test {

/// Passes everything on. A bug overrides what it breaks.
class Meddler : public Host {
 public:
  explicit Meddler(Host& real) : real_(real) {}

  /// What the party will read.
  virtual Bytes arriving(ConnectionId /*connection*/, ByteView bytes) { return Bytes(bytes); }
  /// Sends the bytes, or others, or none, by pass().
  virtual std::size_t sending(ConnectionId connection, ByteView bytes, Marks marks) {
    return pass(connection, bytes, marks);
  }
  std::size_t pass(ConnectionId connection, ByteView bytes, Marks marks) {
    return real_.send(connection, bytes, marks);
  }

  Instant now() const override { return real_.now(); }
  std::int64_t epoch_seconds_at_start() const override { return real_.epoch_seconds_at_start(); }
  std::string_view name() const override { return real_.name(); }
  std::string_view ip() const override { return real_.ip(); }
  EntityId self() const override { return real_.self(); }
  std::uint32_t incarnation() const override { return real_.incarnation(); }
  EntityId entity_at(std::string_view ip) const override { return real_.entity_at(ip); }
  Random random(Purpose purpose, Name peer, std::uint64_t n) override {
    return real_.random(purpose, peer, n);
  }
  void listen(const Address& address) override { real_.listen(address); }
  void stop_listening(const Address& address) override { real_.stop_listening(address); }
  ConnectionId connect(const ConnectRequest& request) override { return real_.connect(request); }
  std::size_t send(ConnectionId connection, ByteView bytes, Marks marks) override {
    return sending(connection, bytes, marks);
  }
  std::size_t send(ConnectionId connection, SharedBytes bytes, Marks marks) override {
    return sending(connection, *bytes, marks);
  }
  void pause_reading(ConnectionId connection, bool paused) override {
    real_.pause_reading(connection, paused);
  }
  void close(ConnectionId connection, Close how) override { real_.close(connection, how); }
  TimerId wake_at(Instant at, std::uint64_t tag) override { return real_.wake_at(at, tag); }
  void cancel(TimerId timer) override { real_.cancel(timer); }
  void busy(Duration span) override { real_.busy(span); }
  TextId text(std::string_view text) override { return real_.text(text); }
  std::string_view text_of(TextId id) const override { return real_.text_of(id); }
  void record(Record record) override { real_.record(record); }
  MessageId new_message() override { return real_.new_message(); }

 private:
  Host& real_;
};

class MeddledParty final : public Party {
 public:
  MeddledParty(std::unique_ptr<Meddler> meddler, const PartyFactory& make)
      : meddler_(std::move(meddler)), real_(make(*meddler_)) {}

  void on_start() override { real_->on_start(); }
  void on_accept(ConnectionId connection, const Accepted& accepted) override {
    real_->on_accept(connection, accepted);
  }
  void on_open(ConnectionId connection) override { real_->on_open(connection); }
  void on_data(ConnectionId connection, ByteView bytes, Marks marks) override {
    const Bytes read = meddler_->arriving(connection, bytes);
    real_->on_data(connection, read, marks);
  }
  void on_end(ConnectionId connection) override { real_->on_end(connection); }
  void on_drain(ConnectionId connection) override { real_->on_drain(connection); }
  void on_close(ConnectionId connection, CloseReason reason) override { real_->on_close(connection, reason); }
  void on_timer(std::uint64_t tag) override { real_->on_timer(tag); }
  void on_stop() override { real_->on_stop(); }
  void on_run_end() override { real_->on_run_end(); }

 private:
  std::unique_ptr<Meddler> meddler_;
  std::unique_ptr<Party> real_;
};

/// Options of a cluster in which every node of that kind has the bug.
template <class Bug>
ClusterOptions with_bug(EntityKind where) {
  ClusterOptions options;
  options.wrap = [where](std::string_view, EntityKind kind, PartyFactory make) {
    if (kind != where) return make;
    return PartyFactory([make = std::move(make)](Host& host) -> std::unique_ptr<Party> {
      return std::make_unique<MeddledParty>(std::make_unique<Bug>(host), make);
    });
  };
  return options;
}

inline bool carries(Marks marks, What what) {
  for (const PlacedMark& placed : marks) {
    if (placed.mark.what == what) return true;
  }
  return false;
}

}  // namespace roundhouse::test
