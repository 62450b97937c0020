// Answers: see answer.h.
#include "core/app/answer.h"

#include <array>
#include <chrono>

#include "core/http/writer.h"
#include "core/websocket/handshake.h"

namespace roundhouse::app {

std::string_view text(EngineError error) {
  switch (error) {
    case EngineError::transport_unknown:
      return "Transport unknown";
    case EngineError::session_unknown:
      return "Session ID unknown";
    case EngineError::bad_handshake_method:
      return "Bad handshake method";
    case EngineError::bad_request:
      return "Bad request";
    case EngineError::forbidden:
      return "Forbidden";
    case EngineError::unsupported_version:
      return "Unsupported protocol version";
  }
  return "Bad request";
}

std::string error_json(EngineError error) {
  std::string json = "{\"code\":";
  json += std::to_string(static_cast<int>(error));
  json += ",\"message\":\"";
  json += text(error);
  json += "\"}";
  return json;
}

namespace {

void append_status_line(Bytes& out, int status) {
  out += "HTTP/1.1 ";
  out += std::to_string(status);
  out += ' ';
  // Node's words differ from nginx's in a few places.
  out += status == 413   ? std::string_view("Payload Too Large")
         : status == 431 ? std::string_view("Request Header Fields Too Large")
                         : http::reason_phrase(status);
  out += "\r\n";
}

}  // namespace

void append_answer(Bytes& out, const Answer& answer, bool keep_alive, std::int64_t epoch_seconds) {
  append_status_line(out, answer.status);
  if (!answer.content_type.empty()) http::append_field(out, "Content-Type", answer.content_type);
  http::append_field(out, "Content-Length", std::to_string(answer.body.size()));
  if (answer.no_store) http::append_field(out, "cache-control", "no-store");
  http::append_field(out, "Date", http_date(epoch_seconds));
  http::append_field(out, "Connection", keep_alive ? "keep-alive" : "close");
  out += "\r\n";
  out += answer.body;
}

void append_upgrade_refusal(Bytes& out, std::string_view text) {
  append_status_line(out, 400);
  http::append_field(out, "Connection", "close");
  http::append_field(out, "Content-type", "text/html");
  http::append_field(out, "Content-Length", std::to_string(text.size()));
  out += "\r\n";
  out += text;
}

void append_switching_protocols(Bytes& out, std::string_view key) {
  append_status_line(out, 101);
  for (const auto& [name, value] : websocket::server_fields(key)) http::append_field(out, name, value);
  out += "\r\n";
}

std::string http_date(std::int64_t epoch_seconds) {
  static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds at{std::chrono::seconds(epoch_seconds)};
  const auto midnight = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss time{at - midnight};
  const auto append = [](std::string& to, std::int64_t number) {
    to += static_cast<char>('0' + number / 10 % 10);
    to += static_cast<char>('0' + number % 10);
  };
  std::string text = days[std::chrono::weekday{midnight}.c_encoding()];
  text += ", ";
  append(text, static_cast<unsigned>(date.day()));
  text += ' ';
  text += months[static_cast<unsigned>(date.month()) - 1];
  text += ' ';
  append(text, static_cast<int>(date.year()) / 100);
  append(text, static_cast<int>(date.year()) % 100);
  text += ' ';
  append(text, time.hours().count());
  text += ':';
  append(text, time.minutes().count());
  text += ':';
  append(text, time.seconds().count());
  return text + " GMT";
}

}  // namespace roundhouse::app
