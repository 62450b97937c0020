// The commands by name: what COMMAND INFO says about them, and who handles them.
#pragma once

#include <span>

#include "core/broker/server.h"

namespace roundhouse::broker {

/// One command being executed. Its handler appends to `reply`.
struct Call {
  Server& server;
  Client& client;
  std::span<const ByteView> arguments;  ///< the name first
  MessageId message;                    ///< from the command's mark; a handler that sends it on clears it
  Bytes& reply;
};

using Handler = void (*)(Call&);

/// Whose answers these are.
inline constexpr ByteView redis_version = "7.0.15";

/// Lists are words separated by a space, as COMMAND INFO gives them in 7.0.15.
struct Command {
  ByteView name;  ///< `client|id` for a subcommand
  int arity;      ///< with the name; negative: at least
  ByteView flags;
  ByteView categories;
  ByteView tips;
  Handler handler;  ///< null for a container
  std::span<const Command> subcommands;
  ByteView since;
  ByteView group;
  ByteView summary;
  bool while_subscribed = false;  ///< allowed to a RESP2 client with subscriptions
};

std::span<const Command> all_commands();
/// Names do not mind upper and lower case. Null where there is none.
const Command* find_command(std::span<const Command> commands, ByteView name);
bool same_name(ByteView one, ByteView other);

/// Looks the command up, checks arity and context, and calls its handler or answers why not.
void run_command(Call& call);

void wrong_arity(Call& call, ByteView name);
void unknown_subcommand(Call& call, ByteView why);
/// A text of a peer as it may stand in an error: cut at `size` bytes and at a NUL, as C's %.Ns does.
ByteView printable(ByteView text, std::size_t size = 128);
void append_help(Call& call, std::initializer_list<ByteView> lines);

// connection_commands.cpp
void ping(Call& call);
void echo(Call& call);
void select(Call& call);
void hello(Call& call);
void quit(Call& call);
void reset(Call& call);
void client_id(Call& call);
void client_get_name(Call& call);
void client_set_name(Call& call);
void client_help(Call& call);

// pubsub_commands.cpp
void subscribe(Call& call);
void unsubscribe(Call& call);
void psubscribe(Call& call);
void punsubscribe(Call& call);
void publish(Call& call);
void pubsub_channels(Call& call);
void pubsub_numsub(Call& call);
void pubsub_numpat(Call& call);
void pubsub_shardchannels(Call& call);
void pubsub_shardnumsub(Call& call);
void pubsub_help(Call& call);

// server_commands.cpp
void info(Call& call);
void command_all(Call& call);
void command_count(Call& call);
void command_list(Call& call);
void command_info(Call& call);
void command_docs(Call& call);
void command_help(Call& call);

}  // namespace roundhouse::broker
