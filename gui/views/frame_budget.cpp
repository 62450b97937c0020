#include "gui/views/frame_budget.h"

namespace roundhouse::view {
namespace {

constexpr double budget_milliseconds = 14;
constexpr int slow_frames_in_a_row = 3;

}  // namespace

bool FrameBudget::took(double milliseconds) {
  slow_frames_ = milliseconds > budget_milliseconds ? slow_frames_ + 1 : 0;
  if (slow_frames_ < slow_frames_in_a_row) return false;
  slow_frames_ = 0;
  if (effort_ == Effort::no_lit_links)
    half_as_often_ = true;
  else
    effort_ = effort_ == Effort::all ? Effort::no_tails : Effort::no_lit_links;
  return true;
}

QString FrameBudget::words() const {
  if (half_as_often_) return "Frames take long: 30 a second, without tails and lit links";
  return effort_ == Effort::no_tails ? "Frames take long: tails are left out"
                                     : "Frames take long: tails and lit links are left out";
}

}  // namespace roundhouse::view
