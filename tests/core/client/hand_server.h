// A server played by hand: what a test says as the peer of one client, and what it reads of the client's requests and frames.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/client/client.h"
#include "core/websocket/handshake.h"
#include "tests/core/client/fake_host.h"

namespace roundhouse::test {

inline constexpr const char* eio_sid = "zS8s7_NoRXpMlHonAAAA";
inline constexpr const char* sio_sid = "pIqsmKjFArQUtImJAAAA";

class HandServer : public Client::Handler {
 public:
  explicit HandServer(Client::Options options = {}) {
    options.server = {"webapp", 5000};
    client_ = std::make_unique<Client>(host, std::move(options), this);
  }
  Client& client() { return *client_; }
  void use(std::unique_ptr<Client> client) { client_ = std::move(client); }
  std::unique_ptr<Client> take() { return std::move(client_); }

  /// `GET /socket.io/?EIO=4&transport=polling BODY` of the request on connection k, without `t` and `sid`.
  std::string request(std::size_t k) {
    const Bytes& sent = host.connections.at(k).sent;
    const std::size_t line_end = sent.find(" HTTP/1.1\r\n");
    const std::size_t head_end = sent.find("\r\n\r\n");
    if (head_end == Bytes::npos) return "nothing";
    std::string text = sent.substr(0, line_end);
    if (const std::size_t t = text.find("&t="); t != std::string::npos) text.erase(t, 11);
    if (const std::size_t s = text.find(std::string("&sid=") + eio_sid); s != std::string::npos)
      text.erase(s, 25);
    text.replace(text.find("/socket.io/?EIO=4&transport="), 28, "");
    if (text.ends_with("websocket")) return text;
    const Bytes body = sent.substr(head_end + 4);
    return body.empty() ? text : text + " " + body;
  }
  bool field(std::size_t k, const std::string& line) {
    return host.connections.at(k).sent.find("\r\n" + line + "\r\n") != Bytes::npos;
  }
  /// Answers connection k and closes it, as `Connection: close` asks for. Marks are relative to the body.
  void answer(std::size_t k, int status, const std::string& body, std::vector<PlacedMark> marks = {},
              const std::string& more_fields = {}) {
    const std::string head = "HTTP/1.1 " + std::to_string(status) + " X\r\n" + more_fields +
                             "Content-Length: " + std::to_string(body.size()) +
                             "\r\nConnection: close\r\n\r\n";
    for (PlacedMark& mark : marks) mark.end += static_cast<std::uint32_t>(head.size());
    client_->on_data(host.connections.at(k).id, head + body, marks);
  }
  void handshake(std::size_t k, std::int64_t max_payload = 1'000'000) {
    answer(k, 200, "0" + engineio::encode_handshake({.sid = eio_sid, .max_payload_bytes = max_payload}));
  }
  void switch_protocols(std::size_t k, const std::string& more_bytes = {}) {
    const Bytes sent = host.connections.at(k).sent;
    const std::size_t begin = sent.find("Sec-WebSocket-Key: ") + 19;
    host.connections.at(k).taken = sent.size();
    client_->on_data(host.connections.at(k).id,
                     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Accept: " +
                         websocket::accept_value(sent.substr(begin, 24)) + "\r\n\r\n" + more_bytes,
                     {});
  }
  static Bytes frame_bytes(const std::string& text, websocket::Opcode opcode = websocket::Opcode::text) {
    Bytes bytes;
    websocket::append_frame(bytes, opcode, text);
    return bytes;
  }
  void frame(std::size_t k, const std::string& text, Mark mark = {}) {
    const Bytes bytes = frame_bytes(text);
    const PlacedMark placed{static_cast<std::uint32_t>(bytes.size()), mark};
    client_->on_data(host.connections.at(k).id, bytes, mark ? Marks(&placed, 1) : Marks());
  }
  void close_frame(std::size_t k) {
    client_->on_data(host.connections.at(k).id, frame_bytes("", websocket::Opcode::close), {});
  }
  /// The frames that the client sent on connection k since the last call; a close frame is `(close)`.
  std::vector<std::string> frames(std::size_t k) {
    FakeHost::Connection& connection = host.connections.at(k);
    std::vector<std::string> texts;
    while (true) {
      const ByteView rest = ByteView(connection.sent).substr(connection.taken);
      const auto head = websocket::read_frame_head(rest);
      if (!head) return texts;
      Bytes payload(rest.substr(head->head_bytes, head->payload_bytes));
      websocket::apply_mask(payload.data(), payload.size(), head->mask);
      connection.taken += head->head_bytes + payload.size();
      texts.push_back(head->opcode == websocket::Opcode::close ? "(close)" : payload);
    }
  }
  void refuse(std::size_t k, CloseReason reason = CloseReason::refused) {
    host.connections.at(k).closed = true;
    client_->on_close(host.connections.at(k).id, reason);
  }

  /// Connected and upgraded: 0 handshake, 1 POST `40`, 2 WebSocket, 3 and 4 polls. Nothing is unread after it.
  void upgrade() {
    client_->on_start();
    handshake(0);
    answer(1, 200, "ok");
    answer(3, 200, std::string("40{\"sid\":\"") + sio_sid + "\"}");
    switch_protocols(2);
    frames(2);
    frame(2, "3probe");
    answer(4, 200, "6");
    frames(2);
    seen.clear();
    host.records.clear();
  }
  /// Connected over WebSocket alone, on connection k.
  void connect_websocket(std::size_t k = 0) {
    if (k == 0) client_->on_start();
    switch_protocols(
        k, frame_bytes("0" + engineio::encode_handshake({.sid = eio_sid, .upgrade_to_websocket = false})));
    frame(k, std::string("40{\"sid\":\"") + sio_sid + "\"}");
    frames(k);
    seen.clear();
    host.records.clear();
  }

  void on_connect(Client& c) override {
    seen.emplace_back("connect");
    if (connected) connected(c);
  }
  void on_connect_error(Client&, std::string_view message, int status) override {
    seen.push_back("error " + std::string(message) + " " + std::to_string(status));
  }
  void on_disconnect(Client& c, std::string_view reason) override {
    seen.push_back("disconnect " + std::string(reason));
    if (disconnected) disconnected(c);
  }
  void on_upgrade(Client&) override { seen.emplace_back("upgrade"); }
  void on_upgrade_error(Client&, std::string_view message) override {
    seen.push_back("upgrade error " + std::string(message));
  }
  void on_event(Client& c, std::string_view name, std::string_view arguments, MessageId message) override {
    seen.push_back(std::string(name) + " " + std::string(arguments) + " #" + std::to_string(message.value));
    if (event) event(c);
  }
  void on_reconnect_attempt(Client&, std::uint32_t attempt) override {
    seen.push_back("attempt " + std::to_string(attempt));
  }
  void on_timer(Client&, std::uint64_t tag) override { seen.push_back("timer " + std::to_string(tag)); }

  FakeHost host;
  std::vector<std::string> seen;
  std::function<void(Client&)> connected;
  std::function<void(Client&)> disconnected;
  std::function<void(Client&)> event;

 private:
  std::unique_ptr<Client> client_;
};

}  // namespace roundhouse::test
