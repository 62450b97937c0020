// From a TOML document to a Scenario: walks the tables of keys, then checks what only the whole can show.
#include <algorithm>
#include <filesystem>
#include <iterator>

#include <roundhouse/scenario.h>
#include "core/proxy/nginx_config/config.h"
#include "sim/faults/verb.h"
#include "sim/scenario/check_scenario.h"
#include "sim/scenario/expectation.h"
#include "sim/scenario/knobs.h"
#include "sim/scenario/nearest_word.h"
#include "sim/scenario/scenario_keys.h"
#include "sim/scenario/text_file.h"

namespace roundhouse {
namespace scenario_file {
namespace {

using MaybeError = std::optional<Error>;

class Reader {
 public:
  Reader(const TomlValue& document, const std::string& file) : document_(document) {
    scenario_.file = file;
    scenario_.name = std::filesystem::path(file).stem().string();
  }

  Result<Scenario> read() {
    if (MaybeError error = read_all()) return *error;
    if (MaybeError error = check_scenario(scenario_, document_)) return *error;
    if (MaybeError error = read_knobs()) return *error;
    return scenario_;
  }

 private:
  MaybeError read_all();
  MaybeError read_section(const TomlEntry& entry);
  template <class Owner>
  MaybeError read_table(const TomlEntry& entry, const std::vector<Key<Owner>>& keys, Owner& owner);
  template <class Owner>
  MaybeError read_keys(const std::vector<TomlEntry>& entries, const std::string& place,
                       const std::vector<Key<Owner>>& keys, Owner& owner);
  template <class ReadItem>
  MaybeError read_items(const TomlEntry& entry, ReadItem read_item);

  MaybeError read_proxy(const TomlEntry& entry);
  MaybeError keep_inline_lines(const TomlEntry& nginx);
  MaybeError load_nginx_file(const TomlEntry& entry);
  MaybeError read_client_group(const TomlValue& table);
  MaybeError read_link(const TomlValue& table);
  MaybeError read_step(const TomlValue& table);
  MaybeError read_argument(Step& step, const Verb& verb, const TomlEntry& entry);
  MaybeError read_expectation(const TomlValue& table);
  MaybeError read_knobs();
  MaybeError read_knob(const TomlValue& table);

  Error at(int line, std::string text) const {
    return Error(scenario_.file + ":" + std::to_string(line), std::move(text));
  }
  Error unknown_key(const TomlEntry& entry, const std::string& place, std::vector<std::string> known) const;

  const TomlValue& document_;
  Scenario scenario_;
};

template <class Owner>
std::vector<std::string> names_of_keys(const std::vector<Key<Owner>>& keys) {
  std::vector<std::string> names;
  for (const Key<Owner>& key : keys) names.push_back(key.name);
  return names;
}

template <class Owner>
const Key<Owner>* find_key(const std::vector<Key<Owner>>& keys, std::string_view name) {
  for (const Key<Owner>& key : keys) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

const Section* find_section(std::string_view name) {
  for (const Section& section : sections()) {
    if (section.name == name) return &section;
  }
  return nullptr;
}

/// The table that a key belongs to which somebody wrote elsewhere; empty where none has it.
std::string home_of(std::string_view key) {
  if (find_key(top_keys(), key)) return "the top of the file";
  if (find_key(topology_keys(), key)) return "[topology]";
  if (find_key(proxy_keys(), key)) return "[proxy]";
  if (find_key(app_keys(), key)) return "[app]";
  if (find_key(client_keys(), key)) return "[[clients]]";
  if (find_key(workload_keys(), key)) return "[workload]";
  if (find_key(default_link_keys(), key)) return "[default_link] or [[links]]";
  return "";
}

Error Reader::unknown_key(const TomlEntry& entry, const std::string& place,
                          std::vector<std::string> known) const {
  std::string text = "unknown key \"" + entry.key + "\" in " + place;
  std::string hint = did_you_mean(entry.key, known);
  if (hint.empty()) {
    if (const std::string home = home_of(entry.key); !home.empty()) hint = "; it belongs in " + home;
  }
  return at(entry.line, text + hint);
}

template <class Owner>
MaybeError Reader::read_keys(const std::vector<TomlEntry>& entries, const std::string& place,
                             const std::vector<Key<Owner>>& keys, Owner& owner) {
  for (const TomlEntry& entry : entries) {
    const Key<Owner>* key = find_key(keys, entry.key);
    if (key == nullptr) return unknown_key(entry, place, names_of_keys(keys));
    if (Problem problem = key->read(owner, entry.value)) return at(entry.line, entry.key + ": " + *problem);
  }
  return std::nullopt;
}

template <class Owner>
MaybeError Reader::read_table(const TomlEntry& entry, const std::vector<Key<Owner>>& keys, Owner& owner) {
  if (entry.value.kind != TomlValue::Kind::table) {
    return at(entry.line, entry.key + ": " + wanted("a table [" + entry.key + "]", entry.value));
  }
  return read_keys(entry.value.entries, "[" + entry.key + "]", keys, owner);
}

template <class ReadItem>
MaybeError Reader::read_items(const TomlEntry& entry, ReadItem read_item) {
  const std::string what = "a table [[" + entry.key + "]], with two brackets,";
  if (entry.value.kind != TomlValue::Kind::array)
    return at(entry.line, entry.key + ": " + wanted(what, entry.value));
  for (const TomlValue& item : entry.value.items) {
    if (item.kind != TomlValue::Kind::table) return at(item.line, entry.key + ": " + wanted(what, item));
    if (MaybeError error = read_item(item)) return error;
  }
  return std::nullopt;
}

MaybeError Reader::read_all() {
  for (const TomlEntry& entry : document_.entries) {
    if (find_section(entry.key) != nullptr) {
      if (MaybeError error = read_section(entry)) return error;
      continue;
    }
    const Key<Scenario>* key = find_key(top_keys(), entry.key);
    if (key == nullptr) {
      std::vector<std::string> known = names_of_keys(top_keys());
      for (const Section& section : sections()) known.push_back(section.name);
      return unknown_key(entry, "the top of the file", known);
    }
    if (Problem problem = key->read(scenario_, entry.value))
      return at(entry.line, entry.key + ": " + *problem);
  }
  return std::nullopt;
}

MaybeError Reader::read_section(const TomlEntry& entry) {
  if (entry.key == "knobs") return std::nullopt;  // they turn what must have been read
  if (entry.key == "topology") return read_table(entry, topology_keys(), scenario_);
  if (entry.key == "proxy") return read_proxy(entry);
  if (entry.key == "app") return read_table(entry, app_keys(), scenario_.app);
  if (entry.key == "default_link") return read_table(entry, default_link_keys(), scenario_.default_link);
  if (entry.key == "workload") {
    scenario_.workload.line = entry.line;
    return read_table(entry, workload_keys(), scenario_.workload);
  }
  if (entry.key == "clients")
    return read_items(entry, [this](const TomlValue& item) { return read_client_group(item); });
  if (entry.key == "links")
    return read_items(entry, [this](const TomlValue& item) { return read_link(item); });
  if (entry.key == "steps")
    return read_items(entry, [this](const TomlValue& item) { return read_step(item); });
  return read_items(entry, [this](const TomlValue& item) { return read_expectation(item); });
}

/// What is wrong with a balancing policy, with the nearest right word.
Problem problem_of_policy(const std::string& policy) {
  std::string problem = proxy::policy_problem(policy);
  if (problem.empty()) return std::nullopt;
  const std::string first = policy.substr(0, policy.find(' '));
  const std::vector<std::string>& known = proxy::policy_words();
  if (std::find(known.begin(), known.end(), first) == known.end()) problem += did_you_mean(first, known);
  return problem;
}

MaybeError Reader::read_proxy(const TomlEntry& entry) {
  if (MaybeError error = read_table(entry, proxy_keys(), scenario_)) return error;
  const TomlEntry* of_made = nullptr;  // a key for a configuration that is made
  std::vector<TomlEntry> given;
  for (const TomlEntry& inner : entry.value.entries) {
    if (inner.key == "servers" || inner.key == "server_options") {
      of_made = &inner;
    } else {
      given.push_back(inner);
    }
  }
  if (given.size() > 1) {
    return at(given[1].line, given[1].key + ": one of nginx, nginx_file and policy is wanted, and " +
                                 given[0].key + " is there already");
  }
  if (of_made != nullptr && !given.empty() && given[0].key != "policy") {
    return at(of_made->line, of_made->key + " is for a configuration that is made from a policy; " +
                                 given[0].key + " has server lines of its own");
  }
  if (const std::size_t odd = scenario_.server_options.find_first_of(";{}\n"); odd != std::string::npos) {
    return at(of_made->line,
              "server_options: parameters are wanted, such as \"max_fails=0 weight=2\", found the text \"" +
                  scenario_.server_options + "\"");
  }
  for (const TomlEntry& inner : given) {
    if (inner.value.text.empty()) return at(inner.line, inner.key + " is empty");
    if (inner.key == "nginx") return keep_inline_lines(inner);
    if (inner.key == "nginx_file") return load_nginx_file(inner);
    if (const Problem problem = problem_of_policy(scenario_.policy))
      return at(inner.line, "policy: " + *problem);
  }
  return std::nullopt;
}

// A line of the text is a line of this file. TOML drops a line break right behind the opening quotes.
MaybeError Reader::keep_inline_lines(const TomlEntry& nginx) {
  const auto breaks = static_cast<int>(std::count(nginx.value.text.begin(), nginx.value.text.end(), '\n'));
  const int lines = nginx.value.last_line - nginx.value.line;
  scenario_.nginx_file = scenario_.file;
  scenario_.nginx_first_line = nginx.value.line;
  if (breaks == lines) return std::nullopt;
  if (breaks == lines - 1) {
    ++scenario_.nginx_first_line;
    return std::nullopt;
  }
  return at(nginx.line,
            "nginx: a backslash makes the lines of the text differ from those of this file; write ''' in "
            "place of \"\"\"");
}

MaybeError Reader::load_nginx_file(const TomlEntry& entry) {
  const std::string file = (std::filesystem::path(scenario_.file).parent_path() / entry.value.text).string();
  if (auto used = use_nginx_file(scenario_, file); !used)
    return at(entry.line, "nginx_file: " + used.error().what());
  return std::nullopt;
}

MaybeError Reader::read_client_group(const TomlValue& table) {
  ClientGroup group;
  group.line = table.line;
  MaybeError error = read_keys(table.entries, "[[clients]]", client_keys(), group);
  scenario_.clients.push_back(std::move(group));
  return error;
}

MaybeError Reader::read_link(const TomlValue& table) {
  LinkLine link;
  link.line = table.line;
  // What the line does not say is as in [default_link], wherever in the file that stands.
  if (const TomlValue* standard = document_.find("default_link");
      standard && standard->kind == TomlValue::Kind::table) {
    LinkSettings settings = scenario_.default_link;
    if (MaybeError error = read_keys(standard->entries, "[default_link]", default_link_keys(), settings))
      return error;
    link.settings = settings;
  } else {
    link.settings = scenario_.default_link;
  }
  if (MaybeError error = read_keys(table.entries, "[[links]]", link_keys(), link)) return error;
  const bool between = table.find("between") != nullptr;
  const bool from = table.find("from") != nullptr;
  const bool to = table.find("to") != nullptr;
  if (between ? from || to : !from || !to)
    return at(table.line, "a link has either \"between\" or both \"from\" and \"to\"");
  scenario_.links.push_back(std::move(link));
  return std::nullopt;
}

MaybeError Reader::read_step(const TomlValue& table) {
  if (scenario_.steps.size() == steps_max)
    return at(table.line, "more than " + std::to_string(steps_max) + " steps");
  Step step;
  step.line = table.line;
  const TomlValue* word = table.find("verb");
  if (word == nullptr) return at(table.line, "a step needs \"verb\"");
  if (word->kind != TomlValue::Kind::text) return at(word->line, "verb: " + wanted("a text", *word));
  const Verb* verb = find_verb(word->text);
  if (verb == nullptr) {
    std::vector<std::string> known;
    for (const Verb& each : verbs()) known.emplace_back(each.name);
    return at(word->line, "unknown verb \"" + word->text + "\"" + did_you_mean(word->text, known));
  }
  for (const Key<Step>& key : step_keys()) {
    if (key.required && table.find(key.name) == nullptr)
      return at(table.line, "a step needs \"" + key.name + "\"");
  }
  for (const TomlEntry& entry : table.entries) {
    if (const Key<Step>* key = find_key(step_keys(), entry.key)) {
      if (Problem problem = key->read(step, entry.value)) return at(entry.line, entry.key + ": " + *problem);
    } else if (MaybeError error = read_argument(step, *verb, entry)) {
      return error;
    }
  }
  for (const VerbArgument& argument : verb->arguments) {
    if (argument.required && !step.arguments.contains(std::string(argument.name))) {
      return at(table.line, step.verb + " needs \"" + std::string(argument.name) + "\"");
    }
  }
  if (verb->name == "slow" && step.arguments.empty())
    return at(table.line, "slow needs \"latency\", \"jitter\" or \"rate\"");
  scenario_.steps.push_back(std::move(step));
  return std::nullopt;
}

MaybeError Reader::read_argument(Step& step, const Verb& verb, const TomlEntry& entry) {
  const auto found =
      std::find_if(verb.arguments.begin(), verb.arguments.end(),
                   [&entry](const VerbArgument& argument) { return argument.name == entry.key; });
  if (found == verb.arguments.end()) {
    std::vector<std::string> known = names_of_keys(step_keys());
    for (const VerbArgument& argument : verb.arguments) known.emplace_back(argument.name);
    return unknown_key(entry, "a step of verb " + step.verb, known);
  }
  std::string text;
  Problem problem;
  switch (found->type) {
    case VerbArgument::Type::duration: {
      Duration span{};
      problem = read_duration(span, entry.value);
      text = duration_text(span);
      break;
    }
    case VerbArgument::Type::whole: {
      std::uint64_t number = 0;
      problem = read_whole(number, entry.value, 0, whole_max);
      text = std::to_string(number);
      break;
    }
    case VerbArgument::Type::text:
      problem = read_text(text, entry.value);
      if (!problem && text.empty()) problem = "is empty";
      break;
    case VerbArgument::Type::policy:
      problem = read_text(text, entry.value);
      if (!problem) problem = problem_of_policy(text);
      break;
    case VerbArgument::Type::event:
    case VerbArgument::Type::json_array:
      problem = read_text(text, entry.value);
      if (problem) break;
      if (std::string words = argument_problem(*found, text); !words.empty()) return at(entry.line, words);
      break;
  }
  if (problem) return at(entry.line, entry.key + ": " + *problem);
  step.arguments[entry.key] = text;
  return std::nullopt;
}

MaybeError Reader::read_expectation(const TomlValue& table) {
  Expectation expectation;
  expectation.line = table.line;
  if (MaybeError error = read_keys(table.entries, "[[expect]]", expect_keys(), expectation)) return error;
  if (expectation.metric.empty() == expectation.property.empty()) {
    return at(table.line, expectation.metric.empty() ? "an expectation needs \"metric\" or \"property\""
                                                     : "an expectation has a metric or a property, not both");
  }
  if (expectation.name.empty())
    expectation.name = expectation.metric + expectation.property + (expectation.broken ? " is broken" : "");
  int predictions = 0;
  for (const Expectation::Kind kind : expectation_kinds) {
    if (table.find(name_of(kind)) != nullptr) ++predictions;
  }
  if (!expectation.property.empty()) {
    if (predictions != 0)
      return at(table.line, "a property has no number: it holds, or (broken = true) it is broken");
    scenario_.expect.push_back(std::move(expectation));
    return std::nullopt;
  }
  if (expectation.broken) return at(table.line, "broken is for a property, not for a metric");
  if (predictions != 1) {
    return at(table.line,
              "an expectation has exactly one of equals, at_least, at_most, between and wilson99; here are " +
                  std::to_string(predictions));
  }
  scenario_.expect.push_back(std::move(expectation));
  return std::nullopt;
}

MaybeError Reader::read_knobs() {
  for (const TomlEntry& entry : document_.entries) {
    if (entry.key != "knobs") continue;
    return read_items(entry, [this](const TomlValue& item) { return read_knob(item); });
  }
  return std::nullopt;
}

MaybeError Reader::read_knob(const TomlValue& table) {
  if (scenario_.knobs.size() == knobs_max)
    return at(table.line, "more than " + std::to_string(knobs_max) + " knobs");
  const auto is_section = [](const TomlEntry& entry) {
    return std::find(knob_sections.begin(), knob_sections.end(), entry.key) != knob_sections.end();
  };
  Knob knob;
  knob.line = table.line;
  std::vector<std::string> known = names_of_keys(knob_keys());
  known.insert(known.end(), knob_sections.begin(), knob_sections.end());
  for (const TomlEntry& entry : table.entries) {
    const Key<Knob>* key = find_key(knob_keys(), entry.key);
    if (key == nullptr && !is_section(entry)) return unknown_key(entry, "[[knobs]]", known);
    if (key == nullptr) continue;
    if (Problem problem = key->read(knob, entry.value)) return at(entry.line, entry.key + ": " + *problem);
  }
  for (const Key<Knob>& key : knob_keys()) {
    if (table.find(key.name) == nullptr) return at(table.line, "a knob needs \"" + key.name + "\"");
  }
  if (!is_name(knob.name))
    return at(table.find("name")->line,
              "name: a word of letters, digits and hyphens is wanted, found \"" + knob.name + "\"");
  for (const Knob& other : scenario_.knobs) {
    if (other.name == knob.name)
      return at(table.line, "two knobs are called \"" + knob.name + "\" (the other is in line " +
                                std::to_string(other.line) + ")");
  }
  if (table.find("expect") == nullptr)
    return at(table.line, "a knob needs [[knobs.expect]]: what is to be seen when it is turned");
  const TomlValue document = turned_document(document_, table);
  Result<Scenario> turned = Reader(document, scenario_.file).read();
  if (!turned) return turned.error();
  if (table.find("proxy") != nullptr) {
    knob.proxy = ProxyText{turned->policy, turned->servers,    turned->server_options,
                           turned->nginx,  turned->nginx_file, turned->nginx_first_line};
  }
  if (table.find("clients") != nullptr) knob.clients = std::move(turned->clients);
  if (table.find("steps") != nullptr) knob.steps = std::move(turned->steps);
  knob.expect = std::move(turned->expect);
  scenario_.knobs.push_back(std::move(knob));
  return std::nullopt;
}

}  // namespace
}  // namespace scenario_file

Result<Scenario> parse_scenario(std::string_view toml, const std::string& file) {
  const auto document = scenario_file::read_toml(toml, file);
  if (!document) return document.error();
  return scenario_file::Reader(*document, file).read();
}

Result<Scenario> read_scenario(const std::string& file) {
  const auto text = scenario_file::read_file(file, scenario_file::file_bytes_max);
  if (!text) return text.error();
  return parse_scenario(*text, file);
}

}  // namespace roundhouse
