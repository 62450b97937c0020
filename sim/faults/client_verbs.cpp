// join, leave, send, disconnect: what a client's user does. The client's party is not known here: the context's callback acts.
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
          client_verb("send", "The client sends one message to a room.",
                      {{"room", Type::text, true, "The room's name."},
                       {"bytes", Type::whole, false, "Bytes of payload; otherwise as in [workload]."}}),
          client_verb("disconnect", "The client says goodbye and stays away.", {})};
}

}  // namespace roundhouse
