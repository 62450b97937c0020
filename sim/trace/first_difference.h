// Where two runs part. Two runs with one seed must not; when they do, this names the first record that differs, in words.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include <roundhouse/record.h>
#include "sim/trace/names.h"

namespace roundhouse {

struct FirstDifference {
  std::size_t record = 0;  ///< its place, from 0; at the end of the shorter run where that is the difference
  std::string words;
};

/// Compares what the records say: names and texts, not their numbers. Empty where the runs are equal.
std::optional<FirstDifference> first_difference(std::span<const Record> first, const Names& first_names,
                                                std::span<const Record> second, const Names& second_names);

}  // namespace roundhouse
