// Commands about the connection itself: PING, ECHO, SELECT, HELLO, QUIT, RESET, CLIENT.
#include "core/broker/command_table.h"
#include "core/resp/writer.h"

namespace roundhouse::broker {
namespace {

constexpr std::int64_t databases = 16;  // redis.conf's default

void append_ok(Bytes& out) {
  resp::append_simple(out, "OK");
}

// Empty takes the name away. False: answered with an error.
bool set_name(Call& call, ByteView name) {
  for (const char c : name) {
    if (c < '!' || c > '~') {
      resp::append_error(call.reply,
                         "ERR Client names cannot contain spaces, newlines or special characters.");
      return false;
    }
  }
  call.client.name = Bytes(name);
  return true;
}

}  // namespace

void ping(Call& call) {
  if (call.arguments.size() > 2) return wrong_arity(call, "ping");
  const ByteView text = call.arguments.size() == 2 ? call.arguments[1] : ByteView();
  if (call.client.subscriptions() > 0) {
    resp::append_command(call.reply, {"pong", text});
  } else if (call.arguments.size() == 2) {
    resp::append_bulk(call.reply, text);
  } else {
    resp::append_simple(call.reply, "PONG");
  }
}

void echo(Call& call) {
  resp::append_bulk(call.reply, call.arguments[1]);
}

void select(Call& call) {
  std::int64_t database = 0;
  if (!resp::read_integer(call.arguments[1], database)) {
    return resp::append_error(call.reply, "ERR value is not an integer or out of range");
  }
  if (database < 0 || database >= databases)
    return resp::append_error(call.reply, "ERR DB index is out of range");
  // Channels are the same in every database, and there are no keys.
  call.client.database = static_cast<int>(database);
  append_ok(call.reply);
}

void hello(Call& call) {
  const auto& arguments = call.arguments;
  if (arguments.size() > 1) {
    std::int64_t version = 0;
    if (!resp::read_integer(arguments[1], version)) {
      return resp::append_error(call.reply, "ERR Protocol version is not an integer or out of range");
    }
    // Redis takes 3 as well; this broker speaks RESP2 only, and clients go on with it when they are told so.
    if (version != 2) return resp::append_error(call.reply, "NOPROTO unsupported protocol version");
  }
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    const std::size_t more = arguments.size() - 1 - i;
    if (same_name(arguments[i], "AUTH") && more >= 2) {
      // No password is set: the default user may say anything.
      if (arguments[i + 1] != "default") {
        return resp::append_error(call.reply,
                                  "WRONGPASS invalid username-password pair or user is disabled.");
      }
      i += 2;
    } else if (same_name(arguments[i], "SETNAME") && more >= 1) {
      if (!set_name(call, arguments[i + 1])) return;
      ++i;
    } else {
      return resp::append_error(call.reply,
                                "ERR Syntax error in HELLO option '" + Bytes(printable(arguments[i])) + "'");
    }
  }
  resp::append_array(call.reply, 14);
  resp::append_bulk(call.reply, "server");
  resp::append_bulk(call.reply, "redis");
  resp::append_bulk(call.reply, "version");
  resp::append_bulk(call.reply, redis_version);
  resp::append_bulk(call.reply, "proto");
  resp::append_integer(call.reply, 2);
  resp::append_bulk(call.reply, "id");
  resp::append_integer(call.reply, static_cast<std::int64_t>(call.client.id));
  resp::append_bulk(call.reply, "mode");
  resp::append_bulk(call.reply, "standalone");
  resp::append_bulk(call.reply, "role");
  resp::append_bulk(call.reply, "master");
  resp::append_bulk(call.reply, "modules");
  resp::append_array(call.reply, 0);
}

void quit(Call& call) {
  append_ok(call.reply);
  call.client.last_reply = true;
}

void reset(Call& call) {
  call.server.unsubscribe_all(call.client);
  call.client.name.clear();
  call.client.database = 0;
  resp::append_simple(call.reply, "RESET");
}

void client_id(Call& call) {
  resp::append_integer(call.reply, static_cast<std::int64_t>(call.client.id));
}

void client_get_name(Call& call) {
  if (call.client.name.empty()) return resp::append_null_bulk(call.reply);
  resp::append_bulk(call.reply, call.client.name);
}

void client_set_name(Call& call) {
  if (set_name(call, call.arguments[2])) append_ok(call.reply);
}

void client_help(Call& call) {
  append_help(call, {"CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", "GETNAME",
                     "    Return the name of the current connection.", "ID",
                     "    Return the ID of the current connection.", "SETNAME <name>",
                     "    Assign the name <name> to the current connection."});
}

}  // namespace roundhouse::broker
