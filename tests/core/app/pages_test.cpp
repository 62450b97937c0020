// What the app answers outside Engine.IO's path.
#include <catch2/catch.hpp>

#include "core/app/app.h"
#include "core/app/chat.h"
#include "core/app/memory_adapter.h"
#include "tests/core/app/raw_client.h"

using namespace roundhouse;
using namespace roundhouse::app;

namespace {

struct Served {
  Served() : app(host, Options{.instance = "<app> & co"}, make_chat(), std::make_unique<MemoryAdapter>()) {
    host.set_party(app);
    app.on_start();
  }
  ReadAnswer ask(std::string_view request) {
    const ConnectionId connection = host.accept();
    host.give(connection, request);
    return read_answer(host.take(connection)).value();
  }
  FakeHost host;
  App app;
};

}  // namespace

TEST_CASE("the page says which instance it came from and loads nothing from elsewhere", "[app]") {
  Served served;
  const auto answer = served.ask(get("/?x=1"));
  CHECK(answer.status == 200);
  CHECK(answer.header("content-type") == "text/html; charset=utf-8");
  CHECK(answer.body.find("&lt;app> &amp; co") != Bytes::npos);
  CHECK(answer.body.find("{{") == Bytes::npos);
  CHECK(answer.body.find("src=") == Bytes::npos);
  CHECK(answer.body.find("http://") == Bytes::npos);
  CHECK(answer.body.find("https://") == Bytes::npos);
  CHECK(answer.body.starts_with("<!DOCTYPE html>"));
  CHECK(answer.body.ends_with("</html>\n"));
}

TEST_CASE("/headers shows the fields that arrived", "[app]") {
  Served served;
  const auto answer = served.ask(get("/headers", "X-Quote: \"a\"\r\nCookie: a\r\ncookie: b\r\n"));
  CHECK(answer.header("content-type") == "application/json");
  CHECK(answer.body == R"({"Host":"sim.test","X-Quote":"\"a\"","Cookie":"a, b"})");
}

TEST_CASE("other paths are not found", "[app]") {
  Served served;
  CHECK(served.ask(get("/socket.io?EIO=4&transport=polling")).status == 404);
  CHECK(served.ask(get("/favicon.ico")).status == 404);
  CHECK(served.ask(post("/", "x")).status == 404);
  CHECK(served.ask(get("/socket.io/anything?EIO=4&transport=polling")).status == 200);
}

TEST_CASE("an upgrade outside the path is ended after a second without a word", "[app]") {
  Served served;
  const ConnectionId connection = served.host.accept();
  served.host.give(connection, upgrade("/other/?EIO=4&transport=websocket"));
  served.host.pass(std::chrono::milliseconds(999));
  CHECK_FALSE(served.host.at(connection).closed);
  served.host.pass(std::chrono::milliseconds(1));
  CHECK(served.host.at(connection).closed);
  CHECK(served.host.at(connection).output.empty());
}

TEST_CASE("an upgrade without a key is refused", "[app]") {
  Served served;
  const auto answer = served.ask(
      get("/socket.io/?EIO=4&transport=websocket", "Upgrade: websocket\r\nConnection: Upgrade\r\n"));
  CHECK(answer.status == 400);
}
