#include "gui/models/route_words.h"

namespace roundhouse::view {

namespace {

/// `choice` of a route.
enum class Choice : std::uint8_t { first, home, next_try };

struct Words {
  std::string brief;
  std::string full;
};

std::string with_weight(const std::string& words, const Record& route) {
  return route.more > 1 ? words + ", weight " + std::to_string(route.more) : words;
}

// `home`: the client's own server. A policy that gives up (a lone server, an empty key, 20 misses) takes turns, and writes no value.
Words words_of(std::string_view policy, const Record& route) {
  const std::string value = std::to_string(route.extra);
  const bool home = static_cast<Choice>(route.how) == Choice::home;
  const bool turns = route.extra == 0 && !home;
  const std::string weight = std::to_string(route.more);
  if (policy.starts_with("sticky")) {
    if (home && route.extra == 0) return {"cookie names it", "the cookie names this server"};
    const std::string shown = route.extra == 0 ? "" : ", value " + value;
    return {with_weight("no cookie" + shown, route),
            "no cookie of a usable server, the upstream's method chose" + shown + ", weight " + weight};
  }
  if (policy == "least_conn") {
    const std::string conns = value + (route.extra == 1 ? " conn" : " conns");
    return {with_weight(conns, route), conns + " before this one, the fewest for its weight " + weight};
  }
  if (policy.starts_with("random")) {
    const bool two = policy.starts_with("random two");
    return {
        with_weight("draw " + value, route),
        "draw " + value + (two ? ", the second of two; fewer conns for its weight " : ", weight ") + weight};
  }
  if (policy == "round_robin" || turns) return {"weight " + weight, "its turn, weight " + weight};
  if (policy == "hash consistent")
    return {with_weight("point " + value, route), "point " + value + " of the ring, weight " + weight};
  return {with_weight("hash " + value, route),
          "hash " + value + (policy == "ip_hash" ? " of the client's address" : " of the key") + ", weight " +
              weight};
}

}  // namespace

RouteWords route_words(std::size_t place, const Recording& recording, const Roles& roles) {
  const std::vector<Record>& records = recording.records();
  const Record& route = records[place];
  const std::string policy(recording.text_of(route.text));
  const bool next = static_cast<Choice>(route.how) == Choice::next_try;
  const Words words = words_of(policy, route);
  RouteWords told;
  told.reason = next ? "next try, " + words.brief : words.brief;
  told.full = policy + (next ? ", next try: " : ": ") + words.full;
  for (std::size_t i = place + 1; i < records.size() && records[i].kind == RecordKind::text; ++i) {
    const std::string peer(recording.text_of(records[i].subject));
    const std::string why(recording.text_of(records[i].text));
    const Letter letter = roles.letter_of_peer(records[i].subject, recording);
    told.passed.push_back((letter == no_letter ? peer : letter_name(letter)) + ' ' + why);
    told.full.append(i == place + 1 ? "; passed over " : ", ").append(peer).append(": ").append(why);
  }
  return told;
}

}  // namespace roundhouse::view
