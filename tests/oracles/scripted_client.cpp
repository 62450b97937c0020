#include "tests/oracles/scripted_client.h"

#include <charconv>

namespace roundhouse::oracles {

namespace {

int number_of(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::size_t final_head(std::string_view answer) {
  std::size_t from = 0;
  while (answer.substr(from).starts_with("HTTP/1.1 100 ")) {
    const std::size_t end = answer.find("\r\n\r\n", from);
    if (end == std::string_view::npos) break;
    from = end + 4;
  }
  return from;
}

std::string_view field_of(std::string_view head, std::string_view name) {
  const std::string start = "\r\n" + std::string(name) + ": ";
  const std::size_t at = head.find(start);
  if (at == std::string_view::npos) return {};
  const std::size_t from = at + start.size();
  return head.substr(from, head.find("\r\n", from) - from);
}

bool Talk::complete() const {
  if (over()) return true;
  const std::string_view answer = std::string_view(got).substr(final_head(got));
  const std::size_t end = answer.find("\r\n\r\n");
  if (end == std::string_view::npos || answer.starts_with("HTTP/1.1 100 ")) return false;
  const std::string_view head = answer.substr(0, end + 2);
  if (head_only || head.starts_with("HTTP/1.1 101 ")) return true;
  if (field_of(head, "Transfer-Encoding") == "chunked") return answer.ends_with("\r\n0\r\n\r\n");
  const std::string_view length = field_of(head, "Content-Length");
  return !length.empty() && answer.size() >= end + 4 + static_cast<std::size_t>(number_of(length));
}

int Talk::status() const {
  const std::string_view answer = std::string_view(got).substr(final_head(got));
  return answer.starts_with("HTTP/1.1 ") && answer.size() > 12 ? number_of(answer.substr(9, 3)) : 0;
}

Talk& ScriptedClient::ask(const Address& from, const Address& to, std::string_view bytes) {
  const ConnectionId connection = host_.connect({.to = to, .from = from});
  Talk& talk = talks_[connection.serial];
  talk.connection = connection;
  talk.head_only = bytes.starts_with("HEAD ");
  if (!bytes.empty()) host_.send(connection, bytes);
  return talk;
}

void ScriptedClient::on_data(ConnectionId connection, ByteView bytes, Marks) {
  Talk& talk = talks_.at(connection.serial);
  talk.got += bytes;
  talk.heard_at = host_.now();
  if (talk.complete()) heard_();
}

void ScriptedClient::on_end(ConnectionId connection) {
  Talk& talk = talks_.at(connection.serial);
  talk.ended = true;
  talk.ended_at = host_.now();
  host_.close(connection, Close::fin);
  heard_();
}

void ScriptedClient::on_close(ConnectionId connection, CloseReason reason) {
  Talk& talk = talks_.at(connection.serial);
  talk.ended_at = host_.now();
  talk.refused = reason == CloseReason::refused;
  talk.reset = reason == CloseReason::reset || reason == CloseReason::timed_out;
  heard_();
}

}  // namespace roundhouse::oracles
