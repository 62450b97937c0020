// What a dying process still held, told as lost: its memory is gone. Both worlds ask the party before they drop it.
#pragma once

#include <roundhouse/host.h>
#include <roundhouse/record.h>

namespace roundhouse {

/// `held`, written by a party that is about to be dropped, becomes `lost` (dead); other records stay as they are.
inline Record last_words(Record record) {
  if (record.kind == RecordKind::held) {
    record.kind = RecordKind::lost;
    record.code = static_cast<std::uint16_t>(Cause::dead);
  }
  return record;
}

/// Lets the party of a node say what it holds, then drops it.
template <class Node>
void drop_party(Node& node) {
  if (node.party != nullptr) {
    node.dying = true;
    node.party->on_run_end();
    node.dying = false;
  }
  node.party.reset();
  node.host.reset();
}

}  // namespace roundhouse
