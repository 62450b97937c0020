#include "tests/oracles/scripted_backend.h"

#include <boost/algorithm/string/predicate.hpp>
#include <sstream>

#include "tests/oracles/scripted_client.h"

namespace roundhouse::oracles {

namespace {

constexpr std::size_t too_big_head = 10000;
// Fields that a proxy must not pass on as they are.
const std::string own_fields =
    "Server: backend\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nConnection: close\r\n";
const std::string switched =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nX-Powered-By: app\r\n";

std::string with_body(const std::string& status, const std::string& type, const std::string& body,
                      const std::string& more = "") {
  return "HTTP/1.1 " + status + "\r\n" + own_fields + "Content-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}

/// `Connection` has `upgrade` as a whole token, in any case of letters.
bool asks_to_upgrade(const std::string& head) {
  if (field_of(head, "Upgrade").empty()) return false;
  std::istringstream tokens{std::string(field_of(head, "Connection"))};
  for (std::string token; std::getline(tokens, token, ',');) {
    token.erase(0, token.find_first_not_of(' '));
    if (boost::algorithm::iequals(token, "upgrade")) return true;
  }
  return false;
}

}  // namespace

void ScriptedBackend::on_start() {
  listen();
}

void ScriptedBackend::on_accept(ConnectionId connection, const Accepted&) {
  script_.heard[connection.serial].connection = connection;
}

void ScriptedBackend::on_data(ConnectionId connection, ByteView bytes, Marks) {
  Heard& heard = script_.heard.at(connection.serial);
  heard.bytes += bytes;
  if (heard.answered) return;
  const std::size_t end = heard.bytes.find("\r\n\r\n");
  if (end == std::string::npos) return;
  const std::string length(field_of(heard.bytes.substr(0, end + 2), "Content-Length"));
  heard.request_bytes = end + 4 + (length.empty() ? 0 : std::stoul(length));
  if (heard.bytes.size() < heard.request_bytes) return;
  heard.answered = true;
  answer(heard);
}

void ScriptedBackend::answer(Heard& heard) {
  const std::string& mode = script_.mode;
  if (mode == "hang") return;
  if (mode == "eof") return close(heard, Close::fin);
  if (mode == "reset") return close(heard, Close::reset);
  if (mode == "badheader") {
    say(heard, "HTTP/1.1 200 OK\r\nbad header: x\r\n\r\n");
  } else if (mode == "bigheader") {
    say(heard, "HTTP/1.1 200 OK\r\nX-Big: " + std::string(too_big_head, 'x') + "\r\n\r\n");
  } else if (mode == "garbage") {
    say(heard, "this is not http\r\n\r\n");
    close(heard, Close::fin);
  } else if (mode == "short") {
    say(heard, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
    close(heard, Close::fin);
  } else {
    say(heard, answer_to(heard.bytes));
  }
}

std::string ScriptedBackend::answer_to(const std::string& request) const {
  const std::string signature = script_.signs ? "X-Server: " + std::to_string(script_.number) + "\r\n" : "";
  const std::string& mode = script_.mode;
  if (mode == "101-unasked") return switched + "\r\n";
  if (mode == "403") return with_body("403 Forbidden", "text/plain", "forbidden");
  if (mode == "400")
    return with_body("400 Bad Request", "application/json", R"({"code":1,"message":"Session ID unknown"})");
  if (mode == "echo") {
    const std::string who = "X-Server: " + std::to_string(script_.address.host.back() - '1');
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(request.size()) + "\r\n" + who +
           "\r\n\r\n" + request;
  }
  if (mode != "up") return with_body(mode + " Whatever", "text/plain", "no", signature);
  if (asks_to_upgrade(request)) return switched + signature + "\r\n";
  if (request.substr(0, request.find("\r\n")).find("transport=websocket") != std::string::npos)
    return with_body("426 Upgrade Required", "text/plain", "Upgrade Required");
  return with_body("200 OK", "text/plain", "ok", "X-Powered-By: app\r\n" + signature);
}

void ScriptedBackend::close(Heard& heard, Close how) {
  if (heard.over) return;
  heard.over = true;
  heard.over_at = host_.now();
  host_.close(heard.connection, how);
}

void ScriptedBackend::close_all(Close how) {
  for (auto& [serial, heard] : script_.heard) close(heard, how);
}

void ScriptedBackend::on_end(ConnectionId connection) {
  Heard& heard = script_.heard.at(connection.serial);
  heard.eof = true;
  close(heard, Close::fin);
}

void ScriptedBackend::on_close(ConnectionId connection, CloseReason) {
  Heard& heard = script_.heard.at(connection.serial);
  heard.over = true;
  heard.reset = true;
  heard.over_at = host_.now();
}

}  // namespace roundhouse::oracles
