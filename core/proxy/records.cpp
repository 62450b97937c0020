// What the proxy writes into the trace, and why it decided so. See proxy.h.
#include "core/proxy/proxy_inside.h"

namespace roundhouse::proxy {

namespace {

enum class RouteHow : std::uint8_t { first, home, next_try };

std::string_view why_text(PassedOver why) {
  switch (why) {
    case PassedOver::tried:
      return "tried";
    case PassedOver::down:
      return "down";
    case PassedOver::failed:
      return "failed, within fail_timeout";
    case PassedOver::full:
      return "max_conns reached";
    case PassedOver::no:
      break;
  }
  return {};
}

}  // namespace

void Proxy::record_route(ConnectionId client, const Exchange& exchange) {
  Upstreams& upstream = upstreams_[exchange.upstream_index];
  const Peer& peer = upstream.books.peer(exchange.choice.peer);
  Record record;
  record.kind = RecordKind::route;
  record.how = static_cast<std::uint8_t>(exchange.attempts > 1  ? RouteHow::next_try
                                         : exchange.choice.home ? RouteHow::home
                                                                : RouteHow::first);
  record.connection = client.serial;
  record.value = exchange.number;
  record.text = upstream.policy;
  record.subject = upstream.peer_names[peer.number];
  record.extra = exchange.choice.value;
  record.more = static_cast<std::uint64_t>(peer.weight);
  host_.record(record);
  for (const auto& [number, why] : exchange.selection.passed) {
    Record passed;
    passed.kind = RecordKind::text;
    passed.connection = client.serial;
    passed.subject = upstream.peer_names[number];
    passed.text = host_.text(why_text(why));
    host_.record(passed);
  }
}

void Proxy::record_answer(ConnectionId client, const Exchange* exchange, int status,
                          std::string_view reason) {
  Record record;
  record.kind = RecordKind::answer;
  record.connection = client.serial;
  record.code = static_cast<std::uint16_t>(status);
  if (!reason.empty()) record.text = host_.text(reason);
  if (exchange != nullptr) {
    record.value = exchange->number;
    if (exchange->upstream) {
      Upstreams& upstream = upstreams_[exchange->upstream_index];
      record.subject = upstream.peer_names[upstream.books.peer(exchange->choice.peer).number];
    }
  }
  host_.record(record);
}

void Proxy::record_peer(std::uint32_t upstream_index, PeerRef ref, PeerPhase phase) {
  Upstreams& upstream = upstreams_[upstream_index];
  const Peer& peer = upstream.books.peer(ref);
  Record record;
  record.kind = RecordKind::peer;
  record.how = static_cast<std::uint8_t>(phase);
  record.subject = upstream.peer_names[peer.number];
  record.value = static_cast<std::uint64_t>(peer.fails);
  record.extra = static_cast<std::uint64_t>(peer.config->max_fails);
  if (phase == PeerPhase::out) {
    // Whole seconds of the wall clock: it is usable when the clock shows the second after the timeout.
    const std::int64_t until_s =
        peer.checked + peer.config->fail_timeout_s + 1 - host_.epoch_seconds_at_start();
    record.more = static_cast<std::uint64_t>(until_s) * 1'000'000'000u;
  }
  host_.record(record);
}

void Proxy::record_marks(RecordKind kind, ConnectionId connection, const std::vector<Mark>& marks,
                         Cause cause) {
  for (const Mark& mark : marks) {
    Record record;
    record.kind = kind;
    record.message = mark.message;
    record.connection = connection.serial;
    record.subject = mark.to;
    record.how = static_cast<std::uint8_t>(mark.what);
    record.code = static_cast<std::uint16_t>(cause);
    host_.record(record);
  }
}

void Proxy::lose(ConnectionId connection, const MarkedBytes& bytes, Cause cause) {
  if (bytes.marks.empty()) return;
  std::vector<Mark> marks;
  for (const PlacedMark& placed : bytes.marks) marks.push_back(placed.mark);
  record_marks(RecordKind::lost, connection, marks, cause);
}

void Proxy::on_run_end() {
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    if (slot.role != Role::client) continue;
    const Client& client = *slot.client;
    std::vector<Mark> waiting = client.reader.waiting();
    if (client.exchange) {
      const Exchange& exchange = *client.exchange;
      if (!exchange.ever_sent) {
        for (const PlacedMark& placed : exchange.request.body.marks) waiting.push_back(placed.mark);
      }
      for (const PlacedMark& placed : exchange.input.waiting()) waiting.push_back(placed.mark);
      for (const PlacedMark& placed : exchange.output.marks) waiting.push_back(placed.mark);
    }
    record_marks(RecordKind::held, {i, slot.serial}, waiting, Cause::none);
  }
}

}  // namespace roundhouse::proxy
