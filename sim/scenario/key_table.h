// One key of a scenario file: its name, type, meaning, and how it is read into a value. Tables of these drive reading, the
// messages about mistakes, and docs/scenario.md, so that the three cannot disagree.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/faults/duration_text.h"
#include "sim/scenario/nearest_word.h"
#include "sim/scenario/toml_value.h"

namespace roundhouse::scenario_file {

/// What is wrong with a value, without place or key; empty where nothing is.
using Problem = std::optional<std::string>;

inline std::string wanted(std::string_view what, const TomlValue& found) {
  return std::string(what) + " is wanted, found " + describe(found);
}

template <class Owner>
struct Key {
  std::string name;
  std::string type;
  std::string meaning;
  std::function<Problem(Owner&, const TomlValue&)> read;
  /// The value as a scenario file would say it; of a fresh Owner this is the default. Empty: nothing is said.
  std::function<std::string(const Owner&)> write;
  bool required = false;
};

template <class Owner>
Key<Owner> required(Key<Owner> key) {
  key.required = true;
  return key;
}

// Makers of keys. `place` is a pointer to a member, or a function from Owner& to a reference.

/// The largest number that TOML can write.
inline constexpr std::uint64_t whole_max = INT64_MAX;

Problem read_text(std::string& to, const TomlValue& value);
Problem read_whole(std::uint64_t& to, const TomlValue& value, std::uint64_t low, std::uint64_t high);
Problem read_duration(Duration& to, const TomlValue& value);
Problem read_flag(bool& to, const TomlValue& value);
/// A text in a TOML file's quotes, on one line.
std::string in_quotes(std::string_view text);
std::string whole_type(std::uint64_t low, std::uint64_t high);

inline constexpr std::string_view duration_type = "duration";

template <class Owner, class Place>
Key<Owner> text_key(std::string name, Place place, std::string meaning) {
  return {
      std::move(name), "text", std::move(meaning),
      [place](Owner& owner, const TomlValue& value) { return read_text(std::invoke(place, owner), value); },
      [place](const Owner& owner) {
        const std::string& text = std::invoke(place, owner);
        return text.empty() ? std::string() : in_quotes(text);
      }};
}

template <class Owner, class Place>
Key<Owner> whole_key(std::string name, Place place, std::uint64_t low, std::uint64_t high,
                     std::string meaning) {
  return {std::move(name), whole_type(low, high), std::move(meaning),
          [=](Owner& owner, const TomlValue& value) {
            std::uint64_t number = 0;
            Problem problem = read_whole(number, value, low, high);
            auto& member = std::invoke(place, owner);
            if (!problem) member = static_cast<std::remove_reference_t<decltype(member)>>(number);
            return problem;
          },
          [place](const Owner& owner) { return std::to_string(std::invoke(place, owner)); }};
}

template <class Owner, class Place>
Key<Owner> duration_key(std::string name, Place place, std::string meaning) {
  return {std::move(name), std::string(duration_type), std::move(meaning),
          [place](Owner& owner, const TomlValue& value) {
            return read_duration(std::invoke(place, owner), value);
          },
          [place](const Owner& owner) { return in_quotes(duration_text(std::invoke(place, owner))); }};
}

template <class Owner, class Place>
Key<Owner> flag_key(std::string name, Place place, std::string meaning) {
  return {
      std::move(name), "true or false", std::move(meaning),
      [place](Owner& owner, const TomlValue& value) { return read_flag(std::invoke(place, owner), value); },
      [place](const Owner& owner) { return std::string(std::invoke(place, owner) ? "true" : "false"); }};
}

/// A word of a closed list.
template <class Value>
using Words = std::vector<std::pair<std::string, Value>>;

template <class Value>
std::vector<std::string> names_of(const Words<Value>& words) {
  std::vector<std::string> names;
  for (const auto& [word, value] : words) names.push_back(word);
  return names;
}

std::string either(const std::vector<std::string>& words);

template <class Value>
Problem read_word(Value& to, const TomlValue& value, const Words<Value>& words) {
  const std::vector<std::string> names = names_of(words);
  if (value.kind != TomlValue::Kind::text) return wanted(either(names), value);
  for (const auto& [word, meant] : words) {
    if (word != value.text) continue;
    to = meant;
    return std::nullopt;
  }
  return wanted(either(names), value) + did_you_mean(value.text, names);
}

template <class Value>
std::string write_word(const Value& value, const Words<Value>& words) {
  for (const auto& [word, meant] : words) {
    if (meant == value) return in_quotes(word);
  }
  return {};
}

template <class Owner, class Place, class Value>
Key<Owner> word_key(std::string name, Place place, Words<Value> words, std::string meaning) {
  return {std::move(name), either(names_of(words)), std::move(meaning),
          [place, words](Owner& owner, const TomlValue& value) {
            return read_word(std::invoke(place, owner), value, words);
          },
          [place, words](const Owner& owner) { return write_word<Value>(std::invoke(place, owner), words); }};
}

}  // namespace roundhouse::scenario_file
