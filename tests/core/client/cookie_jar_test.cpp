// What a client keeps of Set-Cookie.
#include <algorithm>
#include <catch2/catch.hpp>

#include "core/client/cookie_jar.h"

using namespace roundhouse;

TEST_CASE("cookies are kept by name, replaced, and deleted by Max-Age", "[client]") {
  CookieJar jar;
  CHECK(jar.empty());
  jar.set("io=zS8s7_NoRXpMlHonAAAA; Path=/; HttpOnly; SameSite=Lax");
  jar.set("route = \"abc\" ; path=/");
  CHECK(jar.header() == "io=zS8s7_NoRXpMlHonAAAA; route=abc");
  jar.set("io=new");
  CHECK(jar.header() == "io=new; route=abc");
  jar.set("io=x; Max-Age=0");
  CHECK(jar.header() == "route=abc");
  jar.set("other=1; max-age=60");
  CHECK(jar.header() == "route=abc; other=1");
  jar.set("route=; max-age=soon");
  CHECK(jar.header() == "other=1");
}

TEST_CASE("what is no cookie is not kept, and there is a limit", "[client]") {
  CookieJar jar;
  for (const char* bad : {"", "novalue", "=x", " =x; a=b", ";"}) jar.set(bad);
  CHECK(jar.empty());
  for (std::size_t i = 0; i < CookieJar::cookies_max + 5; ++i) jar.set("c" + std::to_string(i) + "=1");
  const std::string header = jar.header();
  CHECK(static_cast<std::size_t>(std::count(header.begin(), header.end(), '=')) == CookieJar::cookies_max);
}
