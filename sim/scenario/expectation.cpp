#include "sim/scenario/expectation.h"

#include <fmt/format.h>

#include "sim/scenario/metrics.h"

namespace roundhouse {
namespace {

constexpr double z99 = 2.5758293035489004;  // the standard normal's 99.5 % point

bool about_equal(double a, double b) {
  const double difference = a < b ? b - a : a - b;
  const double size = b < 0 ? -b : b;
  return difference <= 1e-9 * (size > 1 ? size : 1);
}

}  // namespace

double square_root(double x) {
  if (!(x > 0)) return 0;
  // From above, Newton's steps fall until rounding stops them.
  double root = x > 1 ? x : 1;
  for (;;) {
    const double next = 0.5 * (root + x / root);
    if (!(next < root)) return root;
    root = next;
  }
}

Interval wilson99(double successes, double trials) {
  if (!(trials > 0)) return {0, 1};
  const double p = successes / trials;
  const double z2 = z99 * z99;
  const double scale = 1 / (1 + z2 / trials);
  const double centre = (p + z2 / (2 * trials)) * scale;
  const double half = z99 * square_root(p * (1 - p) / trials + z2 / (4 * trials * trials)) * scale;
  Interval interval{centre - half, centre + half};
  if (interval.low < 0 || successes <= 0) interval.low = 0;
  if (interval.high > 1 || successes >= trials) interval.high = 1;
  return interval;
}

bool holds(const Expectation& expectation, double observed, double n) {
  const double value = expectation.value;
  switch (expectation.kind) {
    case Expectation::Kind::equal:
      return about_equal(observed, value);
    case Expectation::Kind::at_least:
      return observed > value || about_equal(observed, value);
    case Expectation::Kind::at_most:
      return observed < value || about_equal(observed, value);
    case Expectation::Kind::between:
      return (observed > value || about_equal(observed, value)) &&
             (observed < expectation.high || about_equal(observed, expectation.high));
    case Expectation::Kind::wilson99: {
      // Nothing tried proves nothing.
      if (!(n > 0)) return false;
      const Interval interval = wilson99(observed * n / 100, n);
      return interval.low * 100 <= value && value <= interval.high * 100;
    }
  }
  return false;
}

std::string number_text(double number) {
  std::string text = fmt::format("{:.2f}", number);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string_view name_of(Expectation::Kind kind) {
  switch (kind) {
    case Expectation::Kind::equal:
      return "equals";
    case Expectation::Kind::at_least:
      return "at_least";
    case Expectation::Kind::at_most:
      return "at_most";
    case Expectation::Kind::between:
      return "between";
    case Expectation::Kind::wilson99:
      return "wilson99";
  }
  return "";
}

std::string predicted_text(const Expectation& expectation) {
  const Metric* const metric = find_metric(expectation.metric);
  const bool share =
      expectation.kind == Expectation::Kind::wilson99 || (metric != nullptr && !metric->percent_of.empty());
  const std::string unit = share ? " %" : "";
  const std::string value = number_text(expectation.value);
  switch (expectation.kind) {
    case Expectation::Kind::equal:
    case Expectation::Kind::wilson99:
      return value + unit;
    case Expectation::Kind::at_least:
      return "at least " + value + unit;
    case Expectation::Kind::at_most:
      return "at most " + value + unit;
    case Expectation::Kind::between:
      return value + " to " + number_text(expectation.high) + unit;
  }
  return value;
}

std::string observed_text(const Expectation& expectation, double observed, double n) {
  std::string text = number_text(observed);
  if (n == 0) return text;
  text += " % of " + number_text(n);
  if (expectation.kind != Expectation::Kind::wilson99) return text;
  const Interval interval = wilson99(observed * n / 100, n);
  return text + " (99 % interval: " + number_text(interval.low * 100) + " to " +
         number_text(interval.high * 100) + " %)";
}

}  // namespace roundhouse
