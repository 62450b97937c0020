// What a step's target names.
#include "sim/faults/target.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "sim/faults/verb.h"

using namespace roundhouse;

namespace {

IsEnd among(std::vector<std::string> names) {
  return
      [names](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
}

}  // namespace

TEST_CASE("a hyphen between two names is a link both ways", "[faults]") {
  CHECK(parse_link("app-1-broker", among({"app-1", "broker"})) == LinkTarget{"app-1", "broker", true});
  CHECK(parse_link("old-app-1-web-2", among({"old-app-1", "web-2"})) ==
        LinkTarget{"old-app-1", "web-2", true});
}

TEST_CASE("an arrow between two names is a link one way", "[faults]") {
  CHECK(parse_link("app-1->broker", among({"app-1", "broker"})) == LinkTarget{"app-1", "broker", false});
}

TEST_CASE("a text that leaves no name on one side is no link", "[faults]") {
  const IsEnd known = among({"app-1", "broker"});
  for (const char* text : {"", "-", "->", "app-1", "broker", "app-1-", "-broker", "app-1-brokr", "app-1->",
                           "app-1->brokr", "->broker", "app-1<-broker"}) {
    INFO(text);
    CHECK(parse_link(text, known) == std::nullopt);
  }
}

TEST_CASE("every verb is known once, is explained, and says what it does to its target", "[faults]") {
  std::vector<std::string_view> names;
  for (const Verb& verb : verbs()) {
    INFO(verb.name);
    CHECK(std::find(names.begin(), names.end(), verb.name) == names.end());
    names.push_back(verb.name);
    CHECK(find_verb(verb.name) == &verb);
    CHECK_FALSE(verb.meaning.empty());
    CHECK((verb.target == TargetKind::link) == (verb.on_link != nullptr));
    CHECK((verb.target == TargetKind::link) == (verb.on_node == nullptr && verb.prepare == nullptr));
    CHECK((verb.target == TargetKind::link) == verb.lives.empty());
  }
  CHECK(find_verb("explode") == nullptr);
}
