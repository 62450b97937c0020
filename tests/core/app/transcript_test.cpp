// Our app answers as the real server did, byte for byte where it matters.
//
// Left out, with the reason:
//   polling-handshake-options  the server options `cookie` and `cors` are not offered
//   error-forbidden            the server option `allowRequest` is not offered
//   error-path                 there the application answers `/` with 404 and serves the client bundle; ours serves a page and no bundle. The
//                              rest of the file is in pages_test
//   http-compression           answers are never compressed
//   recovery-*                 connection state recovery is not offered
//   client-*, python-*         conversations of whole clients, and of another server
#include <catch2/catch.hpp>

#include "tests/core/app/transcript_replay.h"

TEST_CASE("the app says what a real Socket.IO server said", "[app]") {
  const std::string name = GENERATE(
      "binary-event-polling", "binary-event-websocket", "close-by-client", "disconnect-by-server",
      "error-bad-method", "error-bad-request", "error-bad-transport", "error-unknown-sid",
      "error-unsupported-protocol-version", "event-with-ack", "heartbeat", "invalid-packets", "max-payload",
      "namespace-connect", "namespace-connect-timeout", "ping-from-client", "ping-timeout-close",
      "polling-cancelled-get", "polling-handshake", "polling-overlap", "polling-round-trip", "room-broadcast",
      "server-shutdown", "upgrade-abandoned", "upgrade-message-during-probe", "upgrade-polling-to-websocket",
      "upgrade-timeout", "websocket-only-connect", "websocket-only-connect-deflate-offer");
  INFO(name);
  const auto differences =
      roundhouse::app::replay_transcript(ROUNDHOUSE_SOURCE_DIR "/tests/oracles/socketio/" + name + ".json");
  for (const std::string& difference : differences) {
    UNSCOPED_INFO(difference);
  }
  CHECK(differences.empty());
}
