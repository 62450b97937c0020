// The nearest right word for a misspelt one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roundhouse {

/// How many letters must be added, dropped, changed or swapped with their neighbour to turn one word into the other. Letters' case
/// counts for nothing.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate with the least distance; the first of equals. Empty where none is near: more than a third of the longer word's
/// letters would have to change. A word of three letters or more that
/// begins a candidate counts as near.
std::optional<std::string> nearest_word(std::string_view word, const std::vector<std::string>& candidates);

/// `; did you mean "sticky"?`, or nothing: the end of a message about an unknown word.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace roundhouse
