#include "tests/bench/meter.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <new>

namespace {
std::uint64_t news = 0;  // one thread runs a cluster
}

void* operator new(std::size_t size) {
  ++news;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace roundhouse::bench {
namespace {

std::uint64_t thread_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

/// What two readings right after another differ by, in the middle of many.
std::uint64_t reading_ns() {
  std::vector<std::uint64_t> spans(1001);
  for (std::uint64_t& span : spans) {
    const std::uint64_t before = thread_ns();
    span = thread_ns() - before;
  }
  std::nth_element(spans.begin(), spans.begin() + 500, spans.end());
  return spans[500];
}

class Metered final : public Party {
 public:
  Metered(std::unique_ptr<Party> party, Meter& meter) : party_(std::move(party)), meter_(meter) {}

  void on_start() override {
    measure([&] { party_->on_start(); });
  }
  void on_accept(ConnectionId connection, const Accepted& accepted) override {
    measure([&] { party_->on_accept(connection, accepted); });
  }
  void on_open(ConnectionId connection) override {
    measure([&] { party_->on_open(connection); });
  }
  void on_data(ConnectionId connection, ByteView bytes, Marks marks) override {
    ++meter_.data_calls;
    measure([&] { party_->on_data(connection, bytes, marks); });
  }
  void on_end(ConnectionId connection) override {
    measure([&] { party_->on_end(connection); });
  }
  void on_drain(ConnectionId connection) override {
    measure([&] { party_->on_drain(connection); });
  }
  void on_close(ConnectionId connection, CloseReason reason) override {
    measure([&] { party_->on_close(connection, reason); });
  }
  void on_timer(std::uint64_t tag) override {
    measure([&] { party_->on_timer(tag); });
  }
  void on_stop() override {
    measure([&] { party_->on_stop(); });
  }
  void on_run_end() override { party_->on_run_end(); }

 private:
  template <class Call>
  void measure(Call call) {
    const std::uint64_t news_before = news;
    const std::uint64_t before = thread_ns();
    call();
    const std::uint64_t took = thread_ns() - before;
    meter_.cpu_ns += took > reading_ ? took - reading_ : 0;
    meter_.allocated += news - news_before;
  }

  std::unique_ptr<Party> party_;
  Meter& meter_;
  std::uint64_t reading_ = reading_ns();
};

}  // namespace

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t allocations() {
  return news;
}

std::function<PartyFactory(std::string_view, EntityKind, PartyFactory)> metered_proxy(Meter& meter) {
  return [&meter](std::string_view, EntityKind kind, PartyFactory make) -> PartyFactory {
    if (kind != EntityKind::proxy) return make;
    return [&meter, make](Host& host) { return std::make_unique<Metered>(make(host), meter); };
  };
}

}  // namespace roundhouse::bench
