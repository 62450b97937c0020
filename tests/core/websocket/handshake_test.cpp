// The opening handshake: RFC 6455 §1.3 and what Node's ws puts on the wire.
#include <catch2/catch.hpp>

#include "core/base/base64.h"
#include "core/websocket/handshake.h"

using namespace roundhouse;
using namespace roundhouse::websocket;

TEST_CASE("the accept value of RFC 6455 and of recorded keys is computed", "[websocket]") {
  CHECK(accept_value("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  CHECK(accept_value("ohEjbdDajluTj54Do0qhHA==") == "1KujwVOBmEFY9fZl95TW2Xcoq20=");
  CHECK(accept_value("b8ZA5cet4Wn1bW1k6ZfYSw==") == "xeKShGd4SiNvCg+jw0VQc6CWR5I=");
}

TEST_CASE("a key is 16 drawn bytes, and the same draw gives the same key", "[websocket]") {
  const std::string key = make_key(Random(7));
  CHECK(is_key(key));
  CHECK(key == make_key(Random(7)));
  CHECK(key != make_key(Random(8)));
  CHECK_FALSE(is_key("dGhlIHNhbXBsZSBub25jZQ"));
  CHECK_FALSE(is_key("AAAA"));
  CHECK_FALSE(is_key(""));
}

TEST_CASE("the client's fields come in the order of Node's client", "[websocket]") {
  const auto fields = client_fields({.key = "k"});
  REQUIRE(fields.size() == 5);
  CHECK(fields[0] == HeadField{"Sec-WebSocket-Version", "13"});
  CHECK(fields[1] == HeadField{"Sec-WebSocket-Key", "k"});
  CHECK(fields[2] == HeadField{"Connection", "Upgrade"});
  CHECK(fields[3] == HeadField{"Upgrade", "websocket"});
  CHECK(fields[4].first == "Sec-WebSocket-Extensions");
  CHECK(client_fields({.key = "k", .deflate = false}).size() == 4);
}

TEST_CASE("base64 goes both ways, and refuses what is not base64", "[websocket]") {
  CHECK(base64::encode("") == "");
  CHECK(base64::encode("f") == "Zg==");
  CHECK(base64::encode("fo") == "Zm8=");
  CHECK(base64::encode("foobar") == "Zm9vYmFy");
  CHECK(base64::encode_url("\xfb\xff") == "-_8");
  for (std::size_t size = 0; size < 40; ++size) {
    Bytes bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 41 + size);
    CHECK(base64::decode(base64::encode(bytes)) == bytes);
  }
  for (const char* bad : {"Zg=", "Zg", "Z===", "Zg==Zg==", "Zm9*", "=Zg="}) CHECK_FALSE(base64::decode(bad));
}
