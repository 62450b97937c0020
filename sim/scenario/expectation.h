// Does an expectation hold? Plain arithmetic, the same on every machine.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include <roundhouse/scenario.h>

namespace roundhouse {

struct Interval {
  double low = 0;
  double high = 0;
};

/// The 99 % Wilson score interval of a proportion, in 0 to 1: which chances explain `successes` of `trials`.
/// Range: 0 <= successes <= trials. No trials: the whole of [0, 1].
/// Source: E. B. Wilson 1927; z = 2.5758.
Interval wilson99(double successes, double trials);

/// The square root, by Newton's steps with basic operations only: libraries' own may differ in the last bit.
/// Range: x >= 0; a negative x gives 0.
double square_root(double x);

/// \param observed  the metric's value
/// \param n         for wilson99: what the percentage is a percentage of (Metric::percent_of); else unused.
/// Equality allows for the rounding of a percentage: one part in 10^9.
bool holds(const Expectation& expectation, double observed, double n = 0);

/// The key that says it in a scenario: `equals`, `at_least`, `at_most`, `between`, `wilson99`.
std::string_view name_of(Expectation::Kind kind);
inline constexpr std::array expectation_kinds = {Expectation::Kind::equal, Expectation::Kind::at_least,
                                                 Expectation::Kind::at_most, Expectation::Kind::between,
                                                 Expectation::Kind::wilson99};

/// `100`, `at least 2000`, `25 %`, `3 to 5`: the prediction in words.
std::string predicted_text(const Expectation& expectation);
/// The number; `26.02 of 2400 trials` where it is a share; for wilson99 with the interval: `(99 % interval 23.77 to 28.40)`.
std::string observed_text(const Expectation& expectation, double observed, double n = 0);
/// A number without needless zeros: `40`, `26.02`.
std::string number_text(double number);

}  // namespace roundhouse
