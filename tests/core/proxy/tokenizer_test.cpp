// nginx's words: quotes, escapes, comments, lines.
#include "core/proxy/nginx_config/tokenizer.h"

#include <catch2/catch.hpp>

#include "core/proxy/nginx_config/values.h"

using namespace roundhouse::proxy;
using End = Tokenizer::End;
using Words = std::vector<std::string>;

TEST_CASE("words end at blanks, quotes, semicolons and braces", "[nginx]") {
  Tokenizer tokens("a 'b c' \"d;\\\"e\" # no\n f{ $g ${h} i\\;j \t;}", 10);
  CHECK(tokens.next() == End::block_start);
  CHECK(tokens.words() == Words{"a", "b c", "d;\"e", "f"});
  CHECK(tokens.line() == 11);
  CHECK(tokens.next() == End::semicolon);
  CHECK(tokens.words() == Words{"$g", "${h}", "i\\;j"});
  CHECK(tokens.next() == End::block_end);
  CHECK(tokens.next() == End::text_end);
}

TEST_CASE("a word that never ends is refused at its limit", "[nginx]") {
  const std::string open = "a \"" + std::string(word_bytes_max + 10, 'x') + "\";";
  Tokenizer quoted(open, 1);
  CHECK(quoted.next() == End::error);
  CHECK(quoted.error() == "too long parameter, probably missing terminating \"\"\" character");
  const std::string text = "a " + std::string(word_bytes_max + 10, 'x') + ";";
  Tokenizer bare(text, 1);
  CHECK(bare.next() == End::error);
  CHECK(bare.error() == "too long parameter \"xxxxxxxxxx...\" started");
}

TEST_CASE("times are read as nginx reads them", "[nginx]") {
  CHECK(read_time_ms("1m30s") == 90'000);
  CHECK(read_time_ms("500ms") == 500);
  CHECK(read_time_ms("60") == 60'000);
  CHECK(read_time_ms("1d") == 86'400'000);
  CHECK(read_time_ms("1h 5m") == 3'900'000);
  CHECK(read_time_ms("0") == 0);
  CHECK(read_time_s("1y") == 31'536'000);
  CHECK(read_time_s("1h") == 3600);
  for (const auto* bad : {"", "forever", "10x", "1s1m", "s", "1y", "1.5s"}) CHECK_FALSE(read_time_ms(bad));
  CHECK_FALSE(read_time_s("500ms"));
  CHECK(read_size("4k") == 4096);
  CHECK(read_size("1m") == 1048576);
  CHECK_FALSE(read_size("k"));
}

TEST_CASE("addresses become bytes", "[nginx]") {
  CHECK(address_bytes("127.0.0.1") == std::string("\x7f\0\0\1", 4));
  CHECK(address_bytes("::1") == std::string(15, '\0') + '\1');
  CHECK(address_bytes("::ffff:127.0.0.1") ==
        std::string(10, '\0') + "\xff\xff" + std::string("\x7f\0\0\1", 4));
  CHECK(address_bytes("2001:db8::5").size() == 16);
  for (const auto* bad : {"", "app-1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1:2", ":::", "g::1"})
    CHECK(address_bytes(bad).empty());
}
