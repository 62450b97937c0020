// Publish and subscribe: SUBSCRIBE, UNSUBSCRIBE, PSUBSCRIBE, PUNSUBSCRIBE, PUBLISH, PUBSUB.
#include "core/broker/command_table.h"
#include "core/broker/glob.h"
#include "core/resp/writer.h"

namespace roundhouse::broker {
namespace {

// What a client is told about each name: the kind, the name, and how many subscriptions it has now.
void append_notice(Call& call, ByteView kind, ByteView name) {
  resp::append_array(call.reply, 3);
  resp::append_bulk(call.reply, kind);
  resp::append_bulk(call.reply, name);
  resp::append_integer(call.reply, static_cast<std::int64_t>(call.client.subscriptions()));
}

void append_nothing_notice(Call& call, ByteView kind) {
  resp::append_array(call.reply, 3);
  resp::append_bulk(call.reply, kind);
  resp::append_null_bulk(call.reply);
  resp::append_integer(call.reply, static_cast<std::int64_t>(call.client.subscriptions()));
}

// Redis walks a hash table here and promises no order; ours is that of the names.
template <class Remove>
void leave(Call& call, ByteView kind, const Names& all, Remove remove) {
  if (call.arguments.size() > 1) {
    for (const ByteView name : call.arguments.subspan(1)) {
      remove(name);
      append_notice(call, kind, name);
    }
    return;
  }
  if (all.empty()) return append_nothing_notice(call, kind);
  while (!all.empty()) {
    const Bytes name = *all.begin();
    remove(name);
    append_notice(call, kind, name);
  }
}

}  // namespace

void subscribe(Call& call) {
  for (const ByteView channel : call.arguments.subspan(1)) {
    call.server.subscribe(call.client, channel);
    append_notice(call, "subscribe", channel);
  }
}

void psubscribe(Call& call) {
  for (const ByteView pattern : call.arguments.subspan(1)) {
    call.server.psubscribe(call.client, pattern);
    append_notice(call, "psubscribe", pattern);
  }
}

void unsubscribe(Call& call) {
  leave(call, "unsubscribe", call.client.channels,
        [&call](ByteView channel) { call.server.unsubscribe(call.client, channel); });
}

void punsubscribe(Call& call) {
  leave(call, "punsubscribe", call.client.patterns,
        [&call](ByteView pattern) { call.server.punsubscribe(call.client, pattern); });
}

void publish(Call& call) {
  const std::size_t receivers = call.server.publish(call.arguments[1], call.arguments[2], call.message);
  call.message = {};
  resp::append_integer(call.reply, static_cast<std::int64_t>(receivers));
}

void pubsub_channels(Call& call) {
  if (call.arguments.size() > 3)
    return unknown_subcommand(call, "unknown subcommand or wrong number of arguments for");
  const bool all = call.arguments.size() == 2;
  std::size_t count = 0;
  Bytes names;
  for (const auto& [channel, subscribers] : call.server.channels().all()) {
    if (!all && !glob_matches(call.arguments[2], channel)) continue;
    resp::append_bulk(names, channel);
    ++count;
  }
  resp::append_array(call.reply, count);
  call.reply += names;
}

void pubsub_numsub(Call& call) {
  const auto channels = call.arguments.subspan(2);
  resp::append_array(call.reply, channels.size() * 2);
  for (const ByteView channel : channels) {
    const auto* subscribers = call.server.channels().find(channel);
    resp::append_bulk(call.reply, channel);
    resp::append_integer(call.reply,
                         subscribers == nullptr ? 0 : static_cast<std::int64_t>(subscribers->size()));
  }
}

void pubsub_numpat(Call& call) {
  resp::append_integer(call.reply, static_cast<std::int64_t>(call.server.patterns().all().size()));
}

// Nobody can subscribe to a shard channel here, so these answers are true.
void pubsub_shardchannels(Call& call) {
  if (call.arguments.size() > 3)
    return unknown_subcommand(call, "unknown subcommand or wrong number of arguments for");
  resp::append_array(call.reply, 0);
}

void pubsub_shardnumsub(Call& call) {
  const auto channels = call.arguments.subspan(2);
  resp::append_array(call.reply, channels.size() * 2);
  for (const ByteView channel : channels) {
    resp::append_bulk(call.reply, channel);
    resp::append_integer(call.reply, 0);
  }
}

void pubsub_help(Call& call) {
  append_help(call,
              {"PUBSUB <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", "CHANNELS [<pattern>]",
               "    Return the currently active channels matching a <pattern> (default: '*').", "NUMPAT",
               "    Return number of subscriptions to patterns.", "NUMSUB [<channel> ...]",
               "    Return the number of subscribers for the specified channels, excluding",
               "    pattern subscriptions(default: no channels).", "SHARDCHANNELS [<pattern>]",
               "    Return the currently active shard level channels matching a <pattern> (default: '*').",
               "SHARDNUMSUB [<shardchannel> ...]",
               "    Return the number of subscribers for the specified shard level channel(s)"});
}

}  // namespace roundhouse::broker
