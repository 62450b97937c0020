// See ledger.h. The rules are those of "The books" in the trace's documentation; each has a history in tests/sim/trace/state_test.cpp.
#include "sim/trace/ledger.h"

namespace roundhouse {

namespace {

Cause cause_of(const Record& record) {
  return record.code < causes ? static_cast<Cause>(record.code) : Cause::none;
}
std::size_t index_of(Cause cause) {
  return static_cast<std::size_t>(cause);
}

// Which pairs of a message a copy, wherever it waits or perishes, stands for.
bool covers(const Record& record, const Message& message, const SocketEntry& socket) {
  switch (static_cast<What>(record.how)) {
    case What::publish:
      return socket.instance != message.instance;
    case What::copy:
      return record.other && socket.instance == record.other;
    default:
      return record.subject && socket.sid == record.subject;
  }
}

// Records of a file may stand at any time, so the difference may not fit: it wraps, as everywhere on these machines.
Duration span_between(Instant from, Instant to) {
  return Duration{
      static_cast<std::int64_t>(static_cast<std::uint64_t>(to.ns) - static_cast<std::uint64_t>(from.ns))};
}

bool on_the_way_in(What what) {
  return what == What::post || what == What::frame;
}

}  // namespace

void Ledger::send(const Record& record) {
  if (!record.message) return;
  Message& message = messages_.add(record.message);
  if (message.sent) return;
  message.sent = true;
  message.sent_at = record.at;
  message.client = record.by;
  message.room = record.text;
  ++counts.sends;
  if (!message.accepted) {
    ++counts.sends_pending;
    return;
  }
  // The acceptance was written first; it was no stranger's message.
  --counts.accepts_foreign;
  ++counts.accepts;
}

void Ledger::accept(const Record& record, SocketTable& sockets) {
  if (!record.message) return;
  Message& message = messages_.add(record.message);
  if (!message.accepted) {
    ++(message.sent ? counts.accepts : counts.accepts_foreign);
    if (message.waits_for_accept()) --counts.sends_pending;
    if (message.held) --counts.sends_held;
    if (message.lost) {
      --counts.lost_before_accept;
      --lost_sends[index_of(message.cause)];
    }
    message.accepted = true;
    message.lost = false;
    message.held = false;
    message.accepted_at = record.at;
    message.instance = record.by;
    message.room = record.text;
  }
  const bool first = message.pairs.empty();
  sockets.for_rooms(record.text, sockets.find(record.subject), [&](const std::vector<MustEntry>& must) {
    const bool append = first && message.pairs.empty();
    if (append) message.pairs.reserve(must.size());
    for (const MustEntry& entry : must) {
      const std::size_t known = message.pairs.size();
      Pair& pair = append ? message.pairs.emplace_back(Pair{entry.socket}) : message.pair(entry.socket);
      if (message.pairs.size() != known) open(message, pair, sockets);
    }
  });
  if (message.pending == 0) complete(message);
}

Owed Ledger::deliver(const Record& record, SocketTable& sockets) {
  const std::uint32_t socket = sockets.find(record.subject);
  Message* message = record.message ? messages_.find(record.message) : nullptr;
  if (message == nullptr || socket == SocketTable::none) {
    ++counts.deliveries_unowed;
    return Owed::unowed;
  }
  Pair* pair = message->find(socket);
  if (pair == nullptr) {
    message->pair(socket).fate = PairFate::unowed;
    ++counts.deliveries_unowed;
    return Owed::unowed;
  }
  switch (pair->fate) {
    case PairFate::delivered:
    case PairFate::unowed:
      ++counts.duplicates;
      return Owed::duplicate;
    case PairFate::dropped:
      pair->fate = PairFate::unowed;
      ++counts.deliveries_unowed;
      return Owed::unowed;
    case PairFate::left:
      ++counts.deliveries_owed;
      --counts.not_owed_after_all;
      break;
    case PairFate::lost:
      take_back_loss(*pair);
      [[fallthrough]];
    case PairFate::pending:
      break;
  }
  ++counts.deliveries;
  accept_to_deliver.add(span_between(message->accepted_at, record.at));
  if (message->sent) send_to_deliver.add(span_between(message->sent_at, record.at));
  close(*message, *pair, PairFate::delivered, sockets);
  if (message->pending == 0) complete(*message);
  return Owed::owed;
}

void Ledger::lost(const Record& record, SocketTable& sockets) {
  const Cause cause = cause_of(record);
  const What what = static_cast<What>(record.how);
  if (cause == Cause::none) ++counts.lost_without_cause;
  if (what == What::reply) {
    ++counts.lost_replies;
    return;
  }
  if (what == What::join) {
    ++counts.lost_joins;
    return;
  }
  if (!record.message && what == What::copy && record.other) {
    // An instance was deaf for a while: no copy of what is pending on it is anywhere, unless a delivery says otherwise.
    end_pending_of(record.other, SocketTable::none, cause, sockets);
    return;
  }
  Message* message = record.message ? messages_.find(record.message) : nullptr;
  if (message == nullptr) {
    ++counts.lost_unowed;
    return;
  }
  if (on_the_way_in(what)) {
    lose_on_the_way_in(*message, cause);
    return;
  }
  bool any = false;
  const auto lose_it = [&](Pair& pair) {
    if (pair.fate == PairFate::pending) {
      lose(*message, pair, cause, sockets);
      any = true;
    } else if (pair.fate == PairFate::lost) {
      any = true;
    }
  };
  if (what == What::publish || what == What::copy) {
    for (Pair& pair : message->pairs) {
      if (covers(record, *message, sockets[pair.socket])) lose_it(pair);
    }
  } else if (const std::uint32_t socket = sockets.find(record.subject); socket != SocketTable::none) {
    if (Pair* pair = message->find(socket)) lose_it(*pair);
  }
  if (!any) ++counts.lost_unowed;
  if (message->accepted && message->pending == 0) complete(*message);
}

void Ledger::held(const Record& record, SocketTable& sockets) {
  Message* message = record.message ? messages_.find(record.message) : nullptr;
  if (message == nullptr) return;
  if (on_the_way_in(static_cast<What>(record.how))) {
    if (message->waits_for_accept() && !message->held) {
      message->held = true;
      ++counts.sends_held;
    }
    return;
  }
  for (Pair& pair : message->pairs) {
    if (covers(record, *message, sockets[pair.socket])) hold(pair);
  }
}

void Ledger::drop(const Record& record, SocketTable& sockets) {
  // A suppressed duplicate was delivered before, and whether a socket was a member is not for the app alone to say.
  const auto reason = static_cast<DropReason>(record.how);
  if (reason == DropReason::duplicate || reason == DropReason::not_a_member) return;
  const std::uint32_t socket = sockets.find(record.subject);
  Message* message = record.message ? messages_.find(record.message) : nullptr;
  if (message == nullptr || socket == SocketTable::none) return;
  Pair* pair = message->find(socket);
  if (pair == nullptr || (pair->fate != PairFate::pending && pair->fate != PairFate::lost)) return;
  if (pair->fate == PairFate::lost) take_back_loss(*pair);
  --counts.deliveries_owed;
  ++counts.not_owed_after_all;
  close(*message, *pair, PairFate::dropped, sockets);
  if (message->pending == 0) complete(*message);
}

std::size_t Ledger::bytes() const {
  return messages_.bytes() + accept_to_deliver.bytes() + send_to_deliver.bytes() + sizeof(Ledger);
}

void Ledger::socket_ended(std::uint32_t socket, Cause cause, SocketTable& sockets) {
  if (sockets[socket].pending != 0) end_pending_of({}, socket, cause, sockets);
}

void Ledger::left(std::uint32_t socket, TextId room, SocketTable& sockets) {
  for (Message& message : messages_.all()) {
    if (sockets[socket].pending == 0) return;
    if (message.pending == 0 || message.room != room) continue;
    Pair* pair = message.find(socket);
    if (pair == nullptr || pair->fate != PairFate::pending) continue;
    --counts.deliveries_owed;
    ++counts.not_owed_after_all;
    close(message, *pair, PairFate::left, sockets);
    if (message.pending == 0) complete(message);
  }
}

void Ledger::instance_ended(EntityId instance, SocketTable& sockets) {
  end_pending_of(instance, SocketTable::none, Cause::dead, sockets);
}

// Of one socket, or of all sockets of an instance.
void Ledger::end_pending_of(EntityId instance, std::uint32_t socket, Cause cause, SocketTable& sockets) {
  // complete() may free places of the table, but moves none.
  for (Message& message : messages_.all()) {
    if (message.pending == 0) continue;
    if (socket != SocketTable::none) {
      Pair* pair = message.find(socket);
      if (pair != nullptr && pair->fate == PairFate::pending) lose(message, *pair, cause, sockets);
    } else {
      for (Pair& pair : message.pairs) {
        const bool his = sockets[pair.socket].instance == instance;
        if (his && pair.fate == PairFate::pending) lose(message, pair, cause, sockets);
      }
    }
    if (message.pending == 0) complete(message);
    if (socket != SocketTable::none && sockets[socket].pending == 0) return;
  }
}

void Ledger::open(Message& message, Pair& pair, SocketTable& sockets) {
  pair.fate = PairFate::pending;
  ++message.pending;
  ++sockets[pair.socket].pending;
  ++counts.deliveries_owed;
  ++counts.pairs_pending;
}

void Ledger::lose(Message& message, Pair& pair, Cause cause, SocketTable& sockets) {
  pair.cause = cause;
  ++counts.lost;
  ++lost_pairs[index_of(cause)];
  close(message, pair, PairFate::lost, sockets);
}

void Ledger::take_back_loss(Pair& pair) {
  --counts.lost;
  --lost_pairs[index_of(pair.cause)];
}

void Ledger::close(Message& message, Pair& pair, PairFate fate, SocketTable& sockets) {
  if (pair.fate == PairFate::pending) {
    --message.pending;
    --sockets[pair.socket].pending;
    --counts.pairs_pending;
    if (pair.held) --counts.pairs_held;
    pair.held = false;
  }
  pair.fate = fate;
}

void Ledger::hold(Pair& pair) {
  if (pair.fate != PairFate::pending || pair.held) return;
  pair.held = true;
  ++counts.pairs_held;
}

void Ledger::lose_on_the_way_in(Message& message, Cause cause) {
  if (!message.waits_for_accept()) {
    ++counts.lost_unowed;
    return;
  }
  --counts.sends_pending;
  if (message.held) --counts.sends_held;
  message.held = false;
  message.lost = true;
  message.cause = cause;
  ++counts.lost_before_accept;
  ++lost_sends[index_of(cause)];
  complete(message);
}

void Ledger::complete(Message& message) {
  messages_.remember(message);
}

}  // namespace roundhouse
