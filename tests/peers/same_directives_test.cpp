// Every directive that our reader knows, at each level and with too few and too many words: what `nginx -t` says of it, and what we say.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "core/proxy/nginx_config/config.h"
#include "core/proxy/nginx_config/directives.h"
#include "tests/peers/real_nginx.h"

namespace roundhouse::peers {
namespace {

using proxy::Context;

std::string nginx_program;

/// `nginx -t`, in a folder of its own.
class Tester {
 public:
  Tester() {
    std::string folder = (std::filesystem::temp_directory_path() / "roundhouse-nginx-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = folder;
  }
  ~Tester() { std::filesystem::remove_all(folder_); }
  Tester(const Tester&) = delete;
  Tester& operator=(const Tester&) = delete;

  std::string says(const std::string& text) const {
    std::ofstream(folder_ + "/nginx.conf") << text;
    const std::string command =
        nginx_program + " -t -q -e stderr -p " + folder_ + " -c " + folder_ + "/nginx.conf 2>&1";
    FILE* const out = ::popen(command.c_str(), "r");
    if (out == nullptr) throw std::runtime_error("cannot start nginx");
    std::string said;
    char piece[512];
    while (const std::size_t size = std::fread(piece, 1, sizeof piece, out)) said.append(piece, size);
    ::pclose(out);
    return said;
  }

 private:
  std::string folder_;
};

std::string ours_says(const std::string& text) {
  const auto read = proxy::read_config(text);
  return read ? "" : read.error().text();
}

/// What a reader holds against a directive before it looks at its words; `its words` for all that comes later.
std::string objection(const std::string& said, const std::string& name) {
  for (const std::string& known :
       {"unknown directive \"" + name + "\"", "\"" + name + "\" directive is not allowed here",
        "invalid number of arguments in \"" + name + "\" directive",
        "directive \"" + name + "\" has no opening \"{\"",
        "directive \"" + name + "\" is not terminated by \";\""}) {
    if (said.find(known) != std::string::npos) return known;
  }
  return "its words";
}

struct Place {
  Context context;
  const char* before;
  const char* after;
};
constexpr Place places[] = {
    {proxy::in_main, "", "\nevents {}"},
    {proxy::in_events, "events {\n", "}"},
    {proxy::in_http, "events {}\nhttp {\n", "}"},
    {proxy::in_upstream, "events {}\nhttp {\nupstream a {\n", "}\n}"},
    {proxy::in_server, "events {}\nhttp {\nserver {\n", "}\n}"},
    {proxy::in_location, "events {}\nhttp {\nserver {\nlocation / {\n", "}\n}\n}"},
    {proxy::in_server_if, "events {}\nhttp {\nserver {\nif ($uri) {\n", "}\n}\n}"},
    {proxy::in_location_if, "events {}\nhttp {\nserver {\nlocation / {\nif ($uri) {\n", "}\n}\n}\n}"},
};

struct Known {
  std::string name;
  std::uint16_t contexts;
  std::uint8_t most;
  bool block;
};

std::vector<Known> all_known() {
  std::vector<Known> all;
  for (const proxy::Directive& one : proxy::directives()) {
    const bool newer = one.does == proxy::Does::sticky;
    const bool modules = one.name == "stream" || one.name == "mail";  // they need not be there
    if (!newer && !modules) all.push_back({std::string(one.name), one.contexts, one.most, one.block});
  }
  for (const proxy::Family& family : proxy::without_effect()) {
    for (const std::string_view name : family.all_names())
      all.push_back({std::string(name), family.contexts, family.most, family.block});
  }
  return all;
}

std::string directive(const Known& known, std::size_t words) {
  std::string text = known.name;
  for (std::size_t i = 0; i < words; ++i) text += " w";
  return text + (known.block ? " {}\n" : ";\n");
}

TEST_CASE("each directive is allowed where nginx allows it, and with as many words") {
  const Tester nginx;
  std::size_t asked = 0;
  for (const Known& known : all_known()) {
    const auto same = [&](const Place& place, const std::string& line) {
      const std::string text = place.before + line + place.after;
      const std::string theirs = objection(nginx.says(text), known.name);
      const std::string ours = objection(ours_says(text), known.name);
      if (theirs != ours) FAIL_CHECK(text << "\nnginx: " << theirs << "\nours:  " << ours);
      ++asked;
    };
    bool counted = false;
    for (const Place& place : places) {
      same(place, directive(known, 0));
      if (counted || (known.contexts & place.context) == 0) continue;
      counted = true;
      if (known.most != 255) same(place, directive(known, known.most + 1u));
      same(place, known.name + (known.block ? ";\n" : " w {}\n"));
    }
  }
  CHECK(asked > 4'000);
}

}  // namespace
}  // namespace roundhouse::peers

int main(int count, char** words) {
  const auto found = roundhouse::peers::find_nginx();
  if (!found) {
    std::cout << "SKIPPED: nginx is not installed\n";
    return 77;  // ctest's SKIP_RETURN_CODE for these tests
  }
  roundhouse::peers::nginx_program = *found;
  return Catch::Session().run(count, words);
}
