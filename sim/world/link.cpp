#include "sim/world/link.h"

namespace roundhouse {

std::uint32_t LinkTable::own(NodeId from, NodeId to) {
  const auto [found, fresh] = own_.try_emplace(key(from, to), static_cast<std::uint32_t>(links_.size()));
  if (fresh) {
    links_.emplace_back().settings = links_[from == to ? self_link : default_link].settings;
    if (links_.back().settings.cut) ++cuts_;
    ++version_;
  }
  return found->second;
}

bool LinkTable::set(std::uint32_t index, const LinkSettings& settings) {
  Link& link = links_[index];
  const bool was_cut = link.settings.cut;
  if (was_cut) --cuts_;
  if (settings.cut) ++cuts_;
  link.settings = settings;
  link.free_at = 0;
  return was_cut && !settings.cut;
}

}  // namespace roundhouse
