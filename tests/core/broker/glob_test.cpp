#include <catch2/catch.hpp>

#include "core/broker/glob.h"

namespace roundhouse::broker {

TEST_CASE("a star matches anything but an empty text", "[broker][glob]") {
  CHECK(glob_matches("*", "a"));
  CHECK(glob_matches("socket.io#/#*", "socket.io#/#"));
  CHECK(glob_matches("socket.io#/#*", "socket.io#/#room1#"));
  CHECK_FALSE(glob_matches("*", ""));
  CHECK(glob_matches("", ""));
}

TEST_CASE("an earlier star is not tried again, and nothing is missed by that", "[broker][glob]") {
  CHECK(glob_matches("a*b*c", "axbxbxc"));
  CHECK(glob_matches("*ab*ab", "abab"));
  CHECK(glob_matches("*a*?", "ab"));
  CHECK_FALSE(glob_matches("*a*?", "ba"));
  CHECK_FALSE(glob_matches("*ab*ab", "aba"));
}

TEST_CASE("sets may be reversed, negated, and left open", "[broker][glob]") {
  CHECK(glob_matches("[c-a]", "b"));
  CHECK(glob_matches("[^a]", "b"));
  CHECK_FALSE(glob_matches("[^a]", "a"));
  CHECK(glob_matches("[!a]", "!"));
  CHECK(glob_matches("[ab", "b"));
  CHECK_FALSE(glob_matches("[", "["));
  CHECK(glob_matches("a\\", "a\\"));
  CHECK(glob_matches("\\*", "*"));
}

TEST_CASE("a pattern of a hundred thousand stars costs no stack", "[broker][glob]") {
  Bytes pattern;
  for (int i = 0; i < 100'000; ++i) pattern += "*a";
  CHECK_FALSE(glob_matches(pattern, Bytes(1000, 'a')));
}

}  // namespace roundhouse::broker
