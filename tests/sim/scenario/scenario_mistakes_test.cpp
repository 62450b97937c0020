// What is wrong with a scenario file is one message: FILE:LINE, what is wrong, and the nearest right word.
#include <roundhouse/scenario.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using namespace roundhouse;

namespace {

std::string mistake(const std::string& text) {
  const auto scenario = parse_scenario(text, "x.toml");
  return scenario ? "no mistake" : scenario.error().text();
}

// Two clients, two instances, five seconds: what most mistakes below are made in. Its eight lines come first.
const std::string sound =
    "duration = \"5s\"\n"
    "[topology]\n"
    "instances = 2\n"
    "[[clients]]\n"
    "count = 7\n"
    "[workload]\n"
    "messages = 2\n"
    "\n";

std::string mistake_behind_sound(const std::string& text) {
  return mistake(sound + text);
}

}  // namespace

TEST_CASE("the scenario that mistakes are made in has none", "[scenario]") {
  CHECK(mistake(sound) == "no mistake");
}

TEST_CASE("an unknown key gets the nearest one of its table", "[scenario]") {
  CHECK(mistake("title = \"x\"\ndurration = \"5s\"\n") ==
        "x.toml:2: unknown key \"durration\" in the top of the file; did you mean \"duration\"?");
  CHECK(mistake("[topology]\ninstancs = 2\n") ==
        "x.toml:2: unknown key \"instancs\" in [topology]; did you mean \"instances\"?");
  CHECK(mistake("[[clients]]\ncount = 1\n[[clients]]\nprefix = \"b\"\ntransport = [\"polling\"]\n") ==
        "x.toml:5: unknown key \"transport\" in [[clients]]; did you mean \"transports\"?");
  CHECK(mistake("[poxy]\n") ==
        "x.toml:1: unknown key \"poxy\" in the top of the file; did you mean \"proxy\"?");
  CHECK(mistake("xyzzy = 1\n") == "x.toml:1: unknown key \"xyzzy\" in the top of the file");
}

TEST_CASE("a key of another table is sent home", "[scenario]") {
  CHECK(mistake("ping_timeout = 5\n") ==
        "x.toml:1: unknown key \"ping_timeout\" in the top of the file; it belongs in [app]");
  CHECK(mistake("[topology]\nseed = 5\n") ==
        "x.toml:2: unknown key \"seed\" in [topology]; it belongs in the top of the file");
}

TEST_CASE("the first mistake of the file is the one that is told", "[scenario]") {
  CHECK(mistake("zzz = 1\naaa = 2\n").starts_with("x.toml:1: unknown key \"zzz\""));
}

TEST_CASE("a wrong type says what is wanted and what was found", "[scenario]") {
  CHECK(mistake("[topology]\ninstances = \"two\"\n") ==
        "x.toml:2: instances: a whole number from 0 to 1000 is wanted, found the text \"two\"");
  CHECK(mistake("[topology]\ninstances = 2.5\n") ==
        "x.toml:2: instances: a whole number from 0 to 1000 is wanted, found the number 2.5");
  CHECK(mistake("title = 7\n") == "x.toml:1: title: a text is wanted, found the number 7");
  CHECK(mistake("title = [\"a\"]\n") == "x.toml:1: title: a text is wanted, found an array");
  CHECK(mistake("title = 2021-08-01\n") == "x.toml:1: title: a text is wanted, found a date or time");
  CHECK(mistake("[[clients]]\ncookies = \"yes\"\n") ==
        "x.toml:2: cookies: true or false is wanted, found the text \"yes\"");
  CHECK(mistake("agree = \"connected\"\n") ==
        "x.toml:1: agree: an array of texts is wanted, found the text \"connected\"");
  CHECK(mistake("agree = [1]\n") == "x.toml:1: agree: an array of texts is wanted, found the number 1 in it");
  CHECK(mistake("topology = 1\n") == "x.toml:1: topology: a table [topology] is wanted, found the number 1");
  CHECK(mistake("[clients]\ncount = 1\n") ==
        "x.toml:1: clients: a table [[clients]], with two brackets, is wanted, found a table");
  CHECK(mistake("[[topology]]\n") == "x.toml:1: topology: a table [topology] is wanted, found an array");
}

TEST_CASE("a duration needs a unit that exists, and is not negative", "[scenario]") {
  const std::string wanted =
      "a duration, such as \"250ms\" or \"5s\" or a number of seconds, is wanted, found ";
  CHECK(mistake("duration = \"5 seconds\"\n") == "x.toml:1: duration: " + wanted + "the text \"5 seconds\"");
  CHECK(mistake("duration = -1\n") == "x.toml:1: duration: " + wanted + "the number -1");
  CHECK(mistake("duration = 1e12\n") == "x.toml:1: duration: " + wanted + "the number 1000000000000");
  CHECK(mistake("duration = nan\n") == "x.toml:1: duration: " + wanted + "the number nan");
  CHECK(mistake("duration = true\n") == "x.toml:1: duration: " + wanted + "true");
  CHECK(mistake("duration = 0\n") == "x.toml:1: duration is 0: nothing would happen");
}

TEST_CASE("an unknown value gets the nearest right one", "[scenario]") {
  CHECK(mistake("[topology]\nbroker = \"embeded\"\n") ==
        "x.toml:2: broker: \"embedded\" or \"none\" is wanted, found the text \"embeded\"; did you mean "
        "\"embedded\"?");
  CHECK(mistake("[[clients]]\ntransports = [\"polling\", \"websockets\"]\n") ==
        "x.toml:2: transports: \"polling\" or \"websocket\" is wanted, found the text \"websockets\"; did "
        "you mean \"websocket\"?");
}

TEST_CASE("transports are one or two, polling first", "[scenario]") {
  CHECK(mistake("[[clients]]\ntransports = []\n") ==
        "x.toml:2: transports: at least one transport is wanted, found an empty array");
  CHECK(mistake("[[clients]]\ntransports = [\"polling\", \"polling\"]\n") ==
        "x.toml:2: transports: \"polling\" is there twice");
  CHECK(mistake("[[clients]]\ntransports = [\"websocket\", \"polling\"]\n") ==
        "x.toml:2: transports: \"polling\" comes before \"websocket\": a client begins with polling and "
        "upgrades");
}

TEST_CASE("numbers out of their range are refused", "[scenario]") {
  CHECK(mistake("[[clients]]\ncount = 0\n") ==
        "x.toml:2: count: a whole number from 1 to 1000000 is wanted, found the number 0");
  CHECK(mistake("[[clients]]\ncount = -3\n") ==
        "x.toml:2: count: a whole number from 1 to 1000000 is wanted, found the number -3");
  CHECK(mistake("[[clients]]\ncount = 1000001\n").find("found the number 1000001") != std::string::npos);
  CHECK(mistake("[topology]\ninstances = 1001\n").find("found the number 1001") != std::string::npos);
  CHECK(mistake("[topology]\ninstance_port = 0\n") ==
        "x.toml:2: instance_port: a whole number from 1 to 65535 is wanted, found the number 0");
  CHECK(mistake("[topology]\ninstance_port = 65536\n").find("found the number 65536") != std::string::npos);
  CHECK(mistake("seed = -1\n") ==
        "x.toml:1: seed: a whole number of 0 or more is wanted, found the number -1");
  CHECK(mistake("[workload]\npayload_bytes = 1000001\n").find("found the number 1000001") !=
        std::string::npos);
}

TEST_CASE("clients need an instance", "[scenario]") {
  CHECK(mistake("[topology]\ninstances = 0\n[[clients]]\n") ==
        "x.toml:2: there are clients but no instances; instances is 1 or more");
  CHECK(mistake("[topology]\ninstances = 0\n") == "no mistake");
}

TEST_CASE("no two nodes have one name", "[scenario]") {
  CHECK(mistake("[[clients]]\n[[clients]]\n") ==
        "x.toml:2: two clients are called \"client-1\" (the other group is in line 1); give this group "
        "another prefix");
  CHECK(mistake("[[clients]]\nprefix = \"app\"\n") ==
        "x.toml:1: clients and instances are both called \"app-1\"; give the clients another prefix");
  CHECK(mistake("[[clients]]\nprefix = \"proxy\"\n") ==
        "x.toml:1: prefix \"proxy\" is taken: it names a node or a group");
  CHECK(mistake("[topology]\ninstance_prefix = \"broker\"\n") ==
        "x.toml:2: prefix \"broker\" is taken: it names a node or a group");
}

TEST_CASE("a prefix is a name", "[scenario]") {
  for (const std::string bad : {"", "7up", "a b", "a-", "h\u00f6f", "a.b"}) {
    INFO(bad);
    CHECK(mistake("[[clients]]\nprefix = \"" + bad + "\"\n").find("is no name") != std::string::npos);
  }
  CHECK(mistake("[[clients]]\nprefix = \"" + std::string(50, 'a') + "\"\n") == "no mistake");
  CHECK(mistake("[[clients]]\nprefix = \"" + std::string(51, 'a') + "\"\n").find("is no name") !=
        std::string::npos);
  CHECK(mistake("[[clients]]\nprefix = \"old-phone\"\n") == "no mistake");
}

TEST_CASE("an unknown verb gets the nearest one", "[scenario]") {
  CHECK(mistake_behind_sound("[[steps]]\nat = 1\nverb = \"kil\"\ntarget = \"app-1\"\n") ==
        "x.toml:11: unknown verb \"kil\"; did you mean \"kill\"?");
  CHECK(mistake_behind_sound("[[steps]]\nat = 1\nverb = 3\ntarget = \"app-1\"\n") ==
        "x.toml:11: verb: a text is wanted, found the number 3");
}

TEST_CASE("an unknown target gets the nearest node", "[scenario]") {
  const auto step = [](const std::string& verb, const std::string& target) {
    return mistake_behind_sound("[[steps]]\nat = 1\nverb = \"" + verb + "\"\ntarget = \"" + target + "\"\n");
  };
  CHECK(step("kill", "app-3") == "x.toml:9: no node is called \"app-3\"; did you mean \"app-1\"?");
  CHECK(step("kill", "ap-2") == "x.toml:9: no node is called \"ap-2\"; did you mean \"app-2\"?");
  CHECK(step("kill", "clinet-7") == "x.toml:9: no node is called \"clinet-7\"; did you mean \"client-7\"?");
  CHECK(step("kill", "client-8").starts_with("x.toml:9: no node is called \"client-8\""));
  CHECK(step("kill", "client-07").starts_with("x.toml:9: no node is called \"client-07\""));
  CHECK(step("drop", "app-1") == "x.toml:9: drop wants a client, and \"app-1\" is none");
  CHECK(step("drop", "client") == "x.toml:9: no client is called \"client\"; did you mean \"clients\"?");
  CHECK(step("kill", "app-1-broker") == "x.toml:9: kill wants a node, and \"app-1-broker\" is a link");
  CHECK(step("cut", "app-1") ==
        "x.toml:9: cut wants a link, such as \"app-1-proxy\" or \"app-1->proxy\", and \"app-1\" is a node");
  CHECK(step("cut", "app-1-brokr") ==
        "x.toml:9: no link is called \"app-1-brokr\"; did you mean \"app-1-broker\"?");
  CHECK(step("cut", "app-1>broker").find("did you mean \"app-1-broker\"?") != std::string::npos);
  for (const char* target : {"app-1", "apps", "clients", "proxy", "broker", "client-7"})
    CHECK(step("kill", target) == "no mistake");
  for (const char* target : {"app-1-broker", "app-1->broker", "apps-broker", "clients->proxy"}) {
    CHECK(step("cut", target) == "no mistake");
  }
}

TEST_CASE("without a broker nothing happens to it", "[scenario]") {
  CHECK(mistake("[topology]\nbroker = \"none\"\n[[steps]]\nat = 1\nverb = \"kill\"\ntarget = \"broker\"\n") ==
        "x.toml:3: no node is called \"broker\"");
}

TEST_CASE("a step needs its time, its verb, its target and its arguments", "[scenario]") {
  CHECK(mistake_behind_sound("[[steps]]\nverb = \"kill\"\ntarget = \"app-1\"\n") ==
        "x.toml:9: a step needs \"at\"");
  CHECK(mistake_behind_sound("[[steps]]\nat = 1\nverb = \"kill\"\n") == "x.toml:9: a step needs \"target\"");
  CHECK(mistake_behind_sound("[[steps]]\nat = 1\ntarget = \"app-1\"\n") == "x.toml:9: a step needs \"verb\"");
  CHECK(mistake_behind_sound("[[steps]]\nat = 1\nverb = \"join\"\ntarget = \"client-1\"\n") ==
        "x.toml:9: join needs \"room\"");
  CHECK(mistake_behind_sound("[[steps]]\nat = 1\nverb = \"slow\"\ntarget = \"app-1-broker\"\n") ==
        "x.toml:9: slow needs \"latency\", \"jitter\" or \"rate\"");
}

TEST_CASE("an argument belongs to its verb and has its type", "[scenario]") {
  CHECK(mistake_behind_sound(
            "[[steps]]\nat = 1\nverb = \"slow\"\ntarget = \"app-1-broker\"\nlatancy = \"1s\"\n") ==
        "x.toml:13: unknown key \"latancy\" in a step of verb slow; did you mean \"latency\"?");
  CHECK(mistake_behind_sound("[[steps]]\nat = 1\nverb = \"kill\"\ntarget = \"app-1\"\nroom = \"a\"\n") ==
        "x.toml:13: unknown key \"room\" in a step of verb kill");
  CHECK(mistake_behind_sound(
            "[[steps]]\nat = 1\nverb = \"slow\"\ntarget = \"app-1-broker\"\nrate = \"fast\"\n") ==
        "x.toml:13: rate: a whole number of 0 or more is wanted, found the text \"fast\"");
  CHECK(mistake_behind_sound(
            "[[steps]]\nat = 1\nverb = \"slow\"\ntarget = \"app-1-broker\"\nlatency = \"4x\"\n")
            .starts_with("x.toml:13: latency: a duration"));
  CHECK(mistake_behind_sound("[[steps]]\nat = 1\nverb = \"join\"\ntarget = \"client-1\"\nroom = \"\"\n") ==
        "x.toml:13: room: is empty");
}

TEST_CASE("nothing is planned for after the end", "[scenario]") {
  CHECK(mistake_behind_sound("[[steps]]\nat = \"6s\"\nverb = \"kill\"\ntarget = \"app-1\"\n") ==
        "x.toml:9: at 6s is after the end of the run (duration is 5s)");
  CHECK(mistake("duration = \"1s\"\n[[clients]]\nstart = \"800ms\"\nspread = \"300ms\"\n") ==
        "x.toml:2: the last client would connect at 1100ms, after the end of the run (duration is 1s)");
  CHECK(mistake("duration = \"2s\"\n[[clients]]\n[workload]\nmessages = 12\n") ==
        "x.toml:3: 12 messages from 1s on, one each 100ms, do not fit into the run (duration is 2s)");
  CHECK(mistake("duration = \"2s\"\n[[clients]]\n[workload]\nmessages = 11\n") == "no mistake");
  CHECK(mistake("duration = \"2s\"\n[[clients]]\n[workload]\nmessages = 1\nstart = \"3s\"\n")
            .starts_with("x.toml:3: 1 messages"));
}

TEST_CASE("messages need somebody who sends them", "[scenario]") {
  const std::string wanted = "there are messages but nobody to send them: no group of clients has rooms";
  CHECK(mistake("[workload]\nmessages = 1\n") == "x.toml:1: " + wanted);
  CHECK(mistake("[[clients]]\nrooms = 0\n[workload]\nmessages = 1\n") == "x.toml:3: " + wanted);
  CHECK(mistake("[[clients]]\nattempts = 3\n[workload]\nmessages = 1\n") == "x.toml:3: " + wanted);
}

TEST_CASE("a link has two ends that exist", "[scenario]") {
  CHECK(mistake_behind_sound("[[links]]\nbetween = [\"app-1\", \"brokr\"]\n") ==
        "x.toml:9: no node is called \"brokr\"; did you mean \"broker\"?");
  CHECK(mistake_behind_sound("[[links]]\nbetween = [\"app-1\"]\n") ==
        "x.toml:10: between: an array of two names is wanted, found an array");
  CHECK(mistake_behind_sound("[[links]]\nbetween = [\"app-1\", \"app-1\"]\n") ==
        "x.toml:9: a link has two ends, not \"app-1\" twice");
  CHECK(mistake_behind_sound("[[links]]\nfrom = \"app-1\"\n") ==
        "x.toml:9: a link has either \"between\" or both \"from\" and \"to\"");
  CHECK(mistake_behind_sound("[[links]]\nbetween = [\"app-1\", \"broker\"]\nto = \"proxy\"\n")
            .find("has either") != std::string::npos);
  CHECK(mistake_behind_sound("[[links]]\nfrom = \"clients\"\nto = \"proxy\"\nlatency = \"1ms\"\n") ==
        "no mistake");
}

TEST_CASE("an unknown metric gets the nearest one", "[scenario]") {
  const auto expect = [](const std::string& metric) {
    return mistake_behind_sound("[[expect]]\nmetric = \"" + metric + "\"\nequals = 1\n");
  };
  CHECK(expect("conected") == "x.toml:9: unknown metric \"conected\"; did you mean \"connected\"?");
  CHECK(expect("lost.no-broker") ==
        "x.toml:9: unknown metric \"lost.no-broker\"; did you mean \"lost.no_broker\"?");
  CHECK(expect("sessions.app-3") ==
        "x.toml:9: unknown metric \"sessions.app-3\"; did you mean \"sessions.app-1\"?");
  CHECK(expect("latency_ms.p75").find("did you mean \"latency_ms.p") != std::string::npos);
  CHECK(expect("lost").find("did you mean \"lost.") != std::string::npos);
  CHECK(expect("lost.CAUSE").find("unknown metric") != std::string::npos);
  for (const char* metric :
       {"connected", "lost.dead", "sessions.app-2", "failures.xhr post error", "latency_ms.p99"}) {
    CHECK(expect(metric) == "no mistake");
  }
  CHECK(mistake("agree = [\"connected\", \"delivries\"]\n") ==
        "x.toml:1: unknown metric \"delivries\"; did you mean \"deliveries\"?");
}

TEST_CASE("an expectation has a metric and exactly one prediction", "[scenario]") {
  CHECK(mistake_behind_sound("[[expect]]\nequals = 1\n") ==
        "x.toml:9: an expectation needs \"metric\" or \"property\"");
  CHECK(mistake_behind_sound("[[expect]]\nmetric = \"connected\"\n") ==
        "x.toml:9: an expectation has exactly one of equals, at_least, at_most, between and wilson99; here "
        "are 0");
  CHECK(mistake_behind_sound("[[expect]]\nmetric = \"connected\"\nequals = 1\nat_most = 2\n")
            .ends_with("here are 2"));
  CHECK(mistake_behind_sound("[[expect]]\nmetric = \"connected\"\nequals = \"1\"\n") ==
        "x.toml:11: equals: a number is wanted, found the text \"1\"");
  CHECK(mistake_behind_sound("[[expect]]\nmetric = \"connected\"\nequals = -1\n") ==
        "x.toml:11: equals: a number of 0 or more is wanted, found the number -1");
  CHECK(mistake_behind_sound("[[expect]]\nmetric = \"connected\"\nbetween = [3, 2]\n") ==
        "x.toml:11: between: the lower number comes first");
  CHECK(mistake_behind_sound("[[expect]]\nmetric = \"connected\"\nwilson99 = 25\n") ==
        "x.toml:9: wilson99 is for a share, a metric with \"_percent\" in its name; connected is a count");
  CHECK(mistake_behind_sound("[[expect]]\nmetric = \"connected_percent\"\nequals = 101\n") ==
        "x.toml:9: connected_percent is never more than 100");
  CHECK(mistake_behind_sound("[[expect]]\nmetric = \"connected\"\nequals = 1\nworld = \"real\"\n") ==
        "x.toml:12: world: \"virtual\" or \"loopback\" is wanted, found the text \"real\"");
}

TEST_CASE("the proxy is configured in one way", "[scenario]") {
  CHECK(mistake("[proxy]\nnginx = \"events {}\"\npolicy = \"ip_hash\"\n") ==
        "x.toml:3: policy: one of nginx, nginx_file and policy is wanted, and nginx is there already");
  CHECK(mistake("[proxy]\nnginx = \"\"\n") == "x.toml:2: nginx is empty");
  CHECK(mistake("[proxy]\nnginx_file = \"nowhere.conf\"\n") ==
        "x.toml:2: nginx_file: there is no file \"nowhere.conf\"");
  CHECK(mistake("[proxy]\nnginx = \"\"\"\nevents \\\n {}\n\"\"\"\n").find("write '''") != std::string::npos);
}

TEST_CASE("what is no TOML gets its line and the reason", "[scenario]") {
  CHECK(mistake("title = \"a\"\nseed 5\n").starts_with("x.toml:2: "));
  CHECK(mistake("seed = 1\nseed = 2\n").starts_with("x.toml:2: "));
  CHECK(mistake("title = \"\xff\"\n").starts_with("x.toml:1: "));
  CHECK(mistake("[proxy]\nnginx = \"\"\"\nevents {}\n").starts_with("x.toml:"));
}

TEST_CASE("what breaks an assertion of the TOML library is a mistake with a line", "[scenario]") {
  CHECK(mistake("[*") == "x.toml:1: this is not TOML");
  CHECK(mistake("title = \"x\"\n\n[*]\n[poxy]\n") == "x.toml:3: this is not TOML");
}

TEST_CASE("any beginning of a scenario is a scenario or a mistake with a line", "[scenario]") {
  const std::string whole =
      sound +
      "[[steps]]\nat = 1\nverb = \"slow\"\ntarget = \"app-1->broker\"\nlatency = \"1s\"\n"
      "[[expect]]\nmetric = \"lost.dead\"\nbetween = [1, 2]\n[proxy]\nnginx = '''\nevents {}\n'''\n";
  CHECK(mistake(whole) == "no mistake");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto scenario = parse_scenario(whole.substr(0, size), "x.toml");
    if (!scenario) CHECK(scenario.error().where().starts_with("x.toml:"));
  }
}

TEST_CASE("a file that is not there, or too large, is told by name", "[scenario]") {
  const auto missing = read_scenario("nowhere.toml");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().text() == "there is no file \"nowhere.toml\"");
  const std::string file = ROUNDHOUSE_BINARY_DIR "/tests/large.toml";
  std::ofstream(file) << "title = \"" << std::string(4 * 1024 * 1024, 'a') << "\"\n";
  const auto large = read_scenario(file);
  std::filesystem::remove(file);
  REQUIRE_FALSE(large.has_value());
  CHECK(large.error().text().find("is larger than 4194304 bytes") != std::string::npos);
}

TEST_CASE("more steps than the limit are refused", "[scenario]") {
  std::string text = sound;
  for (int i = 0; i < 100'000; ++i) text += "[[steps]]\nat=1\nverb=\"kill\"\ntarget=\"app-1\"\n";
  CHECK(mistake(text) == "no mistake");
  CHECK(mistake(text + "[[steps]]\nat=1\nverb=\"kill\"\ntarget=\"app-1\"\n") ==
        "x.toml:400009: more than 100000 steps");
}

TEST_CASE("an expected property is a known one, and has no number", "[scenario]") {
  CHECK(mistake_behind_sound("[[expect]]\nproperty = \"P3\"\nequals = 1\n") ==
        "x.toml:9: a property has no number: it holds, or (broken = true) it is broken");
  CHECK(mistake_behind_sound("[[expect]]\nproperty = \"P3\"\nmetric = \"sends\"\n") ==
        "x.toml:9: an expectation has a metric or a property, not both");
  CHECK(mistake_behind_sound("[[expect]]\nmetric = \"sends\"\nequals = 1\nbroken = true\n") ==
        "x.toml:9: broken is for a property, not for a metric");
  CHECK(mistake_behind_sound("[[expect]]\nproperty = \"P99\"\n") ==
        "x.toml:9: unknown property \"P99\"; did you mean \"P9\"? There are P1, P2, P3, P7, P9, P10, P11, "
        "P17, invariant");
}

TEST_CASE("a wrong balancing policy gets the nearest right one, in a step and in [proxy]", "[scenario]") {
  const std::string step = "[[steps]]\nat = \"1s\"\nverb = \"policy\"\ntarget = \"proxy\"\n";
  CHECK(mistake_behind_sound(step + "policy = \"sticky cookie home\"\n") == "no mistake");
  CHECK(mistake_behind_sound(step + "policy = \"ip_hsh\"\n") ==
        "x.toml:13: policy: \"ip_hsh\" is no balancing policy; did you mean \"ip_hash\"?");
  CHECK(mistake_behind_sound(step + "policy = \"hash\"\n") ==
        "x.toml:13: policy: invalid number of arguments in \"hash\" directive");
  CHECK(mistake_behind_sound(step) == "x.toml:9: policy needs \"policy\"");
  CHECK(mistake_behind_sound(
            "[[steps]]\nat = \"1s\"\nverb = \"policy\"\ntarget = \"app-1\"\npolicy = \"random\"\n") ==
        "x.toml:9: policy wants \"proxy\", not \"app-1\"");
  CHECK(mistake("[proxy]\npolicy = \"least_con\"\n") ==
        "x.toml:2: policy: \"least_con\" is no balancing policy; did you mean \"least_conn\"?");
}

TEST_CASE("an answer is counted by a status that says an error", "[scenario]") {
  const auto metric = [](const std::string& name) {
    return mistake_behind_sound("[[expect]]\nmetric = \"" + name + "\"\nequals = 0\n");
  };
  for (const char* name : {"answers.400", "answers.599", "answers_total"})
    CHECK(metric(name) == "no mistake");
  for (const char* name : {"answers.200", "answers.4x0", "answers.4000"})
    CHECK(metric(name).starts_with("x.toml:9: unknown metric \"" + std::string(name) + "\""));
}
