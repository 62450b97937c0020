#include "gui/models/route_words.h"

namespace roundhouse::view {

namespace {

struct Words {
  std::string brief;
  std::string full;
};

std::string counted(std::uint64_t number, const char* noun) {
  return std::to_string(number) + ' ' + noun + (number == 1 ? "" : "s");
}

Words words_of(const Record& route) {
  const std::string value = std::to_string(route.extra);
  const std::string weight = "weight " + std::to_string(route.more);
  const std::string weighed = route.more > 1 ? ", " + weight : "";
  switch (static_cast<RouteReason>(route.code)) {
    case RouteReason::turn:
      return {weight, "its turn, " + weight};
    case RouteReason::only_server:
      return {"the only server", "the only server"};
    case RouteReason::backups:
      return {"backup, " + weight, "no primary is usable: the backups take turns, " + weight};
    case RouteReason::misses:
      return {"20 misses, " + weight, "20 misses, so its turn, " + weight};
    case RouteReason::empty_key:
      return {"empty key, " + weight, "the key is empty, so its turn, " + weight};
    case RouteReason::address_hash:
      return {"hash " + value + weighed, "hash " + value + " of the client's address, " + weight};
    case RouteReason::key_hash:
      return {"hash " + value + weighed, "hash " + value + " of the key, " + weight};
    case RouteReason::ring:
      return {"point " + value + weighed, "point " + value + " of the ring, " + weight};
    case RouteReason::draw:
      return {"draw " + value + weighed, "draw " + value + ", " + weight};
    case RouteReason::two_draws:
      return {"draw " + value + weighed,
              "two drawn, the second by " + value + "; fewer connections for its " + weight};
    case RouteReason::fewest_conns: {
      const std::string conns = counted(route.extra, "conn");
      return {conns + weighed, conns + " before this one, the fewest for its " + weight};
    }
    case RouteReason::equal_conns: {
      const std::string conns = counted(route.extra, "conn");
      return {conns + ", in turn" + weighed,
              conns + " before this one, as few as another; its turn, " + weight};
    }
    case RouteReason::cookie:
      return {"cookie names it", "the cookie names this server"};
    case RouteReason::nobody:
      return {"nobody usable", "no server is usable"};
    case RouteReason::none:
      break;
  }
  return {weight, weight};
}

}  // namespace

RouteWords route_words(std::size_t place, const Recording& recording, const Roles& roles) {
  const std::vector<Record>& records = recording.records();
  const Record& route = records[place];
  const std::string policy(recording.text_of(route.text));
  const bool next = static_cast<RouteChoice>(route.how) == RouteChoice::next_try;
  Words words = words_of(route);
  // Under a sticky cookie it is the upstream's method that chose, for want of a usable server that the cookie names.
  const bool by_method =
      policy.starts_with("sticky") && route.code != static_cast<std::uint16_t>(RouteReason::cookie);
  if (by_method && static_cast<RouteReason>(route.code) != RouteReason::nobody) {
    words.brief.insert(0, "no cookie, ");
    words.full.insert(0, "no cookie of a usable server; ");
  }
  RouteWords told;
  told.reason = next ? "next try, " + words.brief : words.brief;
  told.full = policy + (next ? ", next try: " : ": ") + words.full;
  for (std::size_t i = place + 1; i < records.size() && records[i].kind == RecordKind::text; ++i) {
    const std::string peer(recording.text_of(records[i].subject));
    const std::string words_of_note(recording.text_of(records[i].text));
    switch (static_cast<RouteNote>(records[i].how)) {
      case RouteNote::client_address:
        told.full.append("; the client is ").append(words_of_note);
        break;
      case RouteNote::rival:
        told.full.append("; next ").append(peer).append(": ").append(words_of_note);
        break;
      case RouteNote::passed_over:
      case RouteNote::none: {
        const Letter letter = roles.letter_of_peer(records[i].subject, recording);
        told.full.append(told.passed.empty() ? "; passed over " : ", ")
            .append(peer)
            .append(": ")
            .append(words_of_note);
        told.passed.push_back((letter == no_letter ? peer : letter_name(letter)) + ' ' + words_of_note);
        break;
      }
    }
  }
  return told;
}

}  // namespace roundhouse::view
