// Commands about the server: INFO and COMMAND, as much of them as clients and redis-cli ask for.
#include <algorithm>
#include <charconv>

#include "core/broker/command_table.h"
#include "core/resp/writer.h"

namespace roundhouse::broker {
namespace {

// INFO.

void line(Bytes& out, ByteView key, ByteView value) {
  out.append(key);
  out.push_back(':');
  out.append(value);
  out.append("\r\n");
}
void line(Bytes& out, ByteView key, std::uint64_t value) {
  line(out, key, ByteView(std::to_string(value)));
}

void server_section(Call& call, Bytes& out) {
  const auto uptime = static_cast<std::uint64_t>(call.server.host().now().ns / 1'000'000'000);
  line(out, "redis_version", redis_version);
  line(out, "redis_mode", "standalone");
  line(out, "arch_bits", std::uint64_t{64});
  line(out, "run_id", call.server.run_id());
  line(out, "tcp_port", std::uint64_t{call.server.options().listen.port});
  line(out, "uptime_in_seconds", uptime);
  line(out, "uptime_in_days", uptime / 86'400);
}
void clients_section(Call& call, Bytes& out) {
  line(out, "connected_clients", call.server.clients());
  line(out, "maxclients", call.server.options().clients_max);
  line(out, "blocked_clients", std::uint64_t{0});
}
void persistence_section(Call&, Bytes& out) {
  line(out, "loading", std::uint64_t{0});
}
void stats_section(Call& call, Bytes& out) {
  line(out, "total_connections_received", call.server.accepted());
  line(out, "total_commands_processed", call.server.commands());
  line(out, "pubsub_channels", call.server.channels().all().size());
  line(out, "pubsub_patterns", call.server.patterns().all().size());
}
void replication_section(Call&, Bytes& out) {
  line(out, "role", "master");
  line(out, "connected_slaves", std::uint64_t{0});
}
void cluster_section(Call&, Bytes& out) {
  line(out, "cluster_enabled", std::uint64_t{0});
}
void keyspace_section(Call&, Bytes&) {}

struct Section {
  ByteView name;
  void (*write)(Call&, Bytes&);
};
constexpr Section sections[] = {
    {"Server", server_section},           {"Clients", clients_section},
    {"Persistence", persistence_section}, {"Stats", stats_section},
    {"Replication", replication_section}, {"Cluster", cluster_section},
    {"Keyspace", keyspace_section},
};

// COMMAND.

template <class Append>
void append_words(Bytes& out, ByteView words, Append append) {
  Bytes list;
  std::size_t count = 0;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    append(list, words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
    ++count;
  }
  resp::append_array(out, count);
  out += list;
}

void append_info(Bytes& out, const Command& command) {
  resp::append_array(out, 10);
  resp::append_bulk(out, command.name);
  resp::append_integer(out, command.arity);
  append_words(out, command.flags, resp::append_simple);
  for (int i = 0; i < 3; ++i)
    resp::append_integer(out, 0);  // first key, last key, step: no command here has keys
  append_words(out, command.categories, resp::append_simple);
  append_words(out, command.tips, resp::append_bulk);
  resp::append_array(out, 0);  // key specifications
  resp::append_array(out, command.subcommands.size());
  for (const Command& subcommand : command.subcommands) append_info(out, subcommand);
}

void append_docs(Bytes& out, const Command& command) {
  resp::append_bulk(out, command.name);
  resp::append_array(out, command.subcommands.empty() ? 6 : 8);
  resp::append_bulk(out, "summary");
  resp::append_bulk(out, command.summary);
  resp::append_bulk(out, "since");
  resp::append_bulk(out, command.since);
  resp::append_bulk(out, "group");
  resp::append_bulk(out, command.group);
  if (command.subcommands.empty()) return;
  resp::append_bulk(out, "subcommands");
  resp::append_array(out, command.subcommands.size() * 2);
  for (const Command& subcommand : command.subcommands) append_docs(out, subcommand);
}

// `client` or `client|id`.
const Command* find_full(ByteView name) {
  const std::size_t bar = name.find('|');
  const Command* command = find_command(all_commands(), name.substr(0, bar));
  if (command == nullptr || bar == ByteView::npos) return command;
  return find_command(command->subcommands, name.substr(bar + 1));
}

}  // namespace

void info(Call& call) {
  const auto wanted = call.arguments.subspan(1);
  const auto wants = [&wanted](ByteView name) {
    if (wanted.empty()) return true;
    return std::any_of(wanted.begin(), wanted.end(), [name](ByteView word) {
      return same_name(word, name) || same_name(word, "all") || same_name(word, "default") ||
             same_name(word, "everything");
    });
  };
  Bytes text;
  for (const Section& section : sections) {
    if (!wants(section.name)) continue;
    if (!text.empty()) text.append("\r\n");
    text.append("# ").append(section.name).append("\r\n");
    section.write(call, text);
  }
  resp::append_bulk(call.reply, text);
}

void command_all(Call& call) {
  resp::append_array(call.reply, all_commands().size());
  for (const Command& command : all_commands()) append_info(call.reply, command);
}

void command_count(Call& call) {
  resp::append_integer(call.reply, static_cast<std::int64_t>(all_commands().size()));
}

void command_list(Call& call) {
  if (call.arguments.size() > 2) return resp::append_error(call.reply, "ERR syntax error");
  resp::append_array(call.reply, all_commands().size());
  for (const Command& command : all_commands()) resp::append_bulk(call.reply, command.name);
}

void command_info(Call& call) {
  const auto names = call.arguments.subspan(2);
  if (names.empty()) return command_all(call);
  resp::append_array(call.reply, names.size());
  for (const ByteView name : names) {
    if (const Command* command = find_full(name)) {
      append_info(call.reply, *command);
    } else {
      resp::append_null_bulk(call.reply);
    }
  }
}

void command_docs(Call& call) {
  const auto names = call.arguments.subspan(2);
  Bytes docs;
  std::size_t count = 0;
  if (names.empty()) {
    for (const Command& command : all_commands()) append_docs(docs, command);
    count = all_commands().size();
  }
  for (const ByteView name : names) {
    if (const Command* command = find_full(name)) {
      append_docs(docs, *command);
      ++count;
    }
  }
  resp::append_array(call.reply, count * 2);
  call.reply += docs;
}

void command_help(Call& call) {
  append_help(
      call,
      {"COMMAND <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", "(no subcommand)",
       "    Return details about all Redis commands.", "COUNT",
       "    Return the total number of commands in this Redis server.", "LIST",
       "    Return a list of all commands in this Redis server.", "INFO [<command-name> ...]",
       "    Return details about multiple Redis commands.",
       "    If no command names are given, documentation details for all", "    commands are returned.",
       "DOCS [<command-name> ...]", "    Return documentation details about multiple Redis commands.",
       "    If no command names are given, documentation details for all", "    commands are returned."});
}

}  // namespace roundhouse::broker
