// The application `chat`: see chat.h.
#include "core/app/chat.h"

#include "core/base/json_text.h"

namespace roundhouse {

namespace {

/// `["room1","hi"]` without its first element: `["hi"]`.
std::string without_first(const Call& call) {
  std::string rest = "[";
  for (std::size_t i = 1; i < call.argument_count(); ++i) {
    if (i > 1) rest += ',';
    rest += call.argument_json(i);
  }
  return rest + ']';
}

/// `[["sid","room1"]]`: the one argument of an acknowledgement.
std::string room_list(const Call& call) {
  std::string list = "[[";
  for (const std::string& room : call.rooms()) {
    if (list.size() > 2) list += ',';
    json_text::append_quoted(list, room);
  }
  return list + "]]";
}

}  // namespace

void add_chat(NameSpace& space) {
  space.use([](const Handshake& handshake) -> std::optional<Refusal> {
    const std::string_view auth = handshake.auth_json;
    if (!auth.starts_with('{') || json_text::member(auth, "token") != "\"bad\"") return std::nullopt;
    return Refusal{"Not authorized", R"({"code":401,"hint":"wrong token"})"};
  });
  space.on_connect([](Socket& socket) { socket.emit("auth", "[" + std::string(socket.auth_json()) + "]"); });
  space.on("message",
           [](Call& call) { call.socket().emit("message-back", call.arguments_json(), call.attachments()); });
  space.on("message-with-ack", [](Call& call) { call.ack(call.arguments_json(), call.attachments()); });
  space.on("join", [](Call& call) {
    call.join(call.text_argument(0));
    call.ack(room_list(call));
  });
  space.on("leave", [](Call& call) {
    call.leave(call.text_argument(0));
    call.ack(room_list(call));
  });
  space.on("rooms", [](Call& call) { call.ack(room_list(call)); });
  space.on("room-send", [](Call& call) {
    call.to(call.text_argument(0)).emit("room-msg", without_first(call), call.attachments());
  });
  space.on("room-send-others", [](Call& call) {
    call.to_others(call.text_argument(0)).emit("room-msg", without_first(call), call.attachments());
  });
  space.on("room-msg", [](Call& call) {
    call.to(call.text_member(0, "room")).emit("room-msg", call.arguments_json(), call.attachments());
    call.ack();
  });
  space.on("all-send",
           [](Call& call) { call.all().emit("all-msg", call.arguments_json(), call.attachments()); });
  space.on("ask-me", [](Call& call) {
    call.socket().emit_with_ack("question", "[42]",
                                [](Socket& socket, std::string_view answer, const Attachments& attachments) {
                                  socket.emit("answer-was", answer, attachments);
                                });
  });
  space.on("kick-namespace", [](Call& call) { call.socket().disconnect(Disconnect::name_space); });
  space.on("kick", [](Call& call) { call.socket().disconnect(Disconnect::connection); });
  space.on("instance", [](Call& call) { call.ack("[" + json_text::quote(call.socket().instance()) + "]"); });
}

}  // namespace roundhouse

namespace roundhouse::app {

std::shared_ptr<const Application> make_chat() {
  auto chat = std::make_shared<Application>();
  add_chat(chat->of("/"));
  add_chat(chat->of("/custom"));
  return chat;
}

}  // namespace roundhouse::app
