// See raw_client.h.
#include "tests/core/app/raw_client.h"

#include "core/http/message.h"

namespace roundhouse::app {

std::string ReadAnswer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

std::optional<ReadAnswer> read_answer(ByteView bytes) {
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (head_end == ByteView::npos) return std::nullopt;
  ReadAnswer answer;
  ByteView head = bytes.substr(0, head_end);
  const ByteView status_line = head.substr(0, head.find("\r\n"));
  ROUNDHOUSE_ASSERT(status_line.starts_with("HTTP/1.1 "));
  answer.status = std::stoi(std::string(status_line.substr(9, 3)));
  answer.reason = status_line.substr(13);
  std::size_t length = 0;
  while (head.find("\r\n") != ByteView::npos) {
    head.remove_prefix(head.find("\r\n") + 2);
    const ByteView line = head.substr(0, head.find("\r\n"));
    const std::size_t colon = line.find(": ");
    std::string name(line.substr(0, colon));
    for (char& c : name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    answer.headers.emplace_back(name, line.substr(colon + 2));
    if (name == "content-length") length = std::stoul(answer.headers.back().second);
  }
  if (bytes.size() < head_end + 4 + length) return std::nullopt;
  answer.body = bytes.substr(head_end + 4, length);
  answer.bytes = head_end + 4 + length;
  return answer;
}

std::optional<ReadFrame> read_frame(ByteView bytes) {
  const auto head = websocket::read_frame_head(bytes);
  if (!head || bytes.size() < head->head_bytes + head->payload_bytes) return std::nullopt;
  ROUNDHOUSE_ASSERT(!head->masked && head->fin);
  ReadFrame frame;
  frame.opcode = head->opcode;
  frame.payload = bytes.substr(head->head_bytes, static_cast<std::size_t>(head->payload_bytes));
  frame.bytes = head->head_bytes + frame.payload.size();
  return frame;
}

std::string get(std::string_view target, std::string_view more_fields) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: sim.test\r\n" + std::string(more_fields) + "\r\n";
}

std::string post(std::string_view target, std::string_view body) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: sim.test\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string upgrade(std::string_view target, std::string_view key) {
  return get(target,
             "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
                 std::string(key) + "\r\n");
}

Bytes client_frame(std::string_view text, websocket::Opcode opcode) {
  Bytes frame;
  websocket::append_frame(frame, opcode, text, test_mask);
  return frame;
}

std::string sid_in(std::string_view text) {
  const std::size_t at = text.find("\"sid\":\"");
  return at == std::string_view::npos ? std::string() : std::string(text.substr(at + 7, 20));
}

RawClient::RawClient(FakeHost& host, const std::string& ip) : host_(host), connection_(host.accept(ip)) {
  host_.give(connection_, upgrade("/socket.io/?EIO=4&transport=websocket"));
  const auto answer = read_answer(host_.at(connection_).output);
  ROUNDHOUSE_ASSERT(answer && answer->status == 101);
  host_.take(connection_, answer->bytes);
  engine_sid_ = sid_in(take().at(0));
  send("40");
  sid_ = sid_in(take().at(0));
}

void RawClient::send(std::string_view text, Mark mark) {
  host_.give(connection_, client_frame(text), mark);
}

void RawClient::send_binary(ByteView bytes) {
  host_.give(connection_, client_frame(bytes, websocket::Opcode::binary));
}

std::vector<std::string> RawClient::take() {
  std::vector<std::string> texts;
  while (const auto frame = read_frame(host_.at(connection_).output)) {
    host_.take(connection_, frame->bytes);
    switch (frame->opcode) {
      case websocket::Opcode::close:
        texts.push_back("<close>");
        break;
      case websocket::Opcode::binary:
        texts.push_back("<" + std::to_string(frame->payload.size()) + " bytes>");
        break;
      default:
        texts.push_back(frame->payload);
    }
  }
  return texts;
}

PollingClient::PollingClient(FakeHost& host, const std::string& ip)
    : host_(host), get_(host.accept(ip)), post_(host.accept(ip)) {
  host_.give(get_, get("/socket.io/?EIO=4&transport=polling"));
  engine_sid_ = sid_in(take_poll().value().body);
  send("40");
  ROUNDHOUSE_ASSERT(take_post().value().body == "ok");
  poll();
  sid_ = sid_in(take_poll().value().body);
}

void PollingClient::send(std::string_view body, Mark mark) {
  host_.give(post_, post(target(), body), mark);
}

std::optional<ReadAnswer> PollingClient::take(ConnectionId connection) {
  const auto answer = read_answer(host_.at(connection).output);
  if (answer) host_.take(connection, answer->bytes);
  return answer;
}

}  // namespace roundhouse::app
