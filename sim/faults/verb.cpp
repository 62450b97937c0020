#include "sim/faults/verb.h"

#include <charconv>

#include "core/base/json_text.h"
#include "core/proxy/nginx_config/config.h"
#include "core/socketio/packet.h"
#include "sim/faults/duration_text.h"

namespace roundhouse {
namespace {

std::vector<Verb> make_table() {
  std::vector<Verb> table = {kill_verb(),     restart_verb(), stop_verb(),   lose_verb(), pause_verb(),
                             continue_verb(), cut_verb(),     heal_verb(),   slow_verb(), reset_verb(),
                             drop_verb(),     policy_verb(),  servers_verb()};
  for (Verb& verb : client_verbs()) table.push_back(std::move(verb));
  return table;
}

bool is_whole(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool is_array(std::string_view text) {
  const std::size_t begin = json_text::skip_space(text, 0);
  return begin < text.size() && text[begin] == '[' && json_text::is_value(text);
}

}  // namespace

std::string argument_problem(const VerbArgument& argument, const std::string& value) {
  const std::string name(argument.name);
  switch (argument.type) {
    case VerbArgument::Type::duration:
      return parse_duration(value) ? "" : name + " is not a duration such as \"40ms\": \"" + value + "\"";
    case VerbArgument::Type::whole:
      return is_whole(value) ? "" : name + " is not a whole number: \"" + value + "\"";
    case VerbArgument::Type::text:
      return value.empty() ? name + " is empty" : "";
    case VerbArgument::Type::event:
      if (socketio::is_reserved_event(value)) return name + ": \"" + value + "\" is a reserved name";
      return value.empty() ? name + " is empty" : "";
    case VerbArgument::Type::json_array:
      return is_array(value) ? "" : name + " is not a JSON array such as [1,\"two\"]: " + value;
    case VerbArgument::Type::policy: {
      const std::string problem = proxy::policy_problem(value);
      return problem.empty() ? "" : name + ": " + problem;
    }
  }
  return "";
}

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> table = make_table();
  return table;
}

const Verb* find_verb(std::string_view name) {
  for (const Verb& verb : verbs()) {
    if (verb.name == name) return &verb;
  }
  return nullptr;
}

}  // namespace roundhouse
