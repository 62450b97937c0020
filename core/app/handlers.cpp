// The public words of app.h, said to a SocketServer.
#include <boost/json/parse.hpp>

#include <roundhouse/app.h>
#include "core/app/call_state.h"
#include "core/app/socket_server.h"
#include "core/base/json_text.h"

namespace roundhouse {

namespace {

void check_event(std::string_view event) {
  if (event.empty()) throw UsageError("an event has a name");
  if (socketio::is_reserved_event(event)) {
    throw UsageError("\"" + std::string(event) + "\" is a reserved event name; choose another one");
  }
}

void check_arguments(std::string_view json) {
  const std::size_t begin = json_text::skip_space(json, 0);
  if (begin < json.size() && json[begin] == '[' && json_text::is_value(json)) return;
  throw UsageError("arguments are a JSON array such as [1,\"two\"], not: " + std::string(json.substr(0, 80)));
}

/// A string's characters, or any other value's text.
std::string plain_text(std::string_view json) {
  return !json.empty() && json.front() == '"' ? json_text::unquote(json) : std::string(json);
}

const std::vector<std::string_view>& argument_texts(app::CallState& state) {
  if (!state.arguments) {
    state.arguments = socketio::event_arguments(state.event_json);
    json_text::Elements elements(*state.arguments);
    while (const auto element = elements.next()) state.argument_texts.push_back(*element);
  }
  return state.argument_texts;
}

}  // namespace

Emitter& Emitter::to(std::string_view room) {
  rooms_.emplace_back(room);
  return *this;
}

Emitter& Emitter::except(std::string_view room) {
  except_.emplace_back(room);
  return *this;
}

Emitter& Emitter::volatile_packet() {
  volatile_ = true;
  return *this;
}

Emitter& Emitter::local() {
  local_ = true;
  return *this;
}

void Emitter::emit(std::string_view event, std::string_view arguments_json, const Attachments& attachments) {
  check_event(event);
  check_arguments(arguments_json);
  app::Broadcast broadcast;
  broadcast.name_space = state_->server.name_space(state_->socket);
  broadcast.rooms = rooms_;
  broadcast.except = except_;
  broadcast.flags = {.volatile_packet = volatile_, .local = local_};
  broadcast.event_json = socketio::make_event(event, arguments_json);
  broadcast.attachments = attachments;
  state_->server.emit_to_rooms(*state_, std::move(broadcast));
}

std::string_view Socket::id() const {
  return state_->server.sid(state_->socket);
}
std::string_view Socket::name_space() const {
  return state_->server.name_space(state_->socket);
}
std::string_view Socket::auth_json() const {
  return state_->server.auth_json(state_->socket);
}
std::string_view Socket::client_address() const {
  return state_->server.client_address(state_->socket);
}
std::string_view Socket::instance() const {
  return state_->server.instance();
}

void Socket::emit(std::string_view event, std::string_view arguments_json, const Attachments& attachments) {
  check_event(event);
  check_arguments(arguments_json);
  state_->server.emit_to_socket(state_->socket, event, arguments_json, attachments, {});
}

void Socket::emit_with_ack(std::string_view event, std::string_view arguments_json, AckHandler on_ack) {
  check_event(event);
  check_arguments(arguments_json);
  if (!on_ack) throw UsageError("emit_with_ack needs a handler; without one, call emit");
  state_->server.emit_to_socket(state_->socket, event, arguments_json, {}, std::move(on_ack));
}

bool Socket::join(std::string_view room) {
  return state_->server.join(state_->socket, room);
}
bool Socket::leave(std::string_view room) {
  return state_->server.leave(state_->socket, room);
}
std::vector<std::string> Socket::rooms() const {
  return state_->server.rooms(state_->socket);
}

Emitter Socket::to(std::string_view room) {
  Emitter emitter = broadcast();
  emitter.to(room);
  return emitter;
}

Emitter Socket::broadcast() {
  Emitter emitter(*state_);
  emitter.except(id());
  return emitter;
}

void Socket::disconnect(Disconnect what) {
  state_->server.disconnect(state_->socket, what);
}

const std::string& Call::event() const {
  return state_->event;
}

std::string_view Call::arguments_json() const {
  argument_texts(*state_);
  return *state_->arguments;
}

std::size_t Call::argument_count() const {
  return argument_texts(*state_).size();
}

std::string_view Call::argument_json(std::size_t index) const {
  const auto& texts = argument_texts(*state_);
  return index < texts.size() ? texts[index] : std::string_view();
}

std::string Call::text_argument(std::size_t index) const {
  return plain_text(argument_json(index));
}

const boost::json::value& Call::argument(std::size_t index) const {
  static const boost::json::value missing;
  if (!state_->tree) {
    const auto& texts = argument_texts(*state_);
    state_->tree.emplace();
    boost::json::parse_options deep;
    deep.max_depth = json_text::nesting_max;  // what the packet reader let through
    for (const std::string_view text : texts) {
      boost::system::error_code error;
      auto value = boost::json::parse(text, error, {}, deep);
      state_->tree->push_back(error ? boost::json::value() : std::move(value));
    }
  }
  return index < state_->tree->size() ? (*state_->tree)[index] : missing;
}

std::string Call::text_member(std::size_t index, std::string_view key) const {
  const std::string_view object = argument_json(index);
  if (object.empty() || object.front() != '{') return {};
  return plain_text(json_text::member(object, key).value_or(std::string_view()));
}

const Attachments& Call::attachments() const {
  return *state_->attachments;
}

void Call::ack(std::string_view arguments_json, const Attachments& attachments) {
  check_arguments(arguments_json);
  state_->server.ack(*state_, arguments_json, attachments);
}

bool Call::wants_ack() const {
  return state_->ack_id && !state_->acked;
}

Emitter Call::to(std::string_view room) {
  Emitter emitter(*state_);
  emitter.to(room);
  return emitter;
}

Emitter Call::all() {
  return Emitter(*state_);
}

void Call::busy(Duration span) {
  state_->server.host().busy(span);
}
Instant Call::now() const {
  return state_->server.host().now();
}

NameSpace& NameSpace::on_connect(ConnectHandler handler) {
  connect_.push_back(std::move(handler));
  return *this;
}

NameSpace& NameSpace::on_disconnect(DisconnectHandler handler) {
  disconnect_.push_back(std::move(handler));
  return *this;
}

NameSpace& NameSpace::on(std::string_view event, EventHandler handler) {
  check_event(event);
  events_.insert_or_assign(std::string(event), std::move(handler));
  return *this;
}

NameSpace& NameSpace::use(Middleware middleware) {
  middlewares_.push_back(std::move(middleware));
  return *this;
}

const EventHandler* NameSpace::handler(std::string_view event) const {
  const auto found = events_.find(event);
  return found == events_.end() ? nullptr : &found->second;
}

Application::Application() {
  of("/");
}

NameSpace& Application::of(std::string_view name) {
  if (!name.starts_with('/')) throw UsageError("a namespace's name begins with /, not: " + std::string(name));
  for (const auto& known : name_spaces_) {
    if (known->name() == name) return *known;
  }
  name_spaces_.push_back(std::unique_ptr<NameSpace>(new NameSpace(name)));
  return *name_spaces_.back();
}

}  // namespace roundhouse
