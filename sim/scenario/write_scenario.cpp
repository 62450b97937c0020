// From a Scenario back to a TOML document, by the same tables of keys that the reader walks. What is as it would be without being said
// is not said: a counterexample should be short.
#include <string>

#include <roundhouse/scenario.h>
#include "sim/faults/verb.h"
#include "sim/scenario/scenario_keys.h"

namespace roundhouse {
namespace scenario_file {
namespace {

std::string line(const std::string& key, const std::string& value) {
  return key + " = " + value + "\n";
}

/// Lines for the keys whose values differ from those of `fresh`.
template <class Owner>
std::string lines(const std::vector<Key<Owner>>& keys, const Owner& owner, const Owner& fresh) {
  std::string text;
  for (const Key<Owner>& key : keys) {
    const std::string value = key.write(owner);
    if (value.empty() || (!key.required && value == key.write(fresh))) continue;
    text += line(key.name, value);
  }
  return text;
}

std::string table(const std::string& head, const std::string& content) {
  return content.empty() ? "" : "\n" + head + "\n" + content;
}

// Between triple quotes a line of the text is a line of the file. Literal ones, unless the text has them itself.
std::string nginx_lines(const std::string& nginx) {
  if (nginx.find("'''") == nginx.npos) return line("nginx", "'''\n" + nginx + "'''");
  std::string escaped;
  for (const char c : nginx) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c;
  }
  return line("nginx", "\"\"\"\n" + escaped + "\"\"\"");
}

/// Of a scenario, or of what a knob has in its place.
template <class Proxy>
std::string proxy_lines(const Proxy& proxy) {
  if (!proxy.nginx.empty()) return nginx_lines(proxy.nginx);
  std::string text = proxy.policy.empty() ? "" : line("policy", in_quotes(proxy.policy));
  if (proxy.servers != 0) text += line("servers", std::to_string(proxy.servers));
  if (!proxy.server_options.empty()) text += line("server_options", in_quotes(proxy.server_options));
  return text;
}

std::string step_lines(const Step& step) {
  std::string text = lines(step_keys(), step, Step{});
  const Verb* verb = find_verb(step.verb);
  for (const auto& [name, value] : step.arguments) {
    bool whole = false;
    for (const VerbArgument& argument : verb ? verb->arguments : std::vector<VerbArgument>{}) {
      whole = whole || (argument.name == name && argument.type == VerbArgument::Type::whole);
    }
    text += line(name, whole ? value : in_quotes(value));
  }
  return text;
}

std::string expectation_lines(const Expectation& expectation) {
  Expectation fresh;
  // The name that the reader would give it need not be said.
  fresh.name = expectation.metric + expectation.property + (expectation.broken ? " is broken" : "");
  return lines(expect_keys(), expectation, fresh);
}

/// The sections that a scenario and a knob both may have; `within` is `knobs.`, or nothing.
std::string clients_text(const std::string& within, const std::vector<ClientGroup>& clients) {
  std::string text;
  for (const ClientGroup& group : clients)
    text += "\n[[" + within + "clients]]\n" + lines(client_keys(), group, ClientGroup{});
  return text;
}

std::string steps_text(const std::string& within, const std::vector<Step>& steps) {
  std::string text;
  for (const Step& step : steps) text += table("[[" + within + "steps]]", step_lines(step));
  return text;
}

std::string expectations_text(const std::string& within, const std::vector<Expectation>& expectations) {
  std::string text;
  for (const Expectation& expectation : expectations)
    text += table("[[" + within + "expect]]", expectation_lines(expectation));
  return text;
}

std::string knob_text(const Knob& knob) {
  std::string text = "\n[[knobs]]\n" + lines(knob_keys(), knob, Knob{});
  // Nothing at all in place of what the scenario has: only the empty array says so.
  if (knob.steps && knob.steps->empty()) text += "steps = []\n";
  if (knob.proxy) text += "\n[knobs.proxy]\n" + proxy_lines(*knob.proxy);
  if (knob.clients) text += clients_text("knobs.", *knob.clients);
  if (knob.steps) text += steps_text("knobs.", *knob.steps);
  return text + expectations_text("knobs.", knob.expect);
}

}  // namespace
}  // namespace scenario_file

std::string scenario_toml(const Scenario& scenario) {
  using namespace scenario_file;
  const Scenario fresh;
  std::string text = lines(top_keys(), scenario, fresh);
  text += table("[topology]", lines(topology_keys(), scenario, fresh));
  text += table("[proxy]", proxy_lines(scenario));
  text += table("[app]", lines(app_keys(), scenario.app, fresh.app));
  text += table("[default_link]", lines(default_link_keys(), scenario.default_link, fresh.default_link));
  for (const LinkLine& link : scenario.links) {
    text += table("[[links]]",
                  lines(link_keys(), link, LinkLine{.a = "", .b = "", .settings = scenario.default_link}));
  }
  text += clients_text("", scenario.clients);
  text += table("[workload]", lines(workload_keys(), scenario.workload, fresh.workload));
  text += steps_text("", scenario.steps) + expectations_text("", scenario.expect);
  for (const Knob& knob : scenario.knobs) text += knob_text(knob);
  return text;
}

}  // namespace roundhouse
