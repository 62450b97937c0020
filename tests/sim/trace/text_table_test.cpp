// The table of texts.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include <roundhouse/result.h>
#include "sim/trace/text_table.h"

namespace roundhouse {

TEST_CASE("text ids are dense, in the order of first use, and 0 is the empty text", "[trace]") {
  TextTable table;
  CHECK(table.text("").value == 0);
  CHECK(table.text("room-1").value == 1);
  CHECK(table.text("room-2").value == 2);
  CHECK(table.text("room-1").value == 1);
  CHECK(table.count() == 3);
  CHECK(table.text_of({2}) == "room-2");
  CHECK(table.text_of({0}).empty());
}

TEST_CASE("looking for a text does not add it", "[trace]") {
  TextTable table;
  CHECK_FALSE(table.find("nobody"));
  CHECK(table.count() == 1);
  const TextId id = table.text("somebody");
  CHECK(table.find("somebody") == id);
}

TEST_CASE("texts keep their place while the table grows by a hundred thousand", "[trace]") {
  TextTable table;
  const std::string_view first = table.text_of(table.text("the first"));
  for (int i = 0; i < 100'000; ++i) table.text("sid-" + std::to_string(i));
  CHECK(first == "the first");
  CHECK(first.data() == table.text_of({1}).data());
  for (int i = 0; i < 100'000; i += 777) {
    const std::string text = "sid-" + std::to_string(i);
    REQUIRE(table.text(text).value == static_cast<std::uint32_t>(i) + 2);
    REQUIRE(table.text_of({static_cast<std::uint32_t>(i) + 2}) == text);
  }
}

TEST_CASE("texts of any length and any bytes come back whole", "[trace]") {
  TextTable table;
  std::vector<std::string> texts = {std::string("\0\xff nul", 6), std::string(1, '\0')};
  for (const std::size_t size : {15u, 16u, 16'383u, 16'384u, 65'536u, 1'000'000u})
    texts.emplace_back(size, 'x');
  std::vector<TextId> ids;
  for (const std::string& text : texts) ids.push_back(table.text(text));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CHECK(table.text_of(ids[i]) == texts[i]);
    CHECK(table.text(texts[i]) == ids[i]);
  }
}

TEST_CASE("the hash of the texts depends on each of them and on their order", "[trace]") {
  TextTable ab, ba, ac, again;
  ab.text("a"), ab.text("b");
  ba.text("b"), ba.text("a");
  ac.text("a"), ac.text("c");
  again.text("a"), again.text("b"), again.text("a");
  CHECK(ab.hash() == again.hash());
  CHECK(ab.hash() != ba.hash());
  CHECK(ab.hash() != ac.hash());
}

TEST_CASE("asking for a text id that nobody gave breaks an invariant", "[trace]") {
  const TextTable table;
  CHECK_THROWS_AS(table.text_of({1}), InvariantBroken);
}

}  // namespace roundhouse
