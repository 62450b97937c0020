// How screen time becomes the run's time: speed, playing or not, and how far one may go. Knows no clock: whoever has one says how late it is.
#pragma once

#include <QString>

#include "gui/models/run_model.h"

namespace roundhouse::view {

/// Seconds of the run for one of the screen.
inline constexpr double speed_min = 1e-3;
inline constexpr double speed_max = 10;
class Playback {
 public:
  /// The window's clock stands at `seconds`; returns how much of the run has passed since the last call.
  Duration pass(double seconds);
  double screen_seconds() const { return seconds_; }

  void set_playing(bool playing) { playing_ = playing; }
  bool playing() const { return playing_; }
  /// Clamped to [speed_min, speed_max].
  void set_speed(double speed);
  double speed() const { return speed_; }
  Duration second() const;

  /// The slider's notches, on a logarithmic scale.
  static constexpr int notches = 160;
  static double speed_of_notch(int notch);
  static int notch_of_speed(double speed);
  /// `1/10×`, `2×`.
  static QString speed_text(double speed);

 private:
  double seconds_ = 0;
  bool playing_ = false;
  double speed_ = 0.1;
};

/// `3.20 s`; more digits where a second of the screen is a few milliseconds.
QString time_text(Instant at, double speed);

}  // namespace roundhouse::view
