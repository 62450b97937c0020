// join, leave, send, emit, disconnect, connect: what a client's user does. The client's party is not known here: the context's callback acts.
#include "sim/faults/verb.h"

namespace roundhouse {
namespace {

void act(Work& work, NodeId client) {
  work.context.client_verb(client, work.step);
}

Verb client_verb(std::string_view name, std::string_view meaning, std::vector<VerbArgument> arguments) {
  return {.name = name,
          .meaning = meaning,
          .target = TargetKind::client,
          .arguments = std::move(arguments),
          .lives = {NodeLife::up},
          .on_node = act};
}

}  // namespace

std::vector<Verb> client_verbs() {
  using Type = VerbArgument::Type;
  return {client_verb("join", "The client asks to join a room.",
                      {{"room", Type::text, true, "The room's name."}}),
          client_verb("leave", "The client asks to leave a room.",
                      {{"room", Type::text, true, "The room's name."}}),
          client_verb(
              "send", "The client sends one message to a room.",
              {{"room", Type::text, true, "The room's name."},
               {"payload", Type::text, false, "The text to send."},
               {"bytes", Type::whole, false, "In its place, so many letters; otherwise as in [workload]."}}),
          client_verb("emit", "The client emits an event of one's own application.",
                      {{"event", Type::event, true, "The event's name."},
                       {"arguments", Type::json_array, false, "A JSON array; otherwise `[]`."}}),
          client_verb("disconnect", "The client says goodbye and stays away.", {}),
          client_verb("connect", "The client that said goodbye connects again.", {})};
}

}  // namespace roundhouse
