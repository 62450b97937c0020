#include "core/client/wires.h"

#include <algorithm>
#include <utility>

#include "core/base/assertion.h"
#include "core/base/close_cause.h"
#include "core/http/writer.h"
#include "core/websocket/handshake.h"

namespace roundhouse {
namespace {

std::string host_text(const ClientOptions& options) {
  if (!options.host_header.empty()) return options.host_header;
  return options.server.port == 80 ? Address{options.server.host, 0}.text() : options.server.text();
}

}  // namespace

void Wires::get(const std::string& target) {
  begin(false, target, {});
}

void Wires::post(const std::string& target, MarkedBytes body) {
  begin(true, target, std::move(body));
}

// The fields and their order are those of xmlhttprequest-ssl on Node.
void Wires::begin(bool is_post, const std::string& target, MarkedBytes body) {
  http::RequestHead request = head(is_post ? "POST" : "GET", target);
  http::Fields& fields = request.fields;
  fields.add("User-Agent", "node-XMLHttpRequest");
  fields.add("Accept", "*/*");
  for (const http::Field& field : options_.extra_headers) fields.add(field.name, field.value);
  if (is_post) fields.add("Content-type", "text/plain;charset=UTF-8");
  if (options_.cookies && !cookies_.empty()) fields.add("cookie", cookies_.header());
  fields.add("Host", host_text(options_));
  if (is_post) fields.add("Content-Length", std::to_string(body.bytes.size()));
  fields.add("Connection", "close");

  auto exchange = std::make_unique<Exchange>();
  exchange->is_post = is_post;
  exchange->session = session_;
  exchange->number = ++numbers_;
  http::append_head(exchange->request.bytes, request);
  exchange->request.append(body.bytes, body.marks);
  const Duration wait = think(target);
  if (wait > Duration::zero()) {
    host_.wake_at(host_.now() + wait, timer_base | exchange->number);
  } else {
    exchange->id = dial(std::exchange(exchange->request, {}));
  }
  exchanges_.push_back(std::move(exchange));
}

void Wires::open_websocket(const std::string& target) {
  ROUNDHOUSE_ASSERT(websocket_ == nullptr);
  auto socket = std::make_unique<WebSocket>(
      websocket::Options{.client = true, .payload_bytes_max = options_.payload_bytes_max});
  socket->number = ++numbers_;
  socket->connection.set_control_mask(next_mask());
  socket->handshake = std::make_unique<Handshake>();
  Handshake& handshake = *socket->handshake;
  handshake.key = websocket::make_key(host_.random(Purpose::websocket_key, {}, draw_number(keys_)));

  http::RequestHead request = head("GET", target);
  for (const http::Field& field : options_.extra_headers) request.fields.add(field.name, field.value);
  if (options_.cookies && !cookies_.empty()) request.fields.add("cookie", cookies_.header());
  for (const auto& [name, value] :
       websocket::client_fields({.key = handshake.key, .deflate = options_.deflate_offer})) {
    request.fields.add(name, value);
  }
  request.fields.add("Host", host_text(options_));
  http::append_head(handshake.request.bytes, request);
  const Duration wait = think(target);
  if (wait > Duration::zero()) {
    socket->timer = host_.wake_at(host_.now() + wait, timer_base | socket->number);
  } else {
    socket->id = dial(std::exchange(handshake.request, {}));
  }
  websocket_ = std::move(socket);
}

void Wires::send_frame(ByteView payload, bool binary, Mark mark) {
  ROUNDHOUSE_ASSERT(websocket_ != nullptr);
  websocket_->connection.send(payload, binary, mark, next_mask());
  push(*websocket_);
}

void Wires::close_websocket() {
  if (!websocket_) return;
  WebSocket& socket = *websocket_;
  leaving_.push_back(std::move(websocket_));
  if (socket.handshake) {
    if (socket.id) {
      host_.close(socket.id, Close::reset);
    } else {
      host_.cancel(socket.timer);
    }
    socket.gone = true;
    return;
  }
  socket.connection.close({}, {}, next_mask());
  push(socket);
  socket.timer = host_.wake_at(host_.now() + closing_timeout, timer_base | socket.number);
}

std::string Wires::cache_buster() {
  constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
  Random draws = host_.random(Purpose::cache_buster, {}, draw_number(busters_));
  std::string text;
  for (int i = 0; i < 8; ++i) text += digits[draws.below(digits.size())];
  return text;
}

void Wires::begin_session() {
  ROUNDHOUSE_ASSERT(websocket_ == nullptr);
  ++session_;
  bury();
  while (exchanges_.size() > orphans_max) {
    if (exchanges_.front()->id) host_.close(exchanges_.front()->id, Close::reset);
    fail(0, Cause::overflow);
  }
}

void Wires::foresee() const {
  constexpr std::size_t line = 64;
  const char* const socket = reinterpret_cast<const char*>(websocket_.get());
  for (std::size_t at = 0; at < sizeof(WebSocket); at += line) __builtin_prefetch(socket + at);
}

void Wires::on_data(ConnectionId id, ByteView bytes, Marks marks) {
  if (WebSocket* const socket = find_websocket(id)) {
    if (socket->handshake) {
      socket->handshake->reader.receive(bytes, marks);
      handshake_data(*socket);
    } else {
      read_frames(*socket, bytes, marks);
    }
    return bury();
  }
  const std::size_t index = find_exchange(id);
  exchanges_[index]->reader.receive(bytes, marks);
  try_finish(index);
}

void Wires::on_end(ConnectionId id) {
  if (WebSocket* const socket = find_websocket(id)) {
    if (socket->handshake) {
      socket->handshake->reader.end_of_stream();
      handshake_data(*socket);
    }
    if (!socket->gone) {
      host_.close(id, Close::fin);
      websocket_gone(*socket, socket->handshake != nullptr, 0);
    }
    return bury();
  }
  const std::size_t index = find_exchange(id);
  exchanges_[index]->reader.end_of_stream();
  if (try_finish(index)) return;
  host_.close(id, Close::fin);
  fail(index, Cause::closed);
}

void Wires::on_close(ConnectionId id, CloseReason reason) {
  if (WebSocket* const socket = find_websocket(id)) {
    websocket_gone(*socket, socket->handshake != nullptr, 0);
    return bury();
  }
  fail(find_exchange(id), cause_of(reason));
}

void Wires::on_timer(std::uint64_t number) {
  for (const auto& exchange : exchanges_) {
    if (exchange->number == number) {
      exchange->id = dial(std::exchange(exchange->request, {}));
      return;
    }
  }
  if (websocket_ && websocket_->number == number) {
    websocket_->timer = {};
    websocket_->id = dial(std::exchange(websocket_->handshake->request, {}));
    return;
  }
  for (const auto& socket : leaving_) {
    if (socket->number != number || socket->gone) continue;
    host_.close(socket->id, Close::reset);
    socket->timer = {};
    socket->gone = true;
    return bury();
  }
}

void Wires::on_run_end() {
  const auto held = [this](Marks marks, ConnectionId connection) {
    for (const PlacedMark& placed : marks) {
      Record record;
      record.kind = RecordKind::held;
      record.message = placed.mark.message;
      record.subject = placed.mark.to;
      record.how = static_cast<std::uint8_t>(placed.mark.what);
      record.connection = connection.serial;
      host_.record(record);
    }
  };
  for (const auto& exchange : exchanges_) {
    held(exchange->request.marks, exchange->id);
    held(exchange->reader.waiting(), exchange->id);
  }
}

ConnectionId Wires::dial(MarkedBytes request) {
  const ConnectionId id = host_.connect({.to = options_.server, .from = options_.from});
  host_.send(id, ByteView(request.bytes), Marks(request.marks));
  return id;
}

http::RequestHead Wires::head(std::string_view method, const std::string& target) const {
  http::RequestHead request;
  request.method = method;
  request.target = target;
  return request;
}

Duration Wires::think(const std::string& target) {
  const bool handshake = target.find("&sid=") == std::string::npos;
  if (handshake || options_.think + options_.think_jitter <= Duration::zero()) return Duration::zero();
  Random draw = host_.random(Purpose::think_time, {}, draw_number(thinks_));
  return draw.between(options_.think, options_.think + options_.think_jitter);
}

std::uint64_t Wires::draw_number(std::uint32_t& counter) {
  return std::uint64_t{host_.incarnation()} << 32 | counter++;
}

websocket::MaskKey Wires::next_mask() {
  const std::uint64_t bits = host_.random(Purpose::mask, {}, draw_number(masks_)).bits();
  return {static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(bits >> 8),
          static_cast<std::uint8_t>(bits >> 16), static_cast<std::uint8_t>(bits >> 24)};
}

void Wires::keep_cookies(const http::Fields& fields) {
  if (!options_.cookies) return;
  for (const http::Field& field : fields.all()) {
    if (http::equal_ignoring_case(field.name, "set-cookie")) cookies_.set(field.value);
  }
}

// True where the exchange is over, well or badly; it is gone then.
bool Wires::try_finish(std::size_t index) {
  Exchange& exchange = *exchanges_[index];
  auto answer = exchange.reader.next();
  if (!answer) return false;
  host_.close(exchange.id, Close::fin);
  if (answer->has_error()) {
    fail(index, Cause::closed);
    return true;
  }
  http::Response response = std::move(**answer);
  keep_cookies(response.head.fields);
  // The original speaks HTTP only: whoever switches protocols here has not answered.
  finish(index, exchange.reader.switched() ? 0 : response.head.status, std::move(response.body));
  return true;
}

void Wires::finish(std::size_t index, int status, MarkedBytes body) {
  const std::unique_ptr<Exchange> exchange = std::move(exchanges_[index]);
  exchanges_.erase(exchanges_.begin() + static_cast<std::ptrdiff_t>(index));
  if (exchanges_.empty()) exchanges_.shrink_to_fit();
  if (exchange->session == session_ && !exchange->is_post) {
    return owner_.on_poll_answer(status, body.bytes, body.marks);
  }
  for (const PlacedMark& placed : body.marks) owner_.on_wire_lost(placed.mark, exchange->id, Cause::closed);
  if (exchange->session == session_) owner_.on_post_answer(status);
}

void Wires::fail(std::size_t index, Cause cause) {
  const Exchange& exchange = *exchanges_[index];
  for (const PlacedMark& placed : exchange.request.marks)
    owner_.on_wire_lost(placed.mark, exchange.id, cause);
  for (const PlacedMark& placed : exchange.reader.waiting())
    owner_.on_wire_lost(placed.mark, exchange.id, cause);
  finish(index, 0, {});
}

std::size_t Wires::find_exchange(ConnectionId id) const {
  for (std::size_t i = 0; i < exchanges_.size(); ++i) {
    if (exchanges_[i]->id == id) return i;
  }
  broken("a callback for a connection of this client", __FILE__, __LINE__);
}

Wires::WebSocket* Wires::find_websocket(ConnectionId id) {
  if (websocket_ && websocket_->id == id) return websocket_.get();
  for (const auto& socket : leaving_) {
    if (socket->id == id) return socket.get();
  }
  return nullptr;
}

void Wires::handshake_data(WebSocket& socket) {
  http::ResponseReader& reader = socket.handshake->reader;
  const auto answer = reader.next();
  if (!answer) return;
  int status = 0;
  bool switched = false;
  if (answer->has_value()) {
    const http::ResponseHead& head = (*answer)->head;
    keep_cookies(head.fields);
    status = head.status;
    switched = status == 101 && reader.switched() && head.fields.has_token("Upgrade", "websocket") &&
               head.fields.find("Sec-WebSocket-Accept") == websocket::accept_value(socket.handshake->key) &&
               !head.fields.find("Sec-WebSocket-Extensions");
  }
  if (!switched) {
    host_.close(socket.id, Close::fin);
    return websocket_gone(socket, true, status == 101 ? 0 : status);
  }
  const MarkedBytes rest = reader.take_rest();
  socket.handshake.reset();
  owner_.on_websocket_open();
  if (!rest.empty() && !socket.gone) read_frames(socket, rest.bytes, rest.marks);
}

void Wires::read_frames(WebSocket& socket, ByteView bytes, Marks marks) {
  socket.connection.receive(bytes, marks);
  while (const auto event = socket.connection.next_event()) {
    const bool current = &socket == websocket_.get();
    if (const auto* message = std::get_if<websocket::Message>(&*event)) {
      if (current) {
        owner_.on_websocket_message(message->payload, message->binary, message->mark);
      } else if (message->mark) {
        owner_.on_wire_lost(message->mark, socket.id, Cause::closed);
      }
    } else if (std::holds_alternative<websocket::Closed>(*event)) {
      push(socket);  // our close frame, if it was not sent before: both are done
      host_.close(socket.id, Close::fin);
      websocket_gone(socket, false, 0);
    } else if (std::holds_alternative<websocket::ProtocolError>(*event)) {
      push(socket);
      host_.close(socket.id, Close::fin);
      websocket_gone(socket, true, 0);
    }
  }
  if (!socket.gone) push(socket);
}

void Wires::push(WebSocket& socket) {
  if (!socket.connection.has_output()) return;
  const MarkedBytes output = socket.connection.take_output();
  host_.send(socket.id, ByteView(output.bytes), Marks(output.marks));
}

void Wires::websocket_gone(WebSocket& socket, bool failed, int status) {
  ROUNDHOUSE_ASSERT(!socket.gone);
  socket.gone = true;
  if (socket.timer) host_.cancel(socket.timer);
  socket.timer = {};
  if (&socket != websocket_.get()) return;
  leaving_.push_back(std::move(websocket_));
  owner_.on_websocket_end(failed, status);
}

void Wires::bury() {
  if (leaving_.empty()) return;
  std::erase_if(leaving_, [](const std::unique_ptr<WebSocket>& socket) { return socket->gone; });
  if (leaving_.empty()) leaving_.shrink_to_fit();
}

}  // namespace roundhouse
