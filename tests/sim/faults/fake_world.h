// A world that only notes what is done to it. Nodes have lives, links have settings; nothing moves.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <roundhouse/world.h>

namespace roundhouse {

class FakeWorld final : public World {
 public:
  Trace& trace() override { return trace_; }
  Instant now() const override { return {5'000'000}; }

  NodeId add_node(NodeSpec spec) override {
    trace_.add_entity(spec.kind, spec.name, {}, spec.ip, now());
    names_.push_back(spec.name);
    lives_.push_back(NodeLife::up);
    return NodeId{static_cast<std::uint32_t>(names_.size())};
  }
  NodeId node_named(std::string_view name) const override {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) return NodeId{static_cast<std::uint32_t>(i + 1)};
    }
    return {};
  }
  EntityId entity_of(NodeId node) const override { return trace_.entity_named(names_.at(node.value - 1)); }
  NodeLife life(NodeId node) const override { return lives_.at(node.value - 1); }
  Party* party(NodeId) override { return nullptr; }
  void add_name(std::string_view, NodeId) override {}
  void add_external(const Address&) override {}
  void bind_node(NodeId, std::string_view, std::uint16_t) override {}
  std::optional<Address> endpoint(NodeId, std::uint16_t) const override { return std::nullopt; }

  bool start(NodeId node) override { return become(node, "start", NodeLife::up); }
  bool stop(NodeId node) override { return become(node, "stop", NodeLife::down); }
  bool kill(NodeId node) override { return become(node, "kill", NodeLife::down); }
  bool lose(NodeId node) override { return become(node, "lose", NodeLife::lost); }
  bool pause(NodeId node) override { return become(node, "pause", NodeLife::paused); }
  bool go_on(NodeId node) override { return become(node, "go_on", NodeLife::up); }

  void set_link(NodeId from, NodeId to, const LinkSettings& settings) override {
    done.push_back("set_link " + names_.at(from.value - 1) + ">" + names_.at(to.value - 1));
    links_[{from, to}] = settings;
  }
  LinkSettings link(NodeId from, NodeId to) const override {
    const auto found = links_.find({from, to});
    return found == links_.end() ? standard : found->second;
  }
  void set_default_link(const LinkSettings& settings) override { standard = settings; }
  std::size_t reset_connections(NodeId a, NodeId b) override {
    done.push_back("reset " + names_.at(a.value - 1) + ">" + names_.at(b.value - 1));
    return 0;
  }

  void at(Instant, std::function<void()>) override {}
  void run_until(Instant) override {}
  void stop_running() override {}
  void post(std::function<void()>) override {}
  void report_held() override {}
  std::size_t open_connections() const override { return 0; }

  std::vector<std::string> done;
  LinkSettings standard{.latency = std::chrono::milliseconds(1)};

 private:
  bool become(NodeId node, const std::string& what, NodeLife life) {
    done.push_back(what + " " + names_.at(node.value - 1));
    lives_.at(node.value - 1) = life;
    return true;
  }

  Trace trace_;
  std::vector<std::string> names_;
  std::vector<NodeLife> lives_;
  std::map<std::pair<NodeId, NodeId>, LinkSettings> links_;
};

}  // namespace roundhouse
