// map blocks, and regular expressions wherever they stand. See reader.h; source: ngx_http_map_module.c, release 1.22.1.
#include <algorithm>
#include <utility>

#include "core/proxy/host_names.h"
#include "core/proxy/nginx_config/reader.h"

namespace roundhouse::proxy {

Reader::Problem Reader::compile_pattern(std::string_view text, Regex::Letters letters, Pattern& to) {
  auto regex = Regex::compile(text, letters);
  if (!regex) return error(regex.error().what());
  for (const Regex::Name& name : regex->names()) {
    if (!may_be_defined(name.text)) return error("the duplicate \"" + name.text + "\" variable");
    const std::int32_t variable = variable_index(config_.variables, name.text);
    config_.variables[static_cast<std::size_t>(variable)].kind = Variable::named_group;
    to.named.emplace_back(variable, name.group);
  }
  to.regex = std::move(*regex);
  has_patterns_ = true;
  return std::nullopt;
}

Reader::Problem Reader::read_map() {
  map_.emplace();
  if (auto problem = compile(words()[1], map_->source)) return problem;
  const std::string name = words()[2];
  if (!name.starts_with('$') || name.size() == 1) return error("invalid variable name \"" + name + "\"");
  map_->name = name.substr(1);
  if (!may_be_defined(map_->name)) return error("the duplicate \"" + map_->name + "\" variable");
  if (auto problem = read_lines(/*whole_file=*/false, [this] { return read_map_line(); })) return problem;
  for (Map& other : config_.maps) {  // a second map of one name replaces the first, as in nginx
    if (other.name == map_->name) {
      other = std::move(*map_);
      map_.reset();
      return std::nullopt;
    }
  }
  config_.maps.push_back(std::move(*map_));
  map_.reset();
  return std::nullopt;
}

Reader::Problem Reader::read_map_line() {
  if (words().size() == 1 && words()[0] == "volatile") {
    map_->is_volatile = true;
    return std::nullopt;
  }
  if (words().size() == 1 && words()[0] == "hostnames") {
    map_->hostnames = true;
    return std::nullopt;
  }
  if (words().size() != 2) return error("invalid number of the map parameters");
  std::string key = words()[0];
  if (key == "include") {
    return read_included(
        [this] { return read_lines(/*whole_file=*/true, [this] { return read_map_line(); }); });
  }
  Template value;
  if (auto problem = compile(words()[1], value)) return problem;
  if (key == "default") {
    if (!map_->otherwise.parts.empty()) return error("duplicate default map parameter");
    map_->otherwise = std::move(value);
    return std::nullopt;
  }
  if (key.starts_with('~')) {
    const bool any_case = key.starts_with("~*");
    Map::PatternEntry& entry = map_->patterns.emplace_back();
    entry.value = std::move(value);
    return compile_pattern(std::string_view(key).substr(any_case ? 2 : 1),
                           any_case ? Regex::Letters::any_case : Regex::Letters::as_written, entry.pattern);
  }
  if (key.size() > 1 && key.front() == '\\') key.erase(0, 1);
  const std::string lower = lower_case(key);
  if (map_->hostnames && !valid_name(lower)) return error("invalid hostname or wildcard \"" + key + "\"");
  const auto taken = [this](std::string_view name) {
    return map_->hostnames ? names_taken(name) : std::vector<std::string>{std::string(name)};
  };
  const std::vector<std::string> own = taken(lower);
  for (const Map::Entry& entry : map_->entries) {
    const std::vector<std::string> other = taken(entry.key);
    if (std::find_first_of(own.begin(), own.end(), other.begin(), other.end()) != own.end())
      return error("conflicting parameter \"" + key + "\"");
  }
  map_->entries.push_back({lower, std::move(value)});
  return std::nullopt;
}

}  // namespace roundhouse::proxy
