#include "sim/scenario/scenario_keys.h"

#include <fmt/format.h>

namespace roundhouse::scenario_file {
namespace {

using Kind = TomlValue::Kind;

Problem read_texts(std::vector<std::string>& to, const TomlValue& value) {
  if (value.kind != Kind::array) return wanted("an array of texts", value);
  to.clear();
  for (const TomlValue& item : value.items) {
    if (item.kind != Kind::text) return wanted("an array of texts", item) + " in it";
    to.push_back(item.text);
  }
  return std::nullopt;
}

std::string write_texts(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + in_quotes(text);
  return "[" + all + "]";
}

const Words<Transport> transport_words = {{"polling", Transport::polling},
                                          {"websocket", Transport::websocket}};

Problem read_transports(std::vector<Transport>& to, const TomlValue& value) {
  if (value.kind != Kind::array) return wanted("an array of \"polling\" and \"websocket\"", value);
  to.clear();
  for (const TomlValue& item : value.items) {
    Transport transport{};
    if (Problem problem = read_word(transport, item, transport_words)) return problem;
    for (const Transport before : to) {
      if (before == transport) return "\"" + item.text + "\" is there twice";
    }
    to.push_back(transport);
  }
  if (to.empty()) return "at least one transport is wanted, found an empty array";
  if (to.front() == Transport::websocket && to.size() > 1) {
    // The JavaScript client would fall back in newer versions only; the one that is modelled upgrades, and never goes back.
    return "\"polling\" comes before \"websocket\": a client begins with polling and upgrades";
  }
  return std::nullopt;
}

Problem read_ends(LinkLine& link, const TomlValue& value) {
  if (value.kind != Kind::array || value.items.size() != 2) return wanted("an array of two names", value);
  for (const TomlValue& item : value.items) {
    if (item.kind != Kind::text) return wanted("an array of two names", item) + " in it";
  }
  link.a = value.items[0].text;
  link.b = value.items[1].text;
  link.both_ways = true;
  return std::nullopt;
}

Problem read_number(double& to, const TomlValue& value) {
  if (value.kind != Kind::integer && value.kind != Kind::number) return wanted("a number", value);
  if (!(value.number >= 0)) return wanted("a number of 0 or more", value);
  to = value.number;
  return std::nullopt;
}

// Shortest digits that read back as the same number.
std::string write_number(double number) {
  return fmt::format("{}", number);
}

Key<Expectation> prediction_key(std::string name, Expectation::Kind kind, std::string meaning) {
  return {std::move(name), "number", std::move(meaning),
          [kind](Expectation& expectation, const TomlValue& value) {
            expectation.kind = kind;
            return read_number(expectation.value, value);
          },
          [kind](const Expectation& expectation) {
            if (expectation.metric.empty() || expectation.kind != kind) return std::string();
            return write_number(expectation.value);
          }};
}

Problem read_between(Expectation& expectation, const TomlValue& value) {
  if (value.kind != Kind::array || value.items.size() != 2) return wanted("an array of two numbers", value);
  expectation.kind = Expectation::Kind::between;
  if (Problem problem = read_number(expectation.value, value.items[0])) return problem;
  if (Problem problem = read_number(expectation.high, value.items[1])) return problem;
  if (expectation.high < expectation.value) return "the lower number comes first";
  return std::nullopt;
}

// Settings that the default link, lines of [[links]] and the verb `slow` have in common.
template <class Owner, class Settings>
void add_settings(std::vector<Key<Owner>>& keys, Settings settings) {
  keys.push_back(duration_key<Owner>(
      "latency", [settings](auto& owner) -> auto& { return settings(owner).latency; },
      "Time on the way, one direction."));
  keys.push_back(duration_key<Owner>(
      "jitter", [settings](auto& owner) -> auto& { return settings(owner).jitter; },
      "Up to so much more, drawn for each chunk; the order within a connection is kept."));
  keys.push_back(whole_key<Owner>(
      "rate", [settings](auto& owner) -> auto& { return settings(owner).bytes_per_second; }, 0, rate_max,
      "Bytes a second; 0: no limit."));
}

}  // namespace

const std::vector<Section>& sections() {
  static const std::vector<Section> all = {
      {"topology", false, "The instances behind the proxy, and what connects them."},
      {"proxy", false,
       "The proxy's configuration: nginx text, the very text that one would deploy, or only a policy."},
      {"app", false, "Options of the Socket.IO instances."},
      {"clients", true, "A group of equal clients, named `PREFIX-1`, `PREFIX-2`, and so on."},
      {"workload", false, "Messages that clients send to their rooms, taking turns."},
      {"default_link", false, "Every link that no line of `[[links]]` names."},
      {"links", true, "A link between two nodes or groups (`apps`, `clients`)."},
      {"steps", true,
       "Something that is done to the run at a time. The arguments of the verb are keys of the step."},
      {"knobs", true,
       "One thing to turn, and what is to be seen then. `SCENARIO:NAME` is the scenario with the knob "
       "turned, "
       "wherever a scenario is named; `roundhouse lesson` plays each. A knob has `[[knobs.expect]]`, and of "
       "`[knobs.proxy]`, `[[knobs.clients]]` and `[[knobs.steps]]` those it turns: each stands in place of "
       "the file's."},
      {"expect", true,
       "A prediction: one metric and exactly one of `equals`, `at_least`, `at_most`, `between`, "
       "`wilson99`; or a property of the run's history."}};
  return all;
}

const std::vector<Key<Scenario>>& top_keys() {
  static const std::vector<Key<Scenario>> keys = {
      text_key<Scenario>("title", &Scenario::title, "One line for lists and reports."),
      text_key<Scenario>("about", &Scenario::about, "What the scenario shows, and why."),
      text_key<Scenario>(
          "claim", &Scenario::claim,
          "What the scenario teaches, in one plain sentence. With it the scenario is a lesson: "
          "`roundhouse lesson` lists it."),
      whole_key<Scenario>("seed", &Scenario::seed, 0, seed_max,
                          "Every draw of the virtual world follows from it: same seed, same run."),
      duration_key<Scenario>("duration", &Scenario::duration, "How long the run lasts."),
      duration_key<Scenario>("settle", &Scenario::settle,
                             "After that, at most so long until nothing is on its way any more."),
      {"agree", "array of metrics", "Figures that must be equal in both worlds.",
       [](Scenario& scenario, const TomlValue& value) { return read_texts(scenario.agree, value); },
       [](const Scenario& scenario) { return write_texts(scenario.agree); }}};
  return keys;
}

const std::vector<Key<Scenario>>& topology_keys() {
  static const std::vector<Key<Scenario>> keys = {
      whole_key<Scenario>("instances", &Scenario::instances, 0, instances_max,
                          "How many app instances there are. 0 makes sense only without clients."),
      text_key<Scenario>(
          "instance_prefix", &Scenario::instance_prefix,
          "Instances are named `PREFIX-1` and so on; nginx text uses the same names in its `server` lines."),
      whole_key<Scenario>("instance_port", &Scenario::instance_port, 1, 65535,
                          "The port that every instance listens on."),
      word_key<Scenario>(
          "broker", &Scenario::broker,
          Words<BrokerKind>{{"embedded", BrokerKind::embedded}, {"none", BrokerKind::none}},
          "`embedded`: a Redis-compatible broker connects the instances. `none`: nothing does.")};
  return keys;
}

const std::vector<Key<Scenario>>& proxy_keys() {
  static const std::vector<Key<Scenario>> keys = {
      text_key<Scenario>(
          "nginx", &Scenario::nginx,
          "The whole nginx configuration, between triple quotes. Messages count the lines of this file. "
          "Text with backslashes needs `'''`."),
      text_key<Scenario>(
          "nginx_file", &Scenario::nginx_file,
          "A file with the configuration in place of `nginx`; its path is relative to the scenario's."),
      text_key<Scenario>(
          "policy", &Scenario::policy,
          "In place of both: the balancing directive, such as `ip_hash` or `hash $remote_addr consistent`, "
          "of a "
          "configuration with the Upgrade lines that is made for the instances. None is round robin."),
      whole_key<Scenario>("servers", &Scenario::servers, 0, instances_max,
                          "Of a configuration that is made: only the first so many instances have a `server` "
                          "line; the step `servers` adds the others. 0: all have one."),
      text_key<Scenario>("server_options", &Scenario::server_options,
                         "Of a configuration that is made: what stands in each `server` line behind the "
                         "address, such as `max_fails=0` or `fail_timeout=2s`.")};
  return keys;
}

const std::vector<Key<AppOptions>>& app_keys() {
  static const std::vector<Key<AppOptions>> keys = {
      duration_key<AppOptions>("ping_interval", &AppOptions::ping_interval,
                               "From a handshake or pong to the next ping."),
      duration_key<AppOptions>("ping_timeout", &AppOptions::ping_timeout,
                               "How long a ping waits for its pong."),
      duration_key<AppOptions>("upgrade_timeout", &AppOptions::upgrade_timeout,
                               "How long an upgrade may take."),
      duration_key<AppOptions>("connect_timeout", &AppOptions::connect_timeout,
                               "How long a session may stay without a joined namespace."),
      whole_key<AppOptions>("payload_bytes_max", &AppOptions::payload_bytes_max, 1, app_payload_bytes_max,
                            "A larger message is refused: status 413, close code 1009.")};
  return keys;
}

const std::vector<Key<ClientGroup>>& client_keys() {
  static const std::vector<Key<ClientGroup>> keys = {
      text_key<ClientGroup>("prefix", &ClientGroup::prefix, "Beginning of the clients' names."),
      whole_key<ClientGroup>("count", &ClientGroup::count, 1, clients_max, "How many clients."),
      {"transports", "array of \"polling\", \"websocket\"",
       "Polling followed by websocket: begins with polling and upgrades. One alone: only that.",
       [](ClientGroup& group, const TomlValue& value) { return read_transports(group.transports, value); },
       [](const ClientGroup& group) {
         std::vector<std::string> words;
         for (const Transport transport : group.transports) {
           words.emplace_back(transport == Transport::polling ? "polling" : "websocket");
         }
         return write_texts(words);
       }},
      text_key<ClientGroup>("address", &ClientGroup::address,
                            "Source address, in 127.0.0.0/8; a client's number goes into the braces, past "
                            "255 on into the octet "
                            "before."),
      whole_key<ClientGroup>("rooms", &ClientGroup::rooms, 0, rooms_max,
                             "Rooms `room-1` and so on; client k joins room 1 + (k - 1) mod rooms once it "
                             "has connected. 0: joins "
                             "and sends nothing."),
      duration_key<ClientGroup>("start", &ClientGroup::start, "When the first client connects."),
      duration_key<ClientGroup>("spread", &ClientGroup::spread,
                                "The last one connects so much later, the others evenly between."),
      duration_key<ClientGroup>("think", &ClientGroup::think, "Wait before each HTTP request but the first."),
      duration_key<ClientGroup>("think_jitter", &ClientGroup::think_jitter,
                                "Up to so much more wait, drawn for each request."),
      flag_key<ClientGroup>("reconnection", &ClientGroup::reconnection,
                            "Comes back by itself, with the back-off of the JavaScript client."),
      flag_key<ClientGroup>("cookies", &ClientGroup::cookies, "Keeps cookies, as a browser does."),
      whole_key<ClientGroup>(
          "attempts", &ClientGroup::attempts, 0, attempts_max,
          "N > 0: makes N first attempts one after another and closes each; for counting.")};
  return keys;
}

const std::vector<Key<Workload>>& workload_keys() {
  static const std::vector<Key<Workload>> keys = {
      whole_key<Workload>("messages", &Workload::messages, 0, messages_max, "Messages in all."),
      duration_key<Workload>("start", &Workload::start, "When the first is sent."),
      duration_key<Workload>("interval", &Workload::interval, "From one to the next."),
      whole_key<Workload>("payload_bytes", &Workload::payload_bytes, 0, payload_bytes_max,
                          "Bytes of padding in each message.")};
  return keys;
}

const std::vector<Key<LinkSettings>>& default_link_keys() {
  static const std::vector<Key<LinkSettings>> keys = [] {
    std::vector<Key<LinkSettings>> made;
    add_settings(
        made, [](auto& settings) -> auto& { return settings; });
    return made;
  }();
  return keys;
}

const std::vector<Key<LinkLine>>& link_keys() {
  static const std::vector<Key<LinkLine>> keys = [] {
    std::vector<Key<LinkLine>> made = {
        {"between", "array of two names", "The two ends; the settings are for both directions.", read_ends,
         [](const LinkLine& link) {
           return link.both_ways && !link.a.empty() ? write_texts({link.a, link.b}) : std::string();
         }},
        {"from", "text", "With `to`, in place of `between`: one direction only.",
         [](LinkLine& link, const TomlValue& value) {
           link.both_ways = false;
           return read_text(link.a, value);
         },
         [](const LinkLine& link) { return link.both_ways ? std::string() : in_quotes(link.a); }},
        {"to", "text", "The other end.",
         [](LinkLine& link, const TomlValue& value) {
           link.both_ways = false;
           return read_text(link.b, value);
         },
         [](const LinkLine& link) { return link.both_ways ? std::string() : in_quotes(link.b); }}};
    add_settings(
        made, [](auto& link) -> auto& { return link.settings; });
    made.push_back(flag_key<LinkLine>(
        "cut", [](auto& link) -> auto& { return link.settings.cut; },
        "Nothing passes until a step heals it."));
    return made;
  }();
  return keys;
}

const std::vector<Key<Step>>& step_keys() {
  static const std::vector<Key<Step>> keys = {
      required(duration_key<Step>("at", &Step::at, "When, from the start of the run.")),
      required(text_key<Step>("verb", &Step::verb, "What is done: one of the verbs below.")),
      required(
          text_key<Step>("target", &Step::target,
                         "A node (`app-1`, `client-7`, `proxy`, `broker`), a group (`apps`, `clients`), or a "
                         "link: `app-1-broker` both "
                         "ways, `app-1->broker` one way."))};
  return keys;
}

const std::vector<Key<Knob>>& knob_keys() {
  static const std::vector<Key<Knob>> keys = {
      required(text_key<Knob>("name", &Knob::name, "A word, such as `ketama`.")),
      required(text_key<Knob>("about", &Knob::about, "What is turned, and what that does, in one sentence.")),
      required(word_key<Knob>(
          "effect", &Knob::effect,
          Words<Knob::Effect>{{"breaks", Knob::Effect::breaks}, {"mends", Knob::Effect::mends}},
          "Whether turning it makes things worse or better."))};
  return keys;
}

const std::vector<Key<Expectation>>& expect_keys() {
  using Expected = Expectation::Kind;
  static const std::vector<Key<Expectation>> keys = {
      text_key<Expectation>("name", &Expectation::name,
                            "The prediction in words; the name of the metric or property if it is left out."),
      text_key<Expectation>("metric", &Expectation::metric, "One of the metrics below."),
      text_key<Expectation>(
          "property", &Expectation::property,
          "In place of a metric and its number: one of the properties below, which must hold."),
      flag_key<Expectation>("broken", &Expectation::broken,
                            "With `property`: it must be broken instead, as a counterexample shows."),
      prediction_key("equals", Expected::equal, "The metric is this number."),
      prediction_key("at_least", Expected::at_least, "It is this number or more."),
      prediction_key("at_most", Expected::at_most, "It is this number or less."),
      {"between", "array of two numbers", "It is in this range, ends included.", read_between,
       [](const Expectation& expectation) {
         if (expectation.metric.empty() || expectation.kind != Expected::between) return std::string();
         return "[" + write_number(expectation.value) + ", " + write_number(expectation.high) + "]";
       }},
      prediction_key(
          "wilson99", Expected::wilson99,
          "For metrics with `_percent` in their name: this chance, in percent, lies in the 99 % Wilson "
          "interval of what was seen."),
      text_key<Expectation>("source", &Expectation::source, "Where the number comes from."),
      {"world", "\"virtual\" or \"loopback\"", "Judged in this world only; in both if it is left out.",
       [](Expectation& expectation, const TomlValue& value) {
         return read_word<std::string>(expectation.only, value,
                                       {{"virtual", "virtual"}, {"loopback", "loopback"}});
       },
       [](const Expectation& expectation) {
         return expectation.only.empty() ? std::string() : in_quotes(expectation.only);
       }}};
  return keys;
}

}  // namespace roundhouse::scenario_file
