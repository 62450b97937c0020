#include "tests/gui/views/made_run.h"

#include <algorithm>
#include <cmath>

namespace roundhouse::view {
namespace {

using std::chrono::milliseconds;

constexpr Duration hop = milliseconds(38);
const std::vector<std::string> rooms = {"lobby", "ops", "game-7"};
const std::vector<std::string> first_names = {"Ada", "Ben",  "Cleo", "Dev", "Esme", "Finn",
                                              "Gia", "Hugo", "Iris", "Jan", "Kaya", "Lars"};

std::uint32_t drawn(std::uint64_t a, std::uint64_t b, std::uint32_t below) {
  std::uint64_t x = a * 0x9e3779b97f4a7c15U + b * 0xbf58476d1ce4e5b9U + 0x94d049bb133111ebU;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return static_cast<std::uint32_t>((x ^ (x >> 31)) % below);
}

std::string hexadecimal(std::uint64_t value, int digits) {
  std::string text;
  for (int i = 0; i < digits; ++i) text += "0123456789abcdef"[(value >> (4 * i)) % 16];
  return text;
}

double seconds(Instant at) {
  return static_cast<double>(at.ns) / 1e9;
}

Instant at_seconds(double value) {
  return {static_cast<std::int64_t>(value * 1e9)};
}

}  // namespace

MadePlan eight_clients() {
  MadePlan plan;
  plan.named = true;
  return plan;
}

MadePlan sixty_clients_failover() {
  return {.title = "an instance dies",
          .policy = "consistent hash",
          .clients = 60,
          .instances = 4,
          .messages_per_second = 42,
          .planned = std::chrono::seconds(12),
          .kill = at_seconds(4)};
}

MadePlan thousand_clients() {
  return {.title = "a thousand clients",
          .policy = "consistent hash",
          .clients = 1000,
          .instances = 6,
          .messages_per_second = 90,
          .planned = std::chrono::seconds(12),
          .kill = at_seconds(6)};
}

MadePlan sixty_clients(const std::string& policy, std::uint32_t rejected_percent) {
  return {.title = policy,
          .policy = policy,
          .clients = 60,
          .instances = 4,
          .messages_per_second = 34,
          .planned = std::chrono::seconds(12),
          .rejected_percent = rejected_percent};
}

MadeRun::MadeRun(MadePlan plan) : plan_(std::move(plan)), head_(planned_end()) {
  seek({});
}

const Recording& MadeRun::recording() const {
  return nothing_;
}

Letter MadeRun::first_home(std::uint32_t index) const {
  // Blocks of unequal length, as hashing makes them.
  const double share = static_cast<double>(index) / plan_.clients;
  return std::min<Letter>(static_cast<Letter>(std::pow(share, 1.12) * plan_.instances),
                          static_cast<Letter>(plan_.instances) - 1);
}

Instant MadeRun::rejected_at(std::uint32_t index) const {
  if (plan_.rejected_percent > 0) {
    if (drawn(index, 71, 100) >= plan_.rejected_percent * 2) return Instant::never();
    const double period = 3.2;
    const double offset = drawn(index, 72, 3200) / 1000.0;
    const double turns = std::floor((seconds(scene_.at) - offset) / period);
    return turns < 0 ? Instant::never() : at_seconds(turns * period + offset);
  }
  if (plan_.kill == Instant::never() || first_home(index) != 1) return Instant::never();
  // Half of them ask again at about the same moment, so that flashes can be seen side by side.
  const bool together = drawn(index, 4, 2) == 0;
  return plan_.kill + milliseconds(together ? 2660 + drawn(index, 5, 110) : 1100 + drawn(index, 5, 2600));
}

Letter MadeRun::home_at(std::uint32_t index, Instant when) const {
  const Letter first = first_home(index);
  if (plan_.rejected_percent > 0) {
    const Instant last = rejected_at(index);
    if (last != Instant::never() && last <= when && when - last < milliseconds(120)) return no_letter;
    return static_cast<Letter>(drawn(index, 77, plan_.instances));
  }
  if (first != 1 || plan_.kill > when) return first;
  if (when < rejected_at(index) + milliseconds(60 + drawn(index, 6, 900))) return no_letter;
  Letter other = static_cast<Letter>(drawn(index, 7, plan_.instances - 1));
  return other >= 1 ? other + 1 : other;
}

std::uint32_t MadeRun::room_of(std::uint32_t index) const {
  return drawn(index, 9, 3);
}

void MadeRun::seek(Instant when) {
  scene_ = Scene();
  scene_.at = std::clamp(when, Instant{}, head_);
  scene_.title = plan_.title;
  scene_.policy = plan_.policy;
  scene_.has_broker = true;
  scene_.proxy = {1};
  scene_.broker = {2};
  fill_clients();
  fill_instances();
  fill_proxy();
  fill_channels();
  fill_flights();
}

void MadeRun::fill_clients() {
  for (std::uint32_t i = 0; i < plan_.clients; ++i) {
    SceneClient client;
    client.entity = this->client(i);
    std::string number = std::to_string(i + 1);
    client.name = plan_.named ? first_names[i % first_names.size()]
                              : "c" + std::string(number.size() < 3 ? 3 - number.size() : 0, '0') + number;
    client.home = home_at(i, scene_.at);
    client.polling = drawn(i, 3, 100) < (plan_.rejected_percent > 0 ? 90U : 34U);
    if (client.home != no_letter)
      client.session =
          hexadecimal(std::uint64_t{drawn(i, 11 + static_cast<std::uint64_t>(client.home), 1U << 30)}, 6);
    client.room = rooms[room_of(i)];
    const Instant rejected = rejected_at(i);
    if (rejected <= scene_.at) {
      client.rejected_at = rejected;
      client.rejections = 1;
    }
    if (client.home == no_letter) ++scene_.homeless;
    scene_.clients.push_back(client);
  }
}

void MadeRun::fill_instances() {
  for (std::uint32_t i = 0; i < plan_.instances; ++i) {
    SceneInstance instance;
    instance.entity = this->instance(i);
    instance.name = "app-" + std::to_string(i + 1);
    instance.down = i == 1 && plan_.kill <= scene_.at;
    instance.since = plan_.kill;
    const std::uint32_t alive = plan_.instances - (plan_.kill <= scene_.at ? 1 : 0);
    instance.predicted_share = instance.down ? 1e-9 : 1.0 / alive;
    std::vector<std::uint32_t> members(rooms.size());
    for (std::uint32_t c = 0; c < plan_.clients; ++c) {
      if (scene_.clients[c].home != static_cast<Letter>(i)) continue;
      ++instance.sessions;
      ++members[room_of(c)];
    }
    if (!instance.down)
      for (std::size_t room = 0; room < rooms.size(); ++room)
        instance.rooms.push_back({rooms[room] == "game-7" ? "game" : rooms[room], members[room]});
    scene_.instances.push_back(instance);
  }
}

void MadeRun::fill_proxy() {
  const auto tick = scene_.at.ns / 180'000'000;
  for (int i = 0; i < 8 && tick - i >= 0; ++i) {
    const auto index = drawn(static_cast<std::uint64_t>(tick - i), 21, plan_.clients);
    const SceneClient& client = scene_.clients[index];
    SceneDecision decision;
    decision.at = {(tick - i) * 180'000'000};
    decision.who = client.session.empty() ? hexadecimal(index * 7919U, 4) : client.session.substr(0, 4);
    decision.to = client.home == no_letter ? 0 : client.home;
    if (plan_.rejected_percent > 0)
      decision.to = static_cast<Letter>(tick - i) % static_cast<Letter>(plan_.instances);
    const bool rejected = plan_.rejected_percent > 0 ? drawn(static_cast<std::uint64_t>(tick - i), 22, 100) <
                                                           plan_.rejected_percent * 2
                                                     : client.home == no_letter;
    decision.result = rejected ? SceneDecision::Result::rejected : SceneDecision::Result::ok;
    decision.reason = "hash 3599452339";
    if (plan_.kill <= scene_.at && i % 2 == 0) decision.passed = {"B tried", "B failed, within fail_timeout"};
    decision.full = plan_.policy + ": hash 3599452339";
    scene_.decisions.push_back(decision);
  }
}

void MadeRun::fill_channels() {
  const double interval = 1 / plan_.messages_per_second;
  for (std::size_t room = 0; room < rooms.size(); ++room) {
    SceneChannel channel;
    channel.name = rooms[room];
    channel.present.assign(plan_.instances, false);
    for (std::uint32_t c = 0; c < plan_.clients; ++c) {
      if (room_of(c) != room) continue;
      const Letter home = scene_.clients[c].home;
      if (home == no_letter) continue;
      channel.present[static_cast<std::size_t>(home)] = true;
      ++channel.members;
    }
    channel.recent.assign(20, 0);
    const auto last = static_cast<std::int64_t>(seconds(scene_.at) / interval);
    for (std::int64_t n = std::max<std::int64_t>(0, last - 60); n <= last; ++n) {
      const auto sender = drawn(static_cast<std::uint64_t>(n), 31, plan_.clients);
      if (room_of(sender) != room) continue;
      const Instant published = at_seconds(static_cast<double>(n) * interval) + 3 * hop;
      if (published > scene_.at) continue;
      channel.published_at = published;
      const auto age = static_cast<double>((scene_.at - published).count()) / 1e9;
      if (age < 1) channel.recent[std::min<std::size_t>(19, static_cast<std::size_t>((1 - age) * 20))] += 1;
    }
    scene_.channels.push_back(channel);
  }
}

void MadeRun::fill_flights() {
  std::vector<SceneFlight> all;
  add_messages(Duration{}, all);
  for (std::uint32_t i = 0; i < plan_.clients; ++i) {
    add_rejection(i, all);
    // A joining client's request.
    if (scene_.clients[i].polling && drawn(i, 44, 100) < 22) {
      const double period = 1.1;
      const double offset = drawn(i, 45, 1100) / 1000.0;
      const double turn = std::floor((seconds(scene_.at) - offset) / period);
      if (turn < 0) continue;
      const Instant at = at_seconds(turn * period + offset);
      const Letter home = scene_.clients[i].home;
      add_flight(Sign::poll, client(i), scene_.proxy, at, home, 800'000U + i, client(i), all);
      if (home != no_letter)
        add_flight(Sign::poll, scene_.proxy, instance(static_cast<std::uint32_t>(home)), at + hop, home,
                   800'000U + i, client(i), all);
    }
  }
  for (const SceneFlight& flight : all)
    if (flight.departed <= scene_.at && scene_.at < flight.arrives) scene_.flights.push_back(flight);
  scene_.in_flight = scene_.flights.size();
}

/// The messages that were sent within the window, or may be under way still.
void MadeRun::add_messages(Duration window, std::vector<SceneFlight>& out) const {
  const double interval = 1 / plan_.messages_per_second;
  const auto last = static_cast<std::int64_t>(seconds(scene_.at) / interval);
  const auto count =
      static_cast<std::int64_t>(std::chrono::duration<double>(window + 10 * hop).count() / interval) + 1;
  for (std::int64_t n = std::max<std::int64_t>(0, last - count); n <= last; ++n)
    add_message(static_cast<std::uint32_t>(n), at_seconds(static_cast<double>(n) * interval), out);
}

/// The answer that carries the 400.
void MadeRun::add_rejection(std::uint32_t i, std::vector<SceneFlight>& out) const {
  const Instant rejected = rejected_at(i);
  if (rejected == Instant::never()) return;
  add_flight(Sign::rejected, scene_.proxy, client(i), rejected - hop, no_letter, 900'000U + i, client(i),
             out);
}

const Flow& MadeRun::flow(Duration window) const {
  std::vector<SceneFlight> all;
  add_messages(window, all);
  for (std::uint32_t i = 0; i < plan_.clients; ++i) add_rejection(i, all);
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.arrives < b.arrives; });
  FlightIndex flights;
  for (const SceneFlight& flight : all) flights.add(flight);
  flow_ = flow_at(flights, scene_.at, window);
  return flow_;
}

void MadeRun::add_message(std::uint32_t number, Instant at, std::vector<SceneFlight>& flights) const {
  const auto sender = drawn(number, 31, plan_.clients);
  const Letter colour = scene_.clients[sender].home;
  if (colour == no_letter) return;
  const EntityId home = instance(static_cast<std::uint32_t>(colour));
  const EntityId who = client(sender);
  const Sign sign = scene_.clients[sender].polling ? Sign::poll : Sign::frame;
  const auto later = [&](std::uint64_t salt) { return milliseconds(drawn(number, salt, 22)); };
  add_flight(sign, who, scene_.proxy, at, colour, number, who, flights);
  add_flight(sign, scene_.proxy, home, at + hop, colour, number, who, flights);
  add_flight(Sign::publish, home, scene_.broker, at + 2 * hop, colour, number, who, flights);
  for (std::uint32_t i = 0; i < plan_.instances; ++i) {
    if (scene_.instances[i].down) continue;
    const Instant copied = at + 3 * hop + later(i + 50);
    add_flight(Sign::copy, scene_.broker, instance(i), copied, colour, number, {}, flights);
    for (std::uint32_t c = 0; c < plan_.clients; ++c) {
      if (room_of(c) != room_of(sender) || scene_.clients[c].home != static_cast<Letter>(i)) continue;
      const Instant sent = copied + hop + milliseconds(drawn(number, c + 99, plan_.clients > 150 ? 160 : 30));
      add_flight(Sign::delivery, instance(i), scene_.proxy, sent, colour, number, client(c), flights);
      add_flight(Sign::delivery, scene_.proxy, client(c), sent + hop, colour, number, client(c), flights);
    }
  }
}

void MadeRun::add_flight(Sign sign, EntityId from, EntityId to, Instant departed, Letter colour,
                         std::uint64_t message, EntityId client, std::vector<SceneFlight>& flights) const {
  SceneFlight flight{.sign = sign,
                     .from = from,
                     .to = to,
                     .departed = departed,
                     .arrives = departed + hop,
                     .colour = colour,
                     .message = {message},
                     .client = client};
  flights.push_back(flight);
}

void MadeRun::crowd(std::size_t flights) {
  for (std::uint64_t i = 0; scene_.flights.size() < flights; ++i) {
    const auto index = drawn(i, 61, plan_.clients);
    const auto age = drawn(i, 62, static_cast<std::uint32_t>(hop.count() - 1));
    const Letter home = scene_.clients[index].home;
    const auto place = static_cast<std::uint32_t>(std::max(home, 0));
    const Instant departed = scene_.at - Duration(age);
    switch (i % 4) {
      case 0:
        add_flight(Sign::frame, client(index), scene_.proxy, departed, home, 1'000'000 + i, client(index),
                   scene_.flights);
        break;
      case 1:
        add_flight(Sign::delivery, scene_.proxy, client(index), departed, home, 1'000'000 + i, client(index),
                   scene_.flights);
        break;
      case 2:
        add_flight(Sign::publish, instance(place), scene_.broker, departed, home, 1'000'000 + i, {},
                   scene_.flights);
        break;
      default:
        add_flight(Sign::delivery, instance(place), scene_.proxy, departed, home, 1'000'000 + i,
                   client(index), scene_.flights);
    }
  }
  scene_.in_flight = scene_.flights.size();
}

Instant MadeRun::next_moment() const {
  return std::min(head_, scene_.at + milliseconds(10));
}

Instant MadeRun::previous_moment() const {
  return std::max(Instant{}, scene_.at - milliseconds(10));
}

std::vector<TimelineMark> MadeRun::marks() const {
  if (plan_.kill == Instant::never()) return {{at_seconds(1.5), "broadcast", TimelineMark::Tone::plain}};
  return {{plan_.kill, "kill app-2", TimelineMark::Tone::bad},
          {plan_.kill + milliseconds(5500), "restart app-2", TimelineMark::Tone::good}};
}

Histogram MadeRun::histogram(std::size_t columns) const {
  Histogram histogram;
  histogram.span =
      Duration(plan_.planned.count() / static_cast<std::int64_t>(std::max<std::size_t>(columns, 1)));
  for (std::size_t i = 0; i < columns; ++i) {
    const double at = static_cast<double>(i) / static_cast<double>(columns) * seconds(planned_end());
    const bool busy = drawn(i, 81, 100) < 52;
    histogram.deliveries.push_back(busy ? 1 + drawn(i, 82, 12) * (drawn(i, 83, 5) == 0 ? 3 : 1)
                                        : drawn(i, 84, 2));
    const bool after_kill =
        plan_.kill != Instant::never() && at > seconds(plan_.kill) + 1.1 && at < seconds(plan_.kill) + 3.6;
    histogram.errors.push_back(
        (after_kill || plan_.rejected_percent > 0) && drawn(i, 85, 100) < 40 ? 1 + drawn(i, 86, 5) : 0);
  }
  return histogram;
}

std::vector<PredictedRow> MadeRun::predicted() const {
  if (plan_.rejected_percent > 0 || plan_.kill == Instant::never()) {
    return {{"sessions per instance", "2.7", "3 3 2", true},
            {"copies per publish", "3", "3", true},
            {"deliveries per message", "3.0", "2.9", true},
            {"400 errors", "0", plan_.rejected_percent > 0 ? "51" : "0", plan_.rejected_percent == 0},
            {"latency, 4 hops", "1.36 s", "1.34 s", true}};
  }
  return {{"sessions that move", "15/60", "17/60", true},
          {"share of sessions", "25.0 %", "28.3 %", true},
          {"400 errors", "17", "15", true},
          {"copies per publish", "3", "3", true},
          {"deliveries", "708", "698", true}};
}

std::vector<LogRow> MadeRun::log(EntityId, std::size_t max) const {
  std::vector<LogRow> rows;
  for (std::size_t i = 0; i < max && i < 40; ++i) {
    const Instant at = scene_.at - milliseconds(70 + 190 * static_cast<std::int64_t>(i));
    if (at < Instant{}) break;
    switch (drawn(i, 91, 4)) {
      case 0:
        rows.push_back({at, "→", "42[\"chat\",...]", "app-1"});
        break;
      case 1:
        rows.push_back({at, "⇢", "publish #lobby", "broker"});
        break;
      default:
        rows.push_back({at, "←", "42[\"chat\",...]", "from app-" + std::to_string(1 + drawn(i, 92, 3))});
    }
  }
  return rows;
}

Narration MadeRun::narration() const {
  using Tone = Narration::Part::Tone;
  Narration narration;
  narration.at = scene_.at;
  if (plan_.kill <= scene_.at) {
    narration.parts = {
        {"app-2", Tone::instance, 1},
        {" died 2.8 s ago. Its ", Tone::plain, no_letter},
        {"17 sessions", Tone::strong, no_letter},
        {" lived only in its memory. Their next request lands on another instance, which does not know them "
         "and answers ",
         Tone::plain, no_letter},
        {"400 Session ID unknown", Tone::bad, no_letter},
        {". Each client then opens a new session and joins its room again: ", Tone::plain, no_letter},
        {"7 back, 10 still out", Tone::strong, no_letter},
        {". All other clients notice nothing.", Tone::plain, no_letter}};
  } else {
    narration.parts = {{"Ada", Tone::strong, no_letter},
                       {" writes to room ", Tone::plain, no_letter},
                       {"#lobby", Tone::strong, no_letter},
                       {". One frame goes to the proxy. The cookie names ", Tone::plain, no_letter},
                       {"app-1", Tone::instance, 0},
                       {", the home of her session. ", Tone::plain, no_letter},
                       {"app-1", Tone::instance, 0},
                       {" publishes once. The broker copies it to each instance with a member. Each instance "
                        "passes it to its own clients.",
                        Tone::plain, no_letter}};
  }
  return narration;
}

std::vector<Series> MadeRun::series(const std::string& chart, std::size_t max) const {
  const double end = seconds(scene_.at);
  const auto count = std::max<std::size_t>(2, std::min<std::size_t>(max, static_cast<std::size_t>(end * 8)));
  const auto line = [&](const std::string& name, Letter letter, auto&& value) {
    Series series{.name = name, .letter = letter, .points = {}};
    for (std::size_t i = 0; i < count; ++i) {
      const double at = end * static_cast<double>(i) / static_cast<double>(count - 1);
      series.points.push_back({at, value(at, i)});
    }
    return series;
  };
  const double rate = plan_.messages_per_second * plan_.clients / 3.0;
  const double kill = plan_.kill == Instant::never() ? 1e9 : seconds(plan_.kill);
  if (chart == "deliveries")
    return {line("", no_letter, [&](double at, std::size_t i) {
      return rate * (0.5 + 0.4 * std::sin(at * 2.3 + plan_.rejected_percent) + drawn(i, 95, 100) / 300.0);
    })};
  if (chart == "errors")
    return {line("", no_letter, [&](double at, std::size_t i) {
      return plan_.rejected_percent > 0           ? 4 + drawn(i, 96, 12)
             : at > kill + 1.1 && at < kill + 3.7 ? 4 + drawn(i, 97, 12)
                                                  : 0.0;
    })};
  if (chart == "latency") {
    const double bump = plan_.rejected_percent > 0 ? 24 : 0;
    const auto swell = [&](double at) {
      return at > kill ? 50 * std::exp(-(at - kill - 1.4) * (at - kill - 1.4)) : 0.0;
    };
    return {
        line("p50", no_letter,
             [&](double at, std::size_t i) {
               return 12 + bump * 0.6 + swell(at) * 0.35 + drawn(i, 1, 10) / 10.0;
             }),
        line("p95", no_letter,
             [&](double at, std::size_t i) { return 21 + bump + swell(at) * 0.7 + drawn(i, 2, 20) / 10.0; }),
        line("p99", no_letter,
             [&](double at, std::size_t i) { return 32 + bump * 1.3 + swell(at) + drawn(i, 3, 30) / 10.0; })};
  }
  std::vector<Series> all;
  for (std::uint32_t n = 0; n < plan_.instances; ++n) {
    std::uint32_t before = 0;
    for (std::uint32_t c = 0; c < plan_.clients; ++c)
      before += first_home(c) == static_cast<Letter>(n) ? 1 : 0;
    all.push_back(line(scene_.instances[n].name, static_cast<Letter>(n), [&](double at, std::size_t) {
      if (at < kill) return static_cast<double>(before);
      return n == 1 ? 0.0 : before + std::max(0.0, at - kill - 1.2) * 1.5;
    }));
  }
  return all;
}

bool MadeRun::send(const Step& step) {
  sent_.push_back(step);
  return true;
}

}  // namespace roundhouse::view
