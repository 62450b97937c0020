// See first_difference.h.
#include "sim/trace/first_difference.h"

#include <algorithm>

#include "sim/trace/json_lines.h"
#include "sim/trace/record_fields.h"
#include "sim/trace/show.h"

namespace roundhouse {

namespace {

bool same(const Field& field, const Record& a, const Names& a_names, const Record& b, const Names& b_names) {
  const std::uint64_t x = get(a, field.slot);
  const std::uint64_t y = get(b, field.slot);
  if (field.type == FieldType::text_id && x <= UINT32_MAX && y <= UINT32_MAX) {
    return a_names.of(TextId{static_cast<std::uint32_t>(x)}) ==
           b_names.of(TextId{static_cast<std::uint32_t>(y)});
  }
  if (field.type == FieldType::entity_id) {
    return a_names.of(EntityId{static_cast<std::uint32_t>(x)}) ==
           b_names.of(EntityId{static_cast<std::uint32_t>(y)});
  }
  return x == y;
}

// `name is A in the first run and B in the second`, for the first field that differs; empty where none does.
std::string field_difference(const Record& a, const Names& a_names, const Record& b, const Names& b_names) {
  const auto differs = [](std::string_view name, std::string_view x, std::string_view y) {
    return std::string(name) + " is " + std::string(x) + " in the first run and " + std::string(y) +
           " in the second";
  };
  if (a.kind != b.kind) return differs("the kind", name_of(a.kind), name_of(b.kind));
  if (a.at != b.at) return differs("the time", time_text(a.at) + " ms", time_text(b.at) + " ms");
  if (a_names.of(a.by) != b_names.of(b.by)) return differs("by", a_names.of(a.by), b_names.of(b.by));
  std::uint32_t named = 0;
  const auto look = [&](const Field& field) {
    if (same(field, a, a_names, b, b_names)) return std::string();
    return differs(field.name, field_text(field, a, a_names), field_text(field, b, b_names));
  };
  for (const Field& field : fields_of(a.kind)) {
    named |= 1u << static_cast<unsigned>(field.slot);
    if (std::string words = look(field); !words.empty()) return words;
  }
  for (const Field& field : plain_fields()) {
    if ((named >> static_cast<unsigned>(field.slot) & 1) != 0) continue;
    if (std::string words = look(field); !words.empty()) return words;
  }
  return {};
}

}  // namespace

std::optional<FirstDifference> first_difference(std::span<const Record> first, const Names& first_names,
                                                std::span<const Record> second, const Names& second_names) {
  const std::size_t both = std::min(first.size(), second.size());
  for (std::size_t i = 0; i < both; ++i) {
    const std::string what = field_difference(first[i], first_names, second[i], second_names);
    if (what.empty()) continue;
    return FirstDifference{i, "record " + std::to_string(i + 1) + " differs: " + what +
                                  "\n  first:  " + line_of(first[i], first_names) +
                                  "\n  second: " + line_of(second[i], second_names)};
  }
  if (first.size() == second.size()) return std::nullopt;
  const bool longer_first = first.size() > second.size();
  const std::string next =
      longer_first ? line_of(first[both], first_names) : line_of(second[both], second_names);
  return FirstDifference{both, std::string("the ") + (longer_first ? "second" : "first") +
                                   " run ends after " + std::to_string(both) +
                                   " records; the other goes on with\n  " + next};
}

}  // namespace roundhouse
