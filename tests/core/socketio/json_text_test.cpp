// JSON as text: what is a value, what is not, and finding things in it. Compared with Boost.JSON.
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "core/base/json_text.h"

using namespace roundhouse;

TEST_CASE("the reader of JSON text agrees with Boost.JSON on what is a value", "[json]") {
  const std::string texts[] = {"0",
                               "-0",
                               "01",
                               "1.",
                               "1.5e+3",
                               "1e",
                               ".5",
                               "-",
                               "true",
                               "tru",
                               "null",
                               "nulls",
                               "\"a\"",
                               "\"a",
                               "\"\\u12aF\"",
                               "\"\\u12a\"",
                               "\"\\x\"",
                               "\"\t\"",
                               "\"long plain text without end, and more of it",
                               "\"long plain text with an end, and more of it\"",
                               "\"seven..\\\"\"",
                               "[]",
                               "[ ]",
                               "[1,]",
                               "[,1]",
                               "[1 2]",
                               "[1,[2,[3]],{}]",
                               "{}",
                               "{\"a\":1}",
                               "{\"a\" : 1 , \"b\":[{}]}",
                               "{\"a\":1,}",
                               "{a:1}",
                               "{\"a\"}",
                               "{\"a\":}",
                               "{1:2}",
                               "[}",
                               "{]",
                               "[[]",
                               "[]]",
                               "{\"a\":[1,2,{\"b\":null}],\"c\":\"\\\\\"}",
                               ""};
  for (const std::string& text : texts) {
    INFO(text);
    boost::json::error_code error;
    boost::json::parse(text, error);
    CHECK(json_text::is_value(text) == !error);
  }
}

TEST_CASE("every prefix of a value is no value", "[json]") {
  const std::string text =
      R"(["room-msg",{"room":"r","id":12,"a\"b":[true,null,-1.5e3],"pad":"xxxxxxxxxxxxxxxxxxxx"}])";
  CHECK(json_text::is_value(text));
  for (std::size_t cut = 0; cut < text.size(); ++cut) CHECK_FALSE(json_text::is_value(text.substr(0, cut)));
}

TEST_CASE("nesting has a limit", "[json]") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + "0" + std::string(depth, ']');
  };
  CHECK(json_text::is_value(nested(json_text::nesting_max)));
  CHECK_FALSE(json_text::is_value(nested(json_text::nesting_max + 1)));
  CHECK_FALSE(json_text::is_value(std::string(1'000'000, '[')));
  std::string mixed;
  for (int i = 0; i < 200; ++i) mixed += "[{\"k\":";
  mixed += "1";
  for (int i = 0; i < 200; ++i) mixed += "}]";
  CHECK(json_text::is_value(mixed));
  mixed[mixed.size() - 1] = '}';
  CHECK_FALSE(json_text::is_value(mixed));
}

TEST_CASE("members and elements are found as text", "[json]") {
  const std::string object = R"({ "a" : 1 , "b":{"a":2}, "c\n":"x\"y", "a":[3, 4 ] })";
  CHECK(json_text::member(object, "a") == "[3, 4 ]");
  CHECK(json_text::member(object, "b") == "{\"a\":2}");
  CHECK(json_text::member(object, "c\n") == R"("x\"y")");
  CHECK_FALSE(json_text::member(object, "d"));
  CHECK_FALSE(json_text::member("[1]", "d"));
  CHECK_FALSE(json_text::member("{", "d"));
  json_text::Elements elements("[ 1 , [2,3] ,\"x\" ]");
  CHECK(elements.next() == "1");
  CHECK(elements.next() == "[2,3]");
  CHECK(elements.next() == "\"x\"");
  CHECK_FALSE(elements.next());
  CHECK_FALSE(json_text::Elements("[]").next());
}

TEST_CASE("strings are quoted as JSON.stringify does and unquoted again", "[json]") {
  const std::string text = std::string("a\"b\\c\n\t\x01 \xe2\x82\xac ", 13) + '\0';
  CHECK(json_text::quote(text) == "\"a\\\"b\\\\c\\n\\t\\u0001 \xe2\x82\xac \\u0000\"");
  CHECK(json_text::unquote(json_text::quote(text)) == text);
  CHECK(json_text::unquote("\"\\ud83d\\ude82\\/\\u00e4\"") == "\xf0\x9f\x9a\x82/\xc3\xa4");
  CHECK(json_text::unquote("\"\\ud83d!\"") == "\xef\xbf\xbd!");
}
