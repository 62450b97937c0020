#include "gui/models/scene_maker.h"

#include <algorithm>

#include "gui/models/route_words.h"

namespace roundhouse::view {

namespace {

constexpr std::size_t short_sid = 4;

SceneDecision::Result result_of(const Decision& decision, Instant at) {
  using Result = SceneDecision::Result;
  if (decision.answered > at) return decision.at_home ? Result::ok : Result::pending;
  if (decision.status == 0) return Result::passed_on;
  if (decision.status >= 400) return Result::rejected;
  return decision.session ? Result::ok : Result::fresh;
}

void make_decisions(Scene& scene, Instant at, const Recording& recording, const Chronicle& chronicle) {
  const auto& all = chronicle.requests.decisions();
  auto after = std::upper_bound(all.begin(), all.end(), at,
                                [](Instant when, const Decision& d) { return when < d.at; });
  scene.decisions.clear();
  while (after != all.begin() && scene.decisions.size() < decisions_shown) {
    const Decision& decision = *--after;
    SceneDecision shown{.at = decision.at,
                        .who = {},
                        .to = decision.to,
                        .result = result_of(decision, at),
                        .reason = {},
                        .passed = {},
                        .full = {}};
    shown.who = decision.session ? std::string(recording.text_of(decision.session).substr(0, short_sid))
                                 : recording.entity(decision.client).name;
    RouteWords words = route_words(decision.place, recording, chronicle.roles);
    shown.reason = std::move(words.reason);
    shown.passed = std::move(words.passed);
    shown.full = std::move(words.full);
    scene.decisions.push_back(std::move(shown));
  }
}

void make_flights(Scene& scene, Instant at, const Chronicle& chronicle, Duration screen_second) {
  const FlightIndex& flights = chronicle.journeys.flights;
  scene.flights.clear();
  flights.in_air(at, [&scene](const SceneFlight& flight) { scene.flights.push_back(flight); });
  scene.in_flight = scene.flights.size();
  const Duration shown = Duration(screen_second.count() / 1000 * loss_shown.count() / 1'000'000);
  flights.lost_between(at - shown, at,
                       [&scene](const SceneFlight& flight) { scene.flights.push_back(flight); });
}

bool is_up(const State& state, EntityId id) {
  return state.entity(id).life == EntityLife::up || state.entity(id).life == EntityLife::paused;
}

}  // namespace

void SceneMaker::make(Scene& scene, Instant at, const State& state, std::size_t folded,
                      const Recording& recording, const Chronicle& chronicle, Duration screen_second) {
  const auto& changed = chronicle.rooms_changed;
  const auto next = std::lower_bound(changed.begin(), changed.end(), folded_);
  const bool moved = next != changed.end() && *next < folded;
  if (!made_ || folded < folded_ || moved || seating_ != chronicle.seating.version())
    make_people(scene, at, state, recording, chronicle);
  folded_ = folded;
  made_ = true;

  scene.at = at;
  scene.policy = chronicle.policy(at);
  scene.proxy = chronicle.roles.proxy();
  scene.broker = chronicle.roles.broker();
  scene.has_broker = static_cast<bool>(scene.broker);
  scene.proxy_down = scene.proxy && !is_up(state, scene.proxy);
  scene.broker_down = scene.has_broker && !is_up(state, scene.broker);
  make_instances(scene, at, state, recording, chronicle);
  make_channels(scene, at, recording, chronicle);
  make_decisions(scene, at, recording, chronicle);
  scene.failed_peers = chronicle.peers.at(at, recording, chronicle.roles);
  make_flights(scene, at, chronicle, screen_second);
}

std::size_t SceneMaker::row_of(EntityId client, const Scene& scene) const {
  return client.value < rows_.size() ? rows_[client.value] : scene.clients.size();
}

void SceneMaker::make_people(Scene& scene, Instant at, const State& state, const Recording& recording,
                             const Chronicle& chronicle) {
  const std::vector<EntityId>& order = chronicle.seating.order();
  room_members_.assign(chronicle.roles.instances().size(),
                       std::vector<std::uint32_t>(chronicle.channels.all().size()));
  scene.clients.resize(order.size());
  scene.homeless = 0;
  for (std::size_t row = 0; row < order.size(); ++row) {
    SceneClient& client = scene.clients[row];
    if (client.entity != order[row]) {
      client.entity = order[row];
      client.name = recording.entity(order[row]).name;
    }
    make_client(client, at, state, recording, chronicle);
    if (client.home == no_letter && state.client(client.entity).attempts > 0) ++scene.homeless;
    if (client.entity.value >= rows_.size()) rows_.resize(client.entity.value + 1, SIZE_MAX);
    rows_[client.entity.value] = row;
  }
  seating_ = chronicle.seating.version();
}

void SceneMaker::make_client(SceneClient& client, Instant at, const State& state, const Recording& recording,
                             const Chronicle& chronicle) {
  const State::ClientState seen = state.client(client.entity);
  client.home = no_letter;
  client.polling = seen.attempts > 0 && seen.transport == 0 && !seen.upgraded;
  client.session.clear();
  client.room.clear();
  if (seen.open) {
    const auto socket = state.socket(seen.socket);
    if (socket && socket->app_connected) {
      client.home = chronicle.roles.letter_of(socket->instance);
      client.session = recording.text_of(socket->session);
      for (const State::Membership& membership : state.rooms_of(seen.socket)) {
        if (membership.room == seen.socket || !membership.must) continue;
        if (client.room.empty()) client.room = recording.text_of(membership.room);
        count_room(client.home, membership.room, chronicle);
      }
    }
  } else if (const Handshake* const shake = chronicle.requests.handshake(client.entity, at)) {
    client.home = shake->home;
    client.session = recording.text_of(shake->session);
  }
  const std::vector<Instant>& rejections = chronicle.requests.rejections(client.entity);
  const auto after = std::upper_bound(rejections.begin(), rejections.end(), at);
  client.rejections = static_cast<std::uint32_t>(after - rejections.begin());
  client.rejected_at = after == rejections.begin() ? Instant::never() : *(after - 1);
}

void SceneMaker::count_room(Letter home, TextId room, const Chronicle& chronicle) {
  const std::size_t channel = chronicle.channels.place_of(room);
  if (home == no_letter || channel >= room_members_[static_cast<std::size_t>(home)].size()) return;
  ++room_members_[static_cast<std::size_t>(home)][channel];
}

void SceneMaker::make_instances(Scene& scene, Instant at, const State& state, const Recording& recording,
                                const Chronicle& chronicle) const {
  const std::vector<EntityId>& instances = chronicle.roles.instances();
  std::uint64_t weights = 0;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    if (is_up(state, instances[i])) weights += chronicle.requests.weight(static_cast<Letter>(i));
  }
  scene.instances.resize(instances.size());
  for (std::size_t i = 0; i < instances.size(); ++i) {
    SceneInstance& shown = scene.instances[i];
    const EntityLife life = state.entity(instances[i]).life;
    shown.entity = instances[i];
    shown.name = recording.entity(instances[i]).name;
    shown.down = life == EntityLife::down || life == EntityLife::none;
    shown.paused = life == EntityLife::paused;
    shown.since = shown.down || shown.paused ? chronicle.lives.since(instances[i], at) : Instant{};
    shown.sessions = 0;
    // Every policy that the proxy knows spreads sessions by weight, in turn or in expectation.
    const bool promised = !shown.down && weights > 0 && !scene.policy.empty();
    shown.predicted_share = promised
                                ? static_cast<double>(chronicle.requests.weight(static_cast<Letter>(i))) /
                                      static_cast<double>(weights)
                                : 0;
    shown.rooms.clear();
    if (i >= room_members_.size()) continue;
    for (std::size_t channel = 0; channel < room_members_[i].size(); ++channel) {
      if (chronicle.channels.all()[channel].first > at) continue;
      const std::uint32_t members = room_members_[i][channel];
      if (members > 0)
        shown.rooms.push_back(
            {std::string(recording.text_of(chronicle.channels.all()[channel].room)), members});
    }
  }
  for (const State::Instance& instance : state.instances()) {
    const Letter letter = chronicle.roles.letter_of(instance.id);
    if (letter != no_letter)
      scene.instances[static_cast<std::size_t>(letter)].sessions =
          static_cast<std::uint32_t>(instance.sessions_now);
  }
}

void SceneMaker::make_channels(Scene& scene, Instant at, const Recording& recording,
                               const Chronicle& chronicle) const {
  constexpr Duration second = std::chrono::seconds(1);
  const auto& all = chronicle.channels.all();
  std::size_t count = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].first > at) continue;
    if (count == scene.channels.size()) scene.channels.emplace_back();
    SceneChannel& shown = scene.channels[count++];
    shown.name = recording.text_of(all[i].room);
    shown.members = 0;
    shown.present.assign(room_members_.size(), false);
    for (std::size_t letter = 0; letter < room_members_.size(); ++letter) {
      const std::uint32_t members = i < room_members_[letter].size() ? room_members_[letter][i] : 0;
      shown.members += members;
      shown.present[letter] = members > 0;
    }
    const auto& published = all[i].published;
    auto last = std::upper_bound(published.begin(), published.end(), at);
    shown.published_at = last == published.begin() ? Instant::never() : *(last - 1);
    shown.recent.assign(publish_spans, 0);
    while (last != published.begin() && *(last - 1) > at - second) {
      const Duration ago = at - *--last;
      const auto span = static_cast<std::size_t>(ago / (second / static_cast<int>(publish_spans)));
      shown.recent[publish_spans - 1 - std::min(span, publish_spans - 1)] += 1;
    }
  }
  scene.channels.resize(count);
}

}  // namespace roundhouse::view
