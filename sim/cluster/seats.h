// The clients of a cluster: where each sits, what it does by itself, and what its user has it do. A seat outlives the processes that
// sit on it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/scenario.h>
#include <roundhouse/world.h>
#include "core/client/client.h"
#include "sim/cluster/calling_order.h"
#include "sim/cluster/chatter.h"
#include "sim/cluster/client_access.h"
#include "sim/cluster/inbox.h"
#include "sim/cluster/topology.h"

namespace roundhouse {

/// Adds a node to the world, with whatever stands between it and its party.
using NodeAdder = std::function<NodeId(NodeSpec)>;

class Seats final : public ClientAccess {
 public:
  /// All outlive the seats.
  Seats(const Scenario& scenario, World& world, CallingOrder& order)
      : scenario_(scenario), world_(world), order_(order) {}

  /// \param server  what the proxy listens on
  void add(std::vector<ClientPlace> places, const Address& server, const NodeAdder& add_node);
  /// Lays out the starts. `by` is the entity that writes the steps of clients in hand.
  void start(EntityId by);

  std::size_t count() const { return seats_.size(); }
  std::vector<NodeId> nodes() const;
  std::vector<NodeId> nodes_of_group(std::string_view prefix) const;
  /// There were counted attempts to make, and all have been made.
  bool attempts_are_over() const { return attempting_ && attempters_left_ == 0; }

  /// Errors: those of Cluster::client.
  ClusterClient client(std::string_view name);
  /// Carries out a verb of clients for one that is up.
  void run_step(NodeId node, const Step& step);

  std::string_view client_name(std::size_t seat) const override { return client_name(*seats_[seat]); }
  EntityId client_entity(std::size_t seat) const override { return world_.entity_of(seats_[seat]->node); }
  const Trace& client_trace() const override { return world_.trace(); }
  const Client* running_client(std::size_t seat) const override;
  bool client_up(std::size_t seat) const override;
  const Inbox* client_inbox(std::size_t seat) const override { return seats_[seat]->inbox.get(); }
  MessageId act(std::size_t seat, const Step& step, ClientAckHandler on_ack) override;

 private:
  struct Seat {
    std::uint32_t group = 0;   ///< index into Scenario::clients
    std::uint32_t number = 0;  ///< in its group, from 1
    std::string room;          ///< empty: none
    Duration start{};
    NodeId node;
    std::unique_ptr<Client::Handler> handler;
    Client* running = nullptr;          ///< of the last incarnation; ask World::party whether it lives
    std::unique_ptr<Inbox> inbox = {};  ///< of a client in hand
  };

  void add_seat(ClientPlace place, const NodeAdder& add_node);
  void start_client(Seat& seat);
  void begin(Seat& seat);
  Client::Options options_of(const ClientGroup& group, const Address& server) const;
  std::unique_ptr<Party> make_client(Host& host, Seat& seat);
  std::unique_ptr<Client::Handler> make_handler(const Seat& seat, const std::string& name);
  SendPlan send_plan(const Seat& seat) const;
  std::string name_of(const Seat& seat) const { return std::string(client_name(seat)); }
  std::string_view client_name(const Seat& seat) const;
  Chatter& chatter_in_hand(Seat& seat) const;
  void check_can_act(std::size_t seat, const Step& step) const;
  MessageId run_verb(Client& client, const Step& step, ClientAckHandler on_ack);

  const Scenario& scenario_;
  World& world_;
  CallingOrder& order_;
  std::vector<std::unique_ptr<Seat>> seats_;  // stable: handlers and steps point to them
  std::vector<std::shared_ptr<const Client::Options>> group_options_;
  Senders senders_{world_.trace()};
  EntityId by_;
  bool anyone_in_hand_ = false;
  std::size_t attempters_left_ = 0;
  bool attempting_ = false;
};

}  // namespace roundhouse
