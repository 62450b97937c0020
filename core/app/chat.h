// The built-in application: rooms and chat, with the events that the tests against real servers use.
#pragma once

#include <memory>

#include <roundhouse/app.h>

namespace roundhouse::app {

/// Namespaces `/` and `/custom`. On connection emits `auth` with the client's auth payload; then
///   message ...                answers message-back with the same arguments
///   message-with-ack ...       acknowledges with the same arguments
///   join ROOM, leave ROOM      acknowledges with the list of rooms
///   rooms                      acknowledges with the list of rooms
///   room-send ROOM ...         emits room-msg to the room, the sender included if it is a member
///   room-send-others ROOM ...  the same without the sender
///   room-msg {room, id, ...}   emits room-msg with the same object to the room, then acknowledges
///   all-send ...               emits all-msg to all
///   ask-me                     emits question 42 with an ack, then answer-was with the answer
///   kick-namespace, kick       disconnects the namespace, or the connection
///   instance                   acknowledges with the name of the instance
/// The auth payload {"token":"bad"} is refused: `Not authorized`, {"code":401,"hint":"wrong token"}.
std::shared_ptr<const Application> make_chat();

}  // namespace roundhouse::app
