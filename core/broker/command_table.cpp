#include "core/broker/command_table.h"

#include "core/resp/writer.h"

namespace roundhouse::broker {
namespace {

// Flags, categories and tips as COMMAND INFO of Redis 7.0.15 lists them.
constexpr ByteView connection_flags = "noscript loading stale";
constexpr ByteView connection_categories = "@slow @connection";
constexpr ByteView pubsub_flags = "pubsub loading stale";
constexpr ByteView subscribe_flags = "pubsub noscript loading stale";
constexpr ByteView pubsub_categories = "@pubsub @slow";
constexpr ByteView any_state_flags = "noscript loading stale fast no_auth allow_busy";
constexpr ByteView unordered = "nondeterministic_output_order";

constexpr Command client_commands[] = {
    {"client|getname",
     2,
     connection_flags,
     connection_categories,
     "",
     client_get_name,
     {},
     "2.6.9",
     "connection",
     "Get the current connection name"},
    {"client|help",
     2,
     "loading stale",
     connection_categories,
     "",
     client_help,
     {},
     "5.0.0",
     "connection",
     "Show helpful text about the different subcommands"},
    {"client|id",
     2,
     connection_flags,
     connection_categories,
     "",
     client_id,
     {},
     "5.0.0",
     "connection",
     "Returns the client ID for the current connection"},
    {"client|setname",
     3,
     connection_flags,
     connection_categories,
     "",
     client_set_name,
     {},
     "2.6.9",
     "connection",
     "Set the current connection name"},
};
constexpr Command command_commands[] = {
    {"command|count",
     2,
     "loading stale",
     connection_categories,
     "",
     command_count,
     {},
     "2.8.13",
     "server",
     "Get total number of Redis commands"},
    {"command|docs",
     -2,
     "loading stale",
     connection_categories,
     unordered,
     command_docs,
     {},
     "7.0.0",
     "server",
     "Get array of specific Redis command documentation"},
    {"command|help",
     2,
     "loading stale",
     connection_categories,
     "",
     command_help,
     {},
     "5.0.0",
     "server",
     "Show helpful text about the different subcommands"},
    {"command|info",
     -2,
     "loading stale",
     connection_categories,
     unordered,
     command_info,
     {},
     "2.8.13",
     "server",
     "Get array of specific Redis command details, or all when no argument is given."},
    {"command|list",
     -2,
     "loading stale",
     connection_categories,
     unordered,
     command_list,
     {},
     "7.0.0",
     "server",
     "Get an array of Redis command names"},
};
constexpr Command pubsub_commands[] = {
    {"pubsub|channels",
     -2,
     pubsub_flags,
     pubsub_categories,
     "",
     pubsub_channels,
     {},
     "2.8.0",
     "pubsub",
     "List active channels"},
    {"pubsub|help",
     2,
     "loading stale",
     "@slow",
     "",
     pubsub_help,
     {},
     "6.2.0",
     "pubsub",
     "Show helpful text about the different subcommands"},
    {"pubsub|numpat",
     2,
     pubsub_flags,
     pubsub_categories,
     "",
     pubsub_numpat,
     {},
     "2.8.0",
     "pubsub",
     "Get the count of unique patterns pattern subscriptions"},
    {"pubsub|numsub",
     -2,
     pubsub_flags,
     pubsub_categories,
     "",
     pubsub_numsub,
     {},
     "2.8.0",
     "pubsub",
     "Get the count of subscribers for channels"},
    {"pubsub|shardchannels",
     -2,
     pubsub_flags,
     pubsub_categories,
     "",
     pubsub_shardchannels,
     {},
     "7.0.0",
     "pubsub",
     "List active shard channels"},
    {"pubsub|shardnumsub",
     -2,
     pubsub_flags,
     pubsub_categories,
     "",
     pubsub_shardnumsub,
     {},
     "7.0.0",
     "pubsub",
     "Get the count of subscribers for shard channels"},
};
constexpr Command commands[] = {
    {"client", -2, "", "@slow", "", nullptr, client_commands, "2.4.0", "connection",
     "A container for client connection commands"},
    {"command", -1, "loading stale", connection_categories, unordered, command_all, command_commands,
     "2.8.13", "server", "Get array of Redis command details"},
    {"echo",
     2,
     "loading stale fast",
     "@fast @connection",
     "",
     echo,
     {},
     "1.0.0",
     "connection",
     "Echo the given string"},
    {"hello",
     -1,
     any_state_flags,
     "@fast @connection",
     "",
     hello,
     {},
     "6.0.0",
     "connection",
     "Handshake with Redis"},
    {"info",
     -1,
     "loading stale",
     "@slow @dangerous",
     "nondeterministic_output request_policy:all_shards response_policy:special",
     info,
     {},
     "1.0.0",
     "server",
     "Get information and statistics about the server"},
    {"ping",
     -1,
     "fast",
     "@fast @connection",
     "request_policy:all_shards response_policy:all_succeeded",
     ping,
     {},
     "1.0.0",
     "connection",
     "Ping the server",
     true},
    {"psubscribe",
     -2,
     subscribe_flags,
     pubsub_categories,
     "",
     psubscribe,
     {},
     "2.0.0",
     "pubsub",
     "Listen for messages published to channels matching the given patterns",
     true},
    {"publish",
     3,
     "pubsub loading stale fast",
     "@pubsub @fast",
     "",
     publish,
     {},
     "2.0.0",
     "pubsub",
     "Post a message to a channel"},
    {"pubsub", -2, "", "@slow", "", nullptr, pubsub_commands, "2.8.0", "pubsub",
     "A container for Pub/Sub commands"},
    {"punsubscribe",
     -1,
     subscribe_flags,
     pubsub_categories,
     "",
     punsubscribe,
     {},
     "2.0.0",
     "pubsub",
     "Stop listening for messages posted to channels matching the given patterns",
     true},
    {"quit",
     -1,
     any_state_flags,
     "@fast @connection",
     "",
     quit,
     {},
     "1.0.0",
     "connection",
     "Close the connection",
     true},
    {"reset",
     1,
     any_state_flags,
     "@fast @connection",
     "",
     reset,
     {},
     "6.2.0",
     "connection",
     "Reset the connection",
     true},
    {"select",
     2,
     "loading stale fast",
     "@fast @connection",
     "",
     select,
     {},
     "1.0.0",
     "connection",
     "Change the selected database for the current connection"},
    {"subscribe",
     -2,
     subscribe_flags,
     pubsub_categories,
     "",
     subscribe,
     {},
     "2.0.0",
     "pubsub",
     "Listen for messages published to the given channels",
     true},
    {"unsubscribe",
     -1,
     subscribe_flags,
     pubsub_categories,
     "",
     unsubscribe,
     {},
     "2.0.0",
     "pubsub",
     "Stop listening for messages posted to the given channels",
     true},
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

ByteView last_part(ByteView name) {
  const std::size_t bar = name.find('|');
  return bar == ByteView::npos ? name : name.substr(bar + 1);
}

void unknown_command(Call& call) {
  Bytes text =
      "ERR unknown command '" + Bytes(printable(call.arguments[0])) + "', with args beginning with: ";
  // Redis stops once 128 bytes of arguments are said, quotes and spaces counted.
  Bytes arguments;
  for (std::size_t i = 1; i < call.arguments.size() && arguments.size() < 128; ++i) {
    arguments += "'" + Bytes(printable(call.arguments[i], 128 - arguments.size())) + "' ";
  }
  resp::append_error(call.reply, text + arguments);
}

}  // namespace

std::span<const Command> all_commands() {
  return commands;
}

bool same_name(ByteView one, ByteView other) {
  if (one.size() != other.size()) return false;
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (lower(one[i]) != lower(other[i])) return false;
  }
  return true;
}

const Command* find_command(std::span<const Command> among, ByteView name) {
  for (const Command& command : among) {
    if (same_name(last_part(command.name), name)) return &command;
  }
  return nullptr;
}

void run_command(Call& call) {
  const Command* command = find_command(commands, call.arguments[0]);
  if (command == nullptr) return unknown_command(call);
  if (call.arguments.size() > 1 && !command->subcommands.empty()) {
    const Command* subcommand = find_command(command->subcommands, call.arguments[1]);
    if (subcommand == nullptr) return unknown_subcommand(call, "unknown subcommand");
    command = subcommand;
  }
  const auto count = static_cast<int>(call.arguments.size());
  // QUIT is obeyed before anything about it is checked.
  if (command->handler != quit) {
    if (command->arity > 0 ? count != command->arity : count < -command->arity)
      return wrong_arity(call, command->name);
    if (call.client.subscriptions() > 0 && !command->while_subscribed) {
      return resp::append_error(
          call.reply, "ERR Can't execute '" + Bytes(command->name) +
                          "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in "
                          "this context");
    }
  }
  command->handler(call);
}

void wrong_arity(Call& call, ByteView name) {
  resp::append_error(call.reply, "ERR wrong number of arguments for '" + Bytes(name) + "' command");
}

void unknown_subcommand(Call& call, ByteView why) {
  Bytes container(call.arguments[0]);
  for (char& c : container) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  resp::append_error(call.reply, "ERR " + Bytes(why) + " '" + Bytes(printable(call.arguments[1])) +
                                     "'. Try " + container + " HELP.");
}

ByteView printable(ByteView text, std::size_t size) {
  return text.substr(0, size).substr(0, text.substr(0, size).find('\0'));
}

void append_help(Call& call, std::initializer_list<ByteView> lines) {
  resp::append_array(call.reply, lines.size() + 2);
  for (const ByteView line : lines) resp::append_simple(call.reply, line);
  resp::append_simple(call.reply, "HELP");
  resp::append_simple(call.reply, "    Prints this help.");
}

}  // namespace roundhouse::broker
