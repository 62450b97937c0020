#include "gui/models/wires.h"

#include <algorithm>

namespace roundhouse::view {

Wire* Wires::at(std::uint32_t serial) {
  return serial != 0 && serial < wires_.size() ? &wires_[serial] : nullptr;
}

Wire* Wires::open(const Record& record) {
  if (record.connection == 0 || record.connection >= connections_max) return nullptr;
  if (record.connection >= wires_.size()) {
    wires_.resize(std::max<std::size_t>(record.connection + 1, wires_.size() * 2));
  }
  Wire& wire = wires_[record.connection];
  wire = {.from = record.by, .to = record.other, .opened = record.at};
  return &wire;
}

}  // namespace roundhouse::view
