// The nearest right word.
#include "sim/scenario/nearest_word.h"

#include <catch2/catch.hpp>

using namespace roundhouse;

TEST_CASE("one letter added, dropped, changed or swapped is a distance of one", "[scenario]") {
  CHECK(edit_distance("round", "round") == 0);
  CHECK(edit_distance("rounds", "round") == 1);
  CHECK(edit_distance("rund", "round") == 1);
  CHECK(edit_distance("raund", "round") == 1);
  CHECK(edit_distance("ruond", "round") == 1);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("letters' case counts for nothing", "[scenario]") {
  CHECK(edit_distance("Round-Robin", "round-robin") == 0);
}

TEST_CASE("the nearest word wins, and the first of equals", "[scenario]") {
  CHECK(nearest_word("stikcy", {"blog", "sticky", "sticky-cookie"}) == "sticky");
  CHECK(nearest_word("bat", {"cat", "hat"}) == "cat");
}

TEST_CASE("a word that is far from all has no nearest one", "[scenario]") {
  CHECK(nearest_word("zebra", {"blog", "sticky"}) == std::nullopt);
  CHECK(nearest_word("", {"a"}) == std::nullopt);
  CHECK(nearest_word("kill", {}) == std::nullopt);
}

TEST_CASE("a beginning of three letters or more finds its word", "[scenario]") {
  CHECK(nearest_word("inst", {"duration", "instances"}) == "instances");
  CHECK(nearest_word("in", {"duration", "instances"}) == std::nullopt);
}

TEST_CASE("a word longer than two hundred letters is compared with nothing", "[scenario]") {
  CHECK(nearest_word(std::string(200, 'a'), {std::string(200, 'a')}).has_value());
  CHECK(nearest_word(std::string(201, 'a'), {std::string(201, 'a')}) == std::nullopt);
}

TEST_CASE("the question at the end of a message is there only where there is something to ask",
          "[scenario]") {
  CHECK(did_you_mean("kil", {"kill", "stop"}) == "; did you mean \"kill\"?");
  CHECK(did_you_mean("zebra", {"kill", "stop"}).empty());
}
