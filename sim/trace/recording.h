// A run as read from a file: its records, and the texts and entities they name.
#pragma once

#include <cstdint>
#include <vector>

#include <roundhouse/record.h>
#include <roundhouse/state.h>
#include <roundhouse/trace.h>
#include "sim/trace/text_table.h"

namespace roundhouse {

struct Recording {
  TextTable texts;
  std::vector<Entity> entities;  ///< ids are dense from 1
  std::vector<Record> records;

  /// The trace hash of the run, made from what was read.
  std::uint64_t hash() const;
  /// The fold over all records.
  State state() const;
};

}  // namespace roundhouse
