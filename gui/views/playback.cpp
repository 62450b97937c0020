#include "gui/views/playback.h"

#include <algorithm>
#include <cmath>

namespace roundhouse::view {
namespace {

const double decades = std::log10(speed_max / speed_min);

}  // namespace

Duration Playback::pass(double seconds) {
  // A frame that took a second must not make the run jump; it goes on from where it was seen.
  const double passed = std::clamp(seconds - seconds_, 0.0, 0.5);
  seconds_ = seconds;
  return playing_ ? Duration(std::llround(passed * speed_ * 1e9)) : Duration{};
}

void Playback::set_speed(double speed) {
  speed_ = std::clamp(speed, speed_min, speed_max);
}

Duration Playback::second() const {
  return Duration(std::llround(speed_ * 1e9));
}

double Playback::speed_of_notch(int notch) {
  return speed_min * std::pow(10, decades * notch / notches);
}

int Playback::notch_of_speed(double speed) {
  return static_cast<int>(std::lround(std::log10(speed / speed_min) / decades * notches));
}

QString Playback::speed_text(double speed) {
  if (speed >= 0.995) return QString::number(speed, 'g', 2) + u'×';
  return "1/" + QString::number(std::round(1 / speed), 'f', 0) + u'×';
}

QString time_text(Instant at, double speed) {
  const int digits = speed < 0.02 ? 4 : speed < 0.06 ? 3 : 2;
  return QString::number(static_cast<double>(at.ns) / 1e9, 'f', digits) + " s";
}

}  // namespace roundhouse::view
