#include "gui/views/scene_signature.h"

#include <algorithm>
#include <functional>

namespace roundhouse::view {
namespace {

class Signature {
 public:
  void add(std::uint64_t value) {
    value_ = (value_ ^ value) * 0x9e3779b97f4a7c15U;
    value_ ^= value_ >> 29;
  }
  void add(const std::string& text) { add(std::hash<std::string>()(text)); }
  void add(EntityId entity) { add(std::uint64_t{entity.value}); }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0x243f6a8885a308d3U;
};

}  // namespace

std::uint64_t place_signature(const Scene& scene, QSize size, SceneForm form) {
  Signature signature;
  signature.add(static_cast<std::uint64_t>(size.width()) << 32 | static_cast<std::uint64_t>(size.height()));
  signature.add(static_cast<std::uint64_t>(form));
  signature.add(scene.clients.size());
  signature.add(scene.instances.size());
  signature.add(scene.channels.size());
  signature.add(scene.has_broker ? 1U : 0U);
  signature.add(scene.proxy);
  signature.add(scene.broker);
  if (!scene.clients.empty()) {
    signature.add(scene.clients.front().entity);
    signature.add(scene.clients.back().entity);
  }
  // Which instances have rows of their own depends on how busy they are.
  if (scene.instances.size() > instance_rows_max)
    for (const auto& instance : scene.instances) signature.add(std::uint64_t{instance.sessions});
  return signature.value();
}

std::uint64_t still_signature(const Scene& scene, const SceneLayout& places, EntityId selected) {
  Signature signature;
  signature.add(selected);
  const bool cards = places.client_shape() == ClientShape::card;
  for (const auto& client : scene.clients) {
    signature.add(static_cast<std::uint64_t>(client.home + 1) << 1 | (client.polling ? 1U : 0U));
    if (!cards && client.entity != selected) continue;
    signature.add(client.session);
    signature.add(client.room);
  }
  for (const auto& instance : scene.instances) signature.add(instance.down ? 1U : 0U);
  signature.add((scene.broker_down ? 1U : 0U) | (scene.proxy_down ? 2U : 0U));
  return signature.value();
}

std::uint64_t flow_signature(const Flow& flow) {
  Signature signature;
  signature.add(static_cast<std::uint64_t>(flow.window.count()));
  for (const FlowWay& way : flow.ways) {
    signature.add(way.from);
    signature.add(way.to);
    signature.add(std::uint64_t{way.rejected});
    for (const std::uint32_t count : way.by_colour) signature.add(std::uint64_t{count});
  }
  return signature.value();
}

std::uint64_t card_signature(const Scene& scene, Duration second) {
  Signature signature;
  signature.add(scene.policy);
  for (const auto& instance : scene.instances) {
    signature.add(std::uint64_t{instance.sessions} << 2 | (instance.down ? 1U : 0U) |
                  (instance.paused ? 2U : 0U));
    signature.add(static_cast<std::uint64_t>(instance.predicted_share * 1e6));
    if (instance.down)
      signature.add(static_cast<std::uint64_t>((scene.at - instance.since).count() / 100'000'000));
    for (const auto& room : instance.rooms) {
      signature.add(room.room);
      signature.add(std::uint64_t{room.members});
    }
  }
  for (const auto& peer : scene.failed_peers) {
    signature.add(peer.name);
    signature.add(static_cast<std::uint64_t>(peer.phase) << 32 | peer.fails);
    signature.add(static_cast<std::uint64_t>(peer.until.ns));
  }
  for (const auto& decision : scene.decisions) {
    signature.add(decision.who);
    signature.add(decision.full);
    signature.add(static_cast<std::uint64_t>(decision.to + 1) << 3 |
                  static_cast<std::uint64_t>(decision.result));
  }
  const double whole = static_cast<double>(std::max<std::int64_t>(second.count(), 1));
  for (const auto& channel : scene.channels) {
    signature.add(channel.name);
    signature.add(std::uint64_t{channel.members});
    for (const bool present : channel.present) signature.add(present ? 1U : 0U);
    for (const float recent : channel.recent) signature.add(static_cast<std::uint64_t>(recent * 100));
    const bool fresh = channel.published_at <= scene.at &&
                       static_cast<double>((scene.at - channel.published_at).count()) / whole < 0.6;
    signature.add(fresh ? 1U : 0U);
  }
  return signature.value();
}

}  // namespace roundhouse::view
