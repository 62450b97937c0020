// Verdict arithmetic.
#include "sim/scenario/expectation.h"

#include <catch2/catch.hpp>

using namespace roundhouse;
using Kind = Expectation::Kind;

namespace {

Expectation expectation(Kind kind, double value, double high = 0) {
  Expectation made;
  made.kind = kind;
  made.value = value;
  made.high = high;
  return made;
}

}  // namespace

TEST_CASE("the square root is right to the last digits", "[scenario]") {
  CHECK(square_root(0) == 0);
  CHECK(square_root(-1) == 0);
  CHECK(square_root(1) == 1);
  CHECK(square_root(144) == 12);
  CHECK(square_root(2) == Approx(1.4142135623730951).epsilon(1e-15));
  CHECK(square_root(1e-12) == Approx(1e-6).epsilon(1e-12));
  CHECK(square_root(1e18) == Approx(1e9).epsilon(1e-12));
}

TEST_CASE("the 99 % Wilson interval is the one of the books", "[scenario]") {
  // The closed formula, worked out apart from this code. 347 of 1,300: real nginx, policy random, two instances.
  const Interval jitter = wilson99(347, 1300);
  CHECK(jitter.low == Approx(0.23656282946).epsilon(1e-9));
  CHECK(jitter.high == Approx(0.29965038390).epsilon(1e-9));
  const Interval few = wilson99(1, 10);
  CHECK(few.low == Approx(0.01185150341).epsilon(1e-9));
  CHECK(few.high == Approx(0.50723177123).epsilon(1e-9));
}

TEST_CASE("an interval never leaves 0 to 1, and touches the end where all or nothing succeeded",
          "[scenario]") {
  CHECK(wilson99(0, 30).low == 0);
  CHECK(wilson99(0, 30).high == Approx(0.18110864822).epsilon(1e-9));
  CHECK(wilson99(30, 30).high == 1);
  CHECK(wilson99(0, 0).low == 0);
  CHECK(wilson99(0, 0).high == 1);
}

TEST_CASE("a count equals its prediction exactly, and a percentage but for rounding", "[scenario]") {
  CHECK(holds(expectation(Kind::equal, 40), 40));
  CHECK_FALSE(holds(expectation(Kind::equal, 40), 41));
  CHECK(holds(expectation(Kind::equal, 100.0 / 3), 100 * (1.0 / 3)));
  CHECK_FALSE(holds(expectation(Kind::equal, 0), 0.001));
}

TEST_CASE("at least, at most and between take their ends in", "[scenario]") {
  CHECK(holds(expectation(Kind::at_least, 5), 5));
  CHECK_FALSE(holds(expectation(Kind::at_least, 5), 4));
  CHECK(holds(expectation(Kind::at_most, 5), 5));
  CHECK_FALSE(holds(expectation(Kind::at_most, 5), 6));
  CHECK(holds(expectation(Kind::between, 5, 7), 5));
  CHECK(holds(expectation(Kind::between, 5, 7), 7));
  CHECK_FALSE(holds(expectation(Kind::between, 5, 7), 4));
  CHECK_FALSE(holds(expectation(Kind::between, 5, 7), 8));
}

TEST_CASE("a predicted chance holds where the interval of what was seen has it", "[scenario]") {
  const Expectation quarter = expectation(Kind::wilson99, 25);
  CHECK(holds(quarter, 25.9, 1300));
  CHECK(holds(quarter, 27.9, 1300));
  CHECK_FALSE(holds(quarter, 28.6, 1300));
  CHECK_FALSE(holds(quarter, 21.9, 1300));
  // A few trials tell less.
  CHECK(holds(quarter, 28.6, 100));
}

TEST_CASE("without a trial no chance has been confirmed", "[scenario]") {
  CHECK_FALSE(holds(expectation(Kind::wilson99, 25), 0, 0));
}

TEST_CASE("a prediction and an observation in words", "[scenario]") {
  CHECK(predicted_text(expectation(Kind::equal, 40)) == "40");
  CHECK(predicted_text(expectation(Kind::at_least, 2000)) == "at least 2000");
  CHECK(predicted_text(expectation(Kind::at_most, 0.5)) == "at most 0.5");
  CHECK(predicted_text(expectation(Kind::between, 3, 5)) == "3 to 5");
  CHECK(predicted_text(expectation(Kind::wilson99, 6.25)) == "6.25 %");
  CHECK(observed_text(expectation(Kind::equal, 40), 39) == "39");
  CHECK(observed_text(expectation(Kind::wilson99, 25), 26.6923, 1300) ==
        "26.69 % of 1300 (99 % interval: 23.66 to 29.97 %)");
  CHECK(observed_text(expectation(Kind::equal, 100), 100, 2) == "100 % of 2");
  Expectation share = expectation(Kind::between, 3, 5);
  share.metric = "sessions_percent.app-1";
  CHECK(predicted_text(share) == "3 to 5 %");
  share.kind = Kind::equal;
  CHECK(predicted_text(share) == "3 %");
  CHECK(number_text(-0.001) == "0");
  CHECK(number_text(0.001) == "0");
  CHECK(number_text(12.5) == "12.5");
}
