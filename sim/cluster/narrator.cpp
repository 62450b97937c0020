#include "sim/cluster/narrator.h"

#include <roundhouse/state.h>
#include <algorithm>
#include <utility>

#include "sim/world/link.h"

namespace roundhouse {
namespace {

// What is weightier takes the place of what waits to be said.
constexpr int weight_of_life = 9;
constexpr int weight_of_link = 8;
constexpr int weight_of_rejection = 7;
constexpr int weight_of_return = 6;
constexpr int weight_of_choice = 3;
constexpr int weight_of_custom = 1;

/// `error` of a request's record, plus one: Session ID unknown.
constexpr std::uint64_t session_unknown = 2;

std::string counted(std::uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

State::Instance instance_of(const State& state, EntityId id) {
  for (const State::Instance& instance : state.instances()) {
    if (instance.id == id) return instance;
  }
  return {};
}

}  // namespace

void Narrator::on_record(const Record& record) {
  switch (record.kind) {
    case RecordKind::down:
      return on_down(record);
    case RecordKind::up:
      return on_up(record);
    case RecordKind::link:
      return on_link(record);
    case RecordKind::request:
      if (record.code == 400 && record.value == session_unknown) on_request(record);
      return;
    case RecordKind::route:
      policy_ = record.text;
      return;
    case RecordKind::peer:
      if (static_cast<PeerPhase>(record.how) == PeerPhase::out) on_peer_out(record);
      return;
    case RecordKind::client:
      if (static_cast<ClientPhase>(record.how) == ClientPhase::open) on_client_open(record);
      return;
    case RecordKind::join:
      if (static_cast<MemberPhase>(record.how) == MemberPhase::done &&
          trace_.entity(record.by).kind == EntityKind::client)
        home_of(record.by).in_room = true;
      return;
    case RecordKind::publish:
      if (told_.contains("publish")) return;
      return consider(
          {.weight = weight_of_custom,
           .topic = "published",
           .words = name(record.by) +
                    " publishes the message to the broker: members of the room may live at other instances",
           .about = record.by,
           .with = {},
           .once = "publish"});
    case RecordKind::lost:
      if (static_cast<Cause>(record.code) != Cause::no_broker || told_.contains("no broker")) return;
      return consider(
          {.weight = weight_of_rejection,
           .topic = "no_broker",
           .words = name(record.by) +
                    " has no broker to tell: members of the room at other instances never hear of it",
           .about = record.by,
           .with = {},
           .once = "no broker"});
    default:
      return;
  }
}

void Narrator::on_down(const Record& record) {
  const EntityId who = record.other;
  Sentence sentence{.weight = weight_of_life, .topic = {}, .words = {}, .about = who, .with = {}, .once = {}};
  const auto how = static_cast<How>(record.how);
  switch (trace_.entity(who).kind) {
    case EntityKind::app: {
      sentence.number = instance_of(trace_.state(), who).sessions_ended_with_it;
      const std::string sessions = counted(sentence.number, "session");
      if (how == How::pause) {
        sentence.topic = "instance_paused";
        sentence.words = name(who) + " is paused: connects to it succeed, and nobody answers";
      } else if (how == How::stop) {
        sentence.topic = "instance_stopped";
        sentence.words = name(who) + " has stopped in good order: its clients were told";
      } else if (how == How::lost) {
        sentence.topic = "instance_lost";
        sentence.words = name(who) + " has fallen silent, as when its host is gone: nobody is told, and " +
                         sessions + " of it wait for a timeout";
      } else {
        sentence.topic = "instance_killed";
        sentence.words =
            name(who) + " is killed" +
            (sentence.number == 0 ? std::string("; no session lived in it")
                                  : "; its " + sessions + " lived only in its memory, and so did the rooms");
      }
      break;
    }
    case EntityKind::broker:
      sentence.topic = how == How::pause ? "broker_paused" : "broker_gone";
      sentence.words =
          how == How::pause
              ? "The broker is paused: what instances publish waits there"
              : "The broker is gone: instances do not hear each other, and what they publish is lost";
      break;
    case EntityKind::proxy:
      sentence.topic = how == How::pause ? "proxy_paused" : "proxy_gone";
      sentence.words = how == How::pause ? "The proxy is paused: everything that goes through it waits"
                                         : "The proxy is gone, and with it every connection through it";
      break;
    default:
      return;
  }
  told_.erase("return");
  consider(std::move(sentence));
}

void Narrator::on_up(const Record& record) {
  const EntityId who = record.other;
  const bool goes_on = static_cast<How>(record.how) == How::go_on;
  if (!goes_on && record.value <= 1) return;  // the start of the run
  Sentence sentence{.weight = weight_of_life, .topic = {}, .words = {}, .about = who, .with = {}, .once = {}};
  switch (trace_.entity(who).kind) {
    case EntityKind::app:
      sentence.topic = goes_on ? "instance_goes_on" : "instance_back";
      sentence.words =
          name(who) + (goes_on ? " goes on: what waited is read now"
                               : " is back with an empty memory: it knows no session and no room");
      break;
    case EntityKind::broker:
      sentence.topic = goes_on ? "broker_goes_on" : "broker_back";
      sentence.words = goes_on
                           ? "The broker goes on: what waited is handed on now"
                           : "The broker is back: instances subscribe again, and what was lost stays lost";
      break;
    case EntityKind::proxy:
      sentence.topic = goes_on ? "proxy_goes_on" : "proxy_back";
      sentence.words =
          goes_on ? "The proxy goes on: what waited passes now" : "The proxy is back: clients can connect";
      break;
    default:
      return;
  }
  consider(std::move(sentence));
}

void Narrator::on_link(const Record& record) {
  if (record.at == Instant{} || !record.by || !record.other) return;  // how the run is laid out is no news
  const auto state = static_cast<LinkState>(record.how);
  if (state != LinkState::cut && state != LinkState::healed) return;
  const bool cut = state == LinkState::cut;
  const std::string topic = cut ? "link_cut" : "link_healed";
  const std::string what =
      cut ? " is cut: what is sent there waits, and nobody is told" : " is healed: what waited there goes on";
  const bool other_way =
      next_ && next_->topic == topic && next_->about == record.other && next_->with == record.by;
  if (other_way) {
    next_->words = "The link between " + name(record.other) + " and " + name(record.by) + what;
    return;
  }
  consider({.weight = weight_of_link,
            .topic = topic,
            .words = "The link from " + name(record.by) + " to " + name(record.other) + what,
            .about = record.by,
            .with = record.other,
            .once = {}});
}

void Narrator::on_request(const Record& record) {
  const std::optional<State::Session> session = trace_.state().session(record.subject);
  if (!session) return;  // nobody ever opened it
  const std::string begin = name(record.by) + " answers 400, Session ID unknown: ";
  const std::string home = name(session->instance);
  if (session->instance != record.by && session->open) {
    if (told_.contains("elsewhere")) return;
    const std::string policy(policy_ ? trace_.text_of(policy_) : "the proxy");
    return consider({.weight = weight_of_rejection,
                     .topic = "session_elsewhere",
                     .words = begin + "the session lives in the memory of " + home + ", and " + policy +
                              " brought the request here",
                     .about = record.by,
                     .with = session->instance,
                     .once = "elsewhere"});
  }
  if (told_.contains("ended")) return;
  consider({.weight = weight_of_rejection,
            .topic = "session_ended",
            .words = begin + "the session ended at " + home + ", and its client does not know it yet",
            .about = record.by,
            .with = session->instance,
            .once = "ended"});
}

Narrator::Home& Narrator::home_of(EntityId client) {
  if (client.value >= homes_.size())
    homes_.resize(std::max<std::size_t>(client.value + 1, homes_.size() * 2));
  return homes_[client.value];
}

void Narrator::on_client_open(const Record& record) {
  const std::optional<State::Socket> socket = trace_.state().socket(record.subject);
  Home& home = home_of(record.by);
  const Home before = std::exchange(home, {socket ? socket->instance : EntityId{}, false});
  if (!home.instance || !before.instance || !before.in_room || told_.contains("return")) return;
  const std::string where = home.instance == before.instance
                                ? "at " + name(home.instance) + " with a new session"
                                : "at " + name(home.instance) + " instead of " + name(before.instance);
  consider({.weight = weight_of_return,
            .topic = "came_back",
            .words = name(record.by) + " is back, " + where + "; it is in no room until it joins again",
            .about = record.by,
            .with = home.instance,
            .once = "return"});
}

void Narrator::on_peer_out(const Record& record) {
  const std::string peer(trace_.text_of(record.subject));
  consider(
      {.weight = weight_of_choice,
       .topic = "peer_out",
       .words = "The proxy passes over " + peer + " for a while, after " + counted(record.value, "failure"),
       .about = record.by,
       .with = {},
       .number = record.value,
       .once = "out " + peer});
}

// The first sentence in a while is said at once; what comes too soon after it waits, and the weightiest of that is said.
void Narrator::consider(Sentence sentence) {
  if (!sentence.once.empty() && told_.contains(sentence.once)) return;
  const bool waits = next_.has_value();
  if (waits && next_->weight >= sentence.weight) return;
  next_ = std::move(sentence);
  if (waits) return;
  const Instant now = world_.now();
  world_.at(has_spoken_ ? std::max(now, last_said_ + say_every) : now, [this] { speak(); });
}

void Narrator::speak() {
  const Sentence sentence = *std::exchange(next_, std::nullopt);
  last_said_ = world_.now();
  has_spoken_ = true;
  if (!sentence.once.empty()) told_.insert(sentence.once);
  Record record;
  record.at = last_said_;
  record.by = by_;
  record.kind = RecordKind::say;
  record.subject = trace_.text(sentence.topic);
  record.text = trace_.text(sentence.words);
  record.other = sentence.about;
  record.extra = sentence.with.value;
  record.value = sentence.number;
  trace_.write(record);
}

}  // namespace roundhouse
