// What the virtual world expects to touch next, and asks the memory for ahead of time. Nothing here changes what happens.
#include "sim/world/virtual_world.h"

namespace roundhouse {

namespace {
// Of a client, counted from its beginning.
constexpr std::size_t foreseen_lines = 8;
}  // namespace

/// Thousands of connections do not stay in the processor's cache. But who sends to many sends to them in the order of the last time:
/// what will be needed is asked for one message ahead, while the one before is worked on. A wrong guess costs little and changes
/// nothing.
void VirtualWorld::foresee_send(VirtualNode& node, std::uint32_t index, std::uint32_t side) {
  wires_[node.sent_last.index()].sent_next[node.sent_last.side()] = WireSide::of(index, side);
  node.sent_last = WireSide::of(index, side);
  const Wire& wire = wires_[index];
  const WireSide next = wire.sent_next[side];
  const Wire& next_wire = wires_[next.index()];
  __builtin_prefetch(&next_wire);
  __builtin_prefetch(&next_wire.pipes[next.side()]);
  __builtin_prefetch(&nodes_[wire.ends[1 - side].node]);
}

/// What arrives next is probably what its sender sent after this, and then what it sent after that.
void VirtualWorld::foresee_arrival(const Wire& wire, std::uint32_t direction) {
  const WireSide next = wire.sent_next[direction];
  const Wire& next_wire = wires_[next.index()];
  const End& end = next_wire.ends[1 - next.side()];
  const VirtualNode& node = nodes_[end.node];
  if (node.party) node.party->foresee({end.slot, next_wire.serial});
  const WireSide second = next_wire.sent_next[next.side()];
  const VirtualNode& then = nodes_[wires_[second.index()].ends[1 - second.side()].node];
  if (!then.edge) return;
  constexpr std::size_t line = 64;
  const char* const party = reinterpret_cast<const char*>(then.party.get());
  for (std::size_t i = 0; i < foreseen_lines; ++i) __builtin_prefetch(party + i * line);
}

}  // namespace roundhouse
