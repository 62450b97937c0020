#include "sim/scenario/knobs.h"

#include <algorithm>

#include <roundhouse/scenario.h>
#include "sim/scenario/nearest_word.h"

namespace roundhouse {
namespace scenario_file {

TomlValue turned_document(const TomlValue& document, const TomlValue& knob) {
  TomlValue turned = document;
  std::erase_if(turned.entries, [&](const TomlEntry& entry) {
    return entry.key == "knobs" ||
           (std::find(knob_sections.begin(), knob_sections.end(), entry.key) != knob_sections.end() &&
            knob.find(entry.key) != nullptr);
  });
  for (const TomlEntry& entry : knob.entries) {
    if (std::find(knob_sections.begin(), knob_sections.end(), entry.key) != knob_sections.end())
      turned.entries.push_back(entry);
  }
  return turned;
}

}  // namespace scenario_file

Result<Scenario> turn_knob(const Scenario& scenario, std::string_view knob) {
  std::vector<std::string> known;
  known.reserve(scenario.knobs.size());
  for (const Knob& one : scenario.knobs) known.push_back(one.name);
  const auto found = std::find(known.begin(), known.end(), knob);
  if (found == known.end()) {
    const std::string word(knob);
    if (known.empty()) return Error(scenario.name + " has no knobs, so there is no \"" + word + "\" to turn");
    return Error(scenario.name + " has no knob \"" + word + "\"" + did_you_mean(word, known));
  }
  const Knob& turn = scenario.knobs[static_cast<std::size_t>(found - known.begin())];
  Scenario turned = scenario;
  turned.name += ":" + turn.name;
  turned.about = turn.about;
  turned.knobs.clear();
  if (turn.proxy) {
    turned.policy = turn.proxy->policy;
    turned.servers = turn.proxy->servers;
    turned.server_options = turn.proxy->server_options;
    turned.nginx = turn.proxy->nginx;
    turned.nginx_file = turn.proxy->nginx_file;
    turned.nginx_first_line = turn.proxy->nginx_first_line;
  }
  if (turn.clients) turned.clients = *turn.clients;
  if (turn.steps) turned.steps = *turn.steps;
  turned.expect = turn.expect;
  return turned;
}

}  // namespace roundhouse
