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

std::string proxy_lines(const Scenario& scenario) {
  if (!scenario.nginx.empty()) return nginx_lines(scenario.nginx);
  return scenario.policy.empty() ? "" : line("policy", in_quotes(scenario.policy));
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
  for (const ClientGroup& group : scenario.clients) {
    const std::string content = lines(client_keys(), group, ClientGroup{});
    text += "\n[[clients]]\n" + content;
  }
  text += table("[workload]", lines(workload_keys(), scenario.workload, fresh.workload));
  for (const Step& step : scenario.steps) text += table("[[steps]]", step_lines(step));
  for (const Expectation& expectation : scenario.expect) {
    text += table("[[expect]]", expectation_lines(expectation));
  }
  return text;
}

}  // namespace roundhouse
