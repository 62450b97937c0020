// See request_values.h; source: ngx_http_regex_exec and ngx_http_get_indexed_variable, release 1.22.1.
#include "core/proxy/request_values.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace roundhouse::proxy {

struct RequestValues::Found {
  std::string subject;
  Regex::Groups groups;
  std::vector<std::pair<std::int32_t, std::string>> named;
  std::vector<std::pair<std::uint32_t, std::string>> maps;
};

namespace {

template <class Entries, class Key>
auto entry_of(Entries& entries, Key key) {
  return std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.first == key; });
}

}  // namespace

RequestValues::RequestValues() = default;
RequestValues::RequestValues(RequestValues&&) noexcept = default;
RequestValues& RequestValues::operator=(RequestValues&&) noexcept = default;
RequestValues::~RequestValues() = default;

RequestValues::Found& RequestValues::found() {
  if (found_ == nullptr) found_ = std::make_unique<Found>();
  return *found_;
}

Regex::Outcome RequestValues::search(const Pattern& pattern, std::string_view subject) {
  Regex::Groups groups;
  const Regex::Outcome outcome = pattern.regex.search(subject, groups);
  if (outcome != Regex::Outcome::match) return outcome;
  Found& into = found();
  into.subject = subject;
  into.groups = std::move(groups);
  for (const auto& [variable, number] : pattern.named) {
    auto entry = entry_of(into.named, variable);
    if (entry == into.named.end()) entry = into.named.insert(entry, {variable, {}});
    entry->second = group(number);
  }
  return outcome;
}

std::string_view RequestValues::group(std::uint32_t number) const {
  if (found_ == nullptr || number >= found_->groups.size()) return {};
  const auto& [first, end] = found_->groups[number];
  return std::string_view(found_->subject).substr(first, end - first);
}

std::string_view RequestValues::named(std::int32_t variable) const {
  if (found_ == nullptr) return {};
  const auto entry = entry_of(found_->named, variable);
  return entry == found_->named.end() ? std::string_view() : entry->second;
}

void RequestValues::set(std::int32_t variable, std::string value) {
  auto& named = found().named;
  auto entry = entry_of(named, variable);
  if (entry == named.end()) entry = named.insert(entry, {variable, {}});
  entry->second = std::move(value);
}

const std::string* RequestValues::was_set(std::int32_t variable) const {
  if (found_ == nullptr) return nullptr;
  const auto entry = entry_of(found_->named, variable);
  return entry == found_->named.end() ? nullptr : &entry->second;
}

void RequestValues::forget_groups() {
  if (found_ != nullptr) found_->groups.clear();
}

const std::string* RequestValues::map(std::uint32_t index) const {
  if (found_ == nullptr) return nullptr;
  const auto entry = entry_of(found_->maps, index);
  return entry == found_->maps.end() ? nullptr : &entry->second;
}

void RequestValues::keep_map(std::uint32_t index, std::string value) {
  found().maps.emplace_back(index, std::move(value));
}

}  // namespace roundhouse::proxy
