#include "sim/tool/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace roundhouse::tool {
namespace {

std::atomic<int> signals_seen = 0;
static_assert(std::atomic<int>::is_always_lock_free);

void on_signal(int number) {
  if (signals_seen.fetch_add(1) > 0) _exit(128 + number);
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
  return signals_seen.load() > 0;
}

}  // namespace roundhouse::tool
