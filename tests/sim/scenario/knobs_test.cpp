// The knobs of a lesson: what each has stands in place of the scenario's, and its mistakes are told at their lines.
#include <roundhouse/scenario.h>

#include <catch2/catch.hpp>

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

const std::string lesson =
    "claim = \"it matters\"\n"
    "[proxy]\n"
    "policy = \"ip_hash\"\n"
    "[[clients]]\n"
    "count = 3\n"
    "[[steps]]\n"
    "at = 1\n"
    "verb = \"kill\"\n"
    "target = \"app-1\"\n"
    "[[expect]]\n"
    "metric = \"connected\"\n"
    "equals = 3\n";

// Its lines are 13 to 16.
const std::string head = "[[knobs]]\nname = \"turn\"\neffect = \"breaks\"\nabout = \"what it does\"\n";
const std::string expectation = "[[knobs.expect]]\nmetric = \"connected\"\nequals = 0\n";

Scenario read(const std::string& text) {
  const auto scenario = parse_scenario(text, "x.toml");
  if (!scenario) FAIL(scenario.error().text());
  return *scenario;
}

std::string mistake(const std::string& text) {
  const auto scenario = parse_scenario(lesson + text, "x.toml");
  return scenario ? "no mistake" : scenario.error().text();
}

}  // namespace

TEST_CASE("a turned knob replaces what it has, and nothing else", "[scenario]") {
  const Scenario scenario = read(lesson + head + expectation + "[knobs.proxy]\npolicy = \"random\"\n");
  CHECK(scenario.claim == "it matters");
  REQUIRE(scenario.knobs.size() == 1);
  CHECK(scenario.knobs[0].effect == Knob::Effect::breaks);
  const Scenario turned = turn_knob(scenario, "turn").value();
  CHECK(turned.name == "x:turn");
  CHECK(turned.about == "what it does");
  CHECK(turned.title == scenario.title);
  CHECK(turned.policy == "random");
  CHECK(turned.steps == scenario.steps);
  CHECK(turned.clients == scenario.clients);
  CHECK(turned.expect.size() == 1);
  CHECK(turned.expect[0].value == 0);
  CHECK(turned.knobs.empty());
  CHECK(scenario.policy == "ip_hash");
}

TEST_CASE("a knob may bring nginx text, clients, and no steps at all", "[scenario]") {
  const Scenario scenario = read(
      lesson + head + "steps = []\n" + expectation +
      "[knobs.proxy]\nnginx = \"\"\"\nevents {}\nhttp {}\n\"\"\"\n[[knobs.clients]]\nprefix = \"ann\"\n");
  const Scenario turned = turn_knob(scenario, "turn").value();
  CHECK(turned.policy.empty());
  CHECK(turned.nginx == "events {}\nhttp {}\n");
  CHECK(turned.nginx_first_line == 23);
  CHECK(turned.steps.empty());
  REQUIRE(turned.clients.size() == 1);
  CHECK(turned.clients[0].prefix == "ann");
}

TEST_CASE("a knob that is not there gets the nearest one", "[scenario]") {
  const Scenario scenario = read(lesson + head + expectation);
  CHECK(turn_knob(scenario, "trun").error().text() == "x has no knob \"trun\"; did you mean \"turn\"?");
  CHECK(turn_knob(read(lesson), "turn").error().text() == "x has no knobs, so there is no \"turn\" to turn");
}

TEST_CASE("mistakes in a knob are told at their lines", "[scenario]") {
  CHECK(mistake(head + expectation) == "no mistake");
  CHECK(mistake(head) == "x.toml:13: a knob needs [[knobs.expect]]: what is to be seen when it is turned");
  CHECK(mistake("[[knobs]]\nname = \"a\"\n") == "x.toml:13: a knob needs \"about\"");
  CHECK(mistake("[[knobs]]\nnam = \"a\"\n") ==
        "x.toml:14: unknown key \"nam\" in [[knobs]]; did you mean \"name\"?");
  CHECK(mistake("[[knobs]]\nname = \"a b\"\neffect = \"mends\"\nabout = \"c\"\n") ==
        "x.toml:14: name: a word of letters, digits and hyphens is wanted, found \"a b\"");
  CHECK(mistake("[[knobs]]\neffect = \"mend\"\n") ==
        "x.toml:14: effect: \"breaks\" or \"mends\" is wanted, found the text \"mend\"; did you mean "
        "\"mends\"?");
  CHECK(mistake(head + "[[knobs.expct]]\n") ==
        "x.toml:17: unknown key \"expct\" in [[knobs]]; did you mean \"expect\"?");
  CHECK(mistake(head + "[[knobs.expect]]\nmetric = \"conected\"\nequals = 0\n") ==
        "x.toml:17: unknown metric \"conected\"; did you mean \"connected\"?");
  CHECK(mistake(head + expectation + "[knobs.proxy]\npolicy = \"ip_hsh\"\n") ==
        "x.toml:21: policy: \"ip_hsh\" is no balancing policy; did you mean \"ip_hash\"?");
  CHECK(mistake(head + expectation + "[[knobs.steps]]\nat = 1\nverb = \"kill\"\ntarget = \"app-9\"\n")
            .starts_with("x.toml:20: no node is called \"app-9\""));
  CHECK(mistake(head + expectation + "[knobs.proxy]\nservers = 3\n") ==
        "x.toml:21: servers is 3, and there are only 2 instances");
  CHECK(mistake(head + expectation + head + expectation) ==
        "x.toml:20: two knobs are called \"turn\" (the other is in line 13)");
  CHECK(mistake("[knobs]\nname = \"a\"\n") ==
        "x.toml:13: knobs: a table [[knobs]], with two brackets, is wanted, found a table");
}

TEST_CASE("a scenario has at most twenty knobs", "[scenario]") {
  const auto knob = [](int number) {
    return "[[knobs]]\nname = \"k" + std::to_string(number) + "\"\neffect = \"mends\"\nabout = \"a\"\n" +
           expectation;
  };
  std::string text;
  for (int number = 1; number <= 20; ++number) text += knob(number);
  CHECK(mistake(text) == "no mistake");
  CHECK(mistake(text + knob(21)) == "x.toml:153: more than 20 knobs");
}

TEST_CASE("servers and their options belong to a configuration that is made", "[scenario]") {
  const auto proxy = [](const std::string& lines) {
    const auto scenario = parse_scenario("[proxy]\n" + lines, "x.toml");
    return scenario ? "no mistake" : scenario.error().text();
  };
  CHECK(proxy("servers = 1\nserver_options = \"max_fails=0\"\npolicy = \"least_conn\"\n") == "no mistake");
  CHECK(proxy("servers = 1\n") == "no mistake");
  CHECK(proxy("nginx = \"events {}\"\nservers = 1\n") ==
        "x.toml:3: servers is for a configuration that is made from a policy; nginx has server lines of its "
        "own");
  CHECK(proxy("server_options = \"a; b\"\n") ==
        "x.toml:2: server_options: parameters are wanted, such as \"max_fails=0 weight=2\", found the text "
        "\"a; b\"");
  CHECK(proxy("servers = 3\n") == "x.toml:2: servers is 3, and there are only 2 instances");
}
