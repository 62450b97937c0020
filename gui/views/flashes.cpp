#include "gui/views/flashes.h"

namespace roundhouse::view {

void Flashes::follow(const Scene& scene, Duration second, double length) {
  burning_.clear();
  began_.resize(scene.clients.size(), Instant::never());
  const double whole = static_cast<double>(second.count() > 0 ? second.count() : 1);
  for (std::size_t i = 0; i < scene.clients.size(); ++i) {
    const Instant last = scene.clients[i].rejected_at;
    Instant& began = began_[i];
    if (last == Instant::never() || last > scene.at) {
      began = Instant::never();
      continue;
    }
    const bool anew = began == Instant::never() || last < began || began > scene.at;
    if (anew || static_cast<double>((last - began).count()) / whole >= flash_gap_seconds) began = last;
    const double age = static_cast<double>((scene.at - began).count()) / whole;
    if (age < length) burning_.push_back({static_cast<std::uint32_t>(i), age});
  }
}

}  // namespace roundhouse::view
