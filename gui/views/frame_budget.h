// What is left out where frames take too long: first the tails, then the lit links, then every second frame.
#pragma once

#include <QString>

namespace roundhouse::view {

enum class Effort : std::uint8_t { all, no_tails, no_lit_links };

class FrameBudget {
 public:
  /// A frame took so long to paint. True: less is painted from now on.
  bool took(double milliseconds);
  Effort effort() const { return effort_; }
  /// The screen is painted half as often.
  bool half_as_often() const { return half_as_often_; }
  /// What is left out, for the status bar.
  QString words() const;

 private:
  Effort effort_ = Effort::all;
  bool half_as_often_ = false;
  int slow_frames_ = 0;
};

}  // namespace roundhouse::view
