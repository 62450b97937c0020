// What the proxy writes into the trace, and why it decided so. See proxy.h.
#include "core/proxy/proxy_inside.h"

namespace roundhouse::proxy {

namespace {

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

// `current weight 3 against 5`: the rival's, then the chosen one's.
std::string rival_text(const Choice& choice, const Peer& rival) {
  const std::string against =
      std::to_string(choice.rival->its) + " against " + std::to_string(choice.rival->chosens);
  switch (choice.reason) {
    case RouteReason::two_draws:
    case RouteReason::fewest_conns:
    case RouteReason::equal_conns:
      return "connections " + against + ", weight " + std::to_string(rival.weight);
    default:
      return "current weight " + against;
  }
}

}  // namespace

void Proxy::record_route(ConnectionId client, const Exchange& exchange, const std::optional<Choice>& choice) {
  const Upstreams& upstream = upstreams_[exchange.upstream_index];
  const bool again = exchange.attempts > (choice ? 1 : 0);
  Record record;
  record.kind = RecordKind::route;
  record.how = static_cast<std::uint8_t>(again                    ? RouteChoice::next_try
                                         : choice && choice->home ? RouteChoice::home
                                                                  : RouteChoice::first);
  record.code = static_cast<std::uint16_t>(choice ? choice->reason : RouteReason::nobody);
  record.connection = client.serial;
  record.value = exchange.number;
  record.text = upstream.policy;
  if (choice) {
    const Peer& peer = upstream.books.list(choice->peer.backup).peers[choice->peer.index];
    record.subject = upstream.peer_names[peer.number];
    record.extra = choice->value;
    record.more = static_cast<std::uint64_t>(peer.weight);
  }
  host_.record(record);
  if (exchange.real_client && !again)
    record_note(client, RouteNote::client_address, {}, client_address_text(exchange.real_client->address));
  if (choice && choice->rival) {
    const Peer& rival = upstream.books.list(choice->peer.backup).peers[choice->rival->index];
    record_note(client, RouteNote::rival, upstream.peer_names[rival.number],
                host_.text(rival_text(*choice, rival)));
  }
  for (const auto& [number, why] : exchange.selection.passed)
    record_note(client, RouteNote::passed_over, upstream.peer_names[number], host_.text(why_text(why)));
}

void Proxy::record_note(ConnectionId client, RouteNote note, TextId peer, TextId text) {
  Record record;
  record.kind = RecordKind::text;
  record.how = static_cast<std::uint8_t>(note);
  record.connection = client.serial;
  record.subject = peer;
  record.text = text;
  host_.record(record);
}

// A client can name as many addresses as it likes, and the table of texts lives as long as the run.
TextId Proxy::client_address_text(const Address& address) {
  if (noted_addresses_.contains(address)) return host_.text(address.text());
  if (noted_addresses_.size() == client_addresses_noted_max) return host_.text("(one more address)");
  noted_addresses_.insert(address);
  return host_.text(address.text());
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
