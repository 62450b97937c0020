#include "sim/cluster/attempter.h"

#include <roundhouse/random.h>

namespace roundhouse {
namespace {
// A hold belongs to one attempt: its tag carries the attempt's number, so that a late one does nothing.
constexpr std::uint64_t next_tag = 1;
constexpr std::uint64_t hold_tag_base = 16;
}  // namespace

void Attempter::on_connect(Client& client) {
  if (!plan_.wants_upgrade || client.upgraded()) {
    end_attempt(client);
    return;
  }
  client.wake_at(client.now() + hold, hold_tag_base + made_);
}

void Attempter::on_upgrade(Client& client) {
  // With uneven request times the engine may have upgraded before the CONNECT is answered.
  if (client.connected()) end_attempt(client);
}

void Attempter::on_connect_error(Client& client, std::string_view, int) {
  end_attempt(client);
}

void Attempter::on_disconnect(Client& client, std::string_view) {
  end_attempt(client);
}

void Attempter::on_timer(Client& client, std::uint64_t tag) {
  if (tag == next_tag) {
    under_way_ = true;
    client.open();
  } else if (tag == hold_tag_base + made_) {
    end_attempt(client);
  }
}

void Attempter::end_attempt(Client& client) {
  if (!under_way_) return;  // an attempt can fail in two ways at once: its error, and its disconnect
  under_way_ = false;
  client.disconnect();
  ++made_;
  if (made_ >= plan_.attempts) {
    if (on_finished_) on_finished_();
    return;
  }
  Random pause(draw_key(plan_.seed, std::string_view(plan_.name), Purpose::think_time, "attempt", made_));
  client.wake_at(client.now() + pause.between(pause_min, pause_max), next_tag);
}

}  // namespace roundhouse
