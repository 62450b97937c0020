// Replays a recorded conversation with a real Socket.IO server against our app: sends what the client sent, at the times it sent it, and
// compares what our server says with what the real one said. The recordings are tests/oracles/socketio.
#pragma once

#include <string>
#include <vector>

namespace roundhouse::app {

/// Differences in words; empty: our server said the same.
std::vector<std::string> replay_transcript(const std::string& file);

}  // namespace roundhouse::app
