// The `roundhouse` command: reads its words and hands them on.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>

#include "sim/scenario/nearest_word.h"
#include "sim/tool/commands.h"

namespace tool = roundhouse::tool;

int tool::bad_input(const roundhouse::Error& error) {
  if (error.where().empty()) return bad_input(error.what());
  fmt::print(stderr, "{}\n", error.text());
  return 2;
}

int tool::bad_input(const std::string& text) {
  fmt::print(stderr, "roundhouse: {}\n", text);
  return 2;
}

namespace {

/// `; did you mean "--steps"?`, of the first word that nobody knows; nothing where all are known, or none is near.
std::string unknown_word(const CLI::App& app, int argc, char** argv) {
  const CLI::App* command = &app;
  for (int i = 1; i < argc; ++i) {
    const std::string word = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
    std::vector<std::string> known;
    if (word.starts_with("--")) {
      for (const CLI::Option* option : command->get_options()) {
        for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
      }
    } else if (command == &app) {
      for (const CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; }))
        known.push_back(each->get_name());
    }
    if (known.empty()) continue;
    if (std::find(known.begin(), known.end(), word) == known.end())
      return roundhouse::did_you_mean(word, known);
    if (!word.starts_with("--")) command = app.get_subcommand(word);
  }
  return {};
}

int run(int argc, char** argv) {
  CLI::App app{
      "A simulator of a scaled-out WebSocket service: clients, an nginx-like proxy, Socket.IO instances and "
      "a Redis-compatible broker"};
  app.name("roundhouse");
  app.set_version_flag("--version", std::string("roundhouse ") + ROUNDHOUSE_VERSION);
  app.require_subcommand(1);
  app.footer(
      "A scenario is a file or the name of a shipped one: blog, round-robin, sticky, no-broker, "
      "instance-dies ...\n"
      "Exit status: 0 every expectation holds, 1 one does not, 2 bad input.\n"
      "Environment: NO_COLOR turns colours off, ROUNDHOUSE_SCENARIOS is a further folder of scenarios.");
  constexpr const char* nginx_help =
      "A whole nginx configuration for the proxy, in place of what the scenario says; "
      "its upstream names the instances (app-1:5000 ...)";
  const auto is_world = CLI::IsMember({"virtual", "loopback"});

  tool::RunArguments run;
  auto* run_app = app.add_subcommand("run", "Run a scenario and judge its expectations");
  run_app->add_option("scenario", run.scenario, "File or name")->required();
  run_app
      ->add_option("--world", run.world,
                   "virtual (default): deterministic, time jumps; loopback: real sockets on 127.0.0.0/8")
      ->check(is_world);
  run_app->add_option("--seed", run.seed, "Instead of the scenario's seed")->check(CLI::NonNegativeNumber);
  run_app->add_option("--nginx", run.nginx, nginx_help);
  run_app->add_option("--broker", run.broker,
                      "redis://HOST:PORT: a real Redis in the broker's place (loopback)");
  run_app->add_option("--trace", run.trace_file,
                      "Write every record to this file: .rht (compact) or .jsonl (JSON Lines)");
  run_app->add_flag("--json", run.json, "The summary as one line of JSON");

  tool::CompareArguments compare;
  auto* compare_app =
      app.add_subcommand("compare", "Run two scenarios with one seed and show them side by side");
  compare_app->add_option("a", compare.a, "File or name")->required();
  compare_app->add_option("b", compare.b, "File or name")->required();
  compare_app->add_option("--world", compare.world, "virtual (default) or loopback")->check(is_world);
  compare_app->add_option("--seed", compare.seed, "Instead of the seed of A")->check(CLI::NonNegativeNumber);
  compare_app->add_flag("--json", compare.json, "Both summaries as one line of JSON");

  tool::ServeArguments serve;
  auto* serve_app =
      app.add_subcommand("serve", "Keep proxy, instances and broker up on loopback for real clients");
  serve_app->add_option("scenario", serve.scenario, "File or name")->required();
  serve_app->add_option("--proxy-port", serve.proxy_port,
                        "Port of the proxy on 127.0.0.1; default 8080 if free, else any; 0: any");
  serve_app->add_option(
      "--broker-port", serve.broker_port,
      "Port of the broker on 127.0.0.1; default any; with --only broker 6379 on an address of its own");
  serve_app
      ->add_option("--only", serve.only,
                   "Start this part alone, at addresses where the others, started alone as well, find it")
      ->check(CLI::IsMember({"proxy", "apps", "broker"}));
  serve_app->add_option("--nginx", serve.nginx, nginx_help);
  serve_app->add_option("--broker", serve.broker, "redis://HOST:PORT: a real Redis in the broker's place");
  serve_app->add_option("--trace", serve.trace_file,
                        "Write every record to this file: .rht (compact) or .jsonl (JSON Lines)");
  serve_app->add_flag("--clients", serve.clients, "Add the scenario's own clients, workload and steps");

  tool::ShowArguments show;
  auto* show_app = app.add_subcommand("show", "Print a recorded trace in words");
  show_app->add_option("file", show.file, "A file that --trace wrote")->required();
  show_app->add_option("--follow", show.follow, "One message's way, hop by hop: its id, or `first`");
  show_app->add_option("--party", show.party, "Only what this party wrote, or what concerns it");
  show_app->add_option("--room", show.room, "Only what concerns this room");
  show_app->add_option("--session", show.session, "Only what concerns this session or socket id");
  show_app->add_option("--message", show.message, "Only what carries this message");
  show_app->add_option("--kind", show.kind, "Only records of this kind: hop, lost, say, verdict ...");
  show_app->add_option("--from", show.from, "Only from this moment of the run on: 2s, 350ms");
  show_app->add_option("--to", show.to, "Only up to this moment of the run");

  std::string convert_from;
  std::string convert_to;
  auto* convert_app = app.add_subcommand(
      "convert", "Write a recorded trace as .jsonl for jq and grep, or as .rht, without loss");
  convert_app->add_option("from", convert_from, "A file that --trace wrote")->required();
  convert_app->add_option("to", convert_to, "The new file; its ending says what it becomes")->required();

  std::string diff_a;
  std::string diff_b;
  auto* diff_app = app.add_subcommand("diff", "Name the first record in which two traces differ");
  diff_app->add_option("a", diff_a, "A file that --trace wrote")->required();
  diff_app->add_option("b", diff_b, "Another")->required();

  std::string replayed;
  auto* replay_app =
      app.add_subcommand("replay", "Run a counterexample: exit status 1 when it reproduces, 0 when not");
  replay_app->add_option("file", replayed, "A scenario that expects a property to be broken")->required();
  replay_app->footer("Exit status: 1 it reproduces, 0 it does not, 2 bad input.");

  tool::ExploreArguments explore;
  auto* explore_app = app.add_subcommand(
      "explore",
      "Try random steps on a scenario; a plan that breaks a property is shrunk, drawn and written to a file");
  explore_app->add_option("scenario", explore.scenario, "File or name")->required();
  explore_app
      ->add_option("--property", explore.properties,
                   "Judge this property, such as P9, or several with commas; default those that the scenario "
                   "expects to hold, or all")
      ->delimiter(',');
  explore_app
      ->add_option("--only", explore.only,
                   "Only steps of these kinds, with commas: kills, pauses (of instances), app-links, "
                   "client-links (cut, slow), clients (drop, restart), rooms (join, leave, send)")
      ->delimiter(',');
  explore_app->add_option("--seeds", explore.seeds, "How many plans; default 100")
      ->check(CLI::Range(1, 1'000'000'000));
  explore_app->add_option("--steps", explore.steps, "How many steps each has; default 8")
      ->check(CLI::Range(0, 1'000));
  explore_app->add_option("--seed", explore.seed, "Of the first plan; default the scenario's")
      ->check(CLI::NonNegativeNumber);
  explore_app->add_option("--out", explore.out, "The file for a counterexample; default counterexample.toml");
  explore_app->footer("Exit status: 0 no plan broke a property, 1 one did and is written, 2 bad input.");

  tool::LessonArguments lesson;
  auto* lesson_app = app.add_subcommand(
      "lesson", "Play a lesson: its claim, predicted and observed, and what its knobs do; alone: list them");
  lesson_app->add_option("lesson", lesson.name, "1, or the name of a scenario with a claim");
  lesson_app->add_option("--world", lesson.world, "virtual (default) or loopback")->check(is_world);

  tool::ScenarioArguments scenario;
  auto* scenario_app = app.add_subcommand("scenario", "List the shipped scenarios, print one, or every key");
  auto* described = scenario_app->add_option("name", scenario.scenario, "Print this scenario's file");
  scenario_app->add_flag("--keys", scenario.keys, "Every key of a scenario file: type, default, meaning");
  scenario_app
      ->add_flag("--nginx", scenario.nginx,
                 "Only the nginx configuration that its proxy has; NAME:KNOB: with a knob turned")
      ->needs(described);

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return app.exit(version);
  } catch (const CLI::ParseError& error) {
    return tool::bad_input(std::string(error.what()) + unknown_word(app, argc, argv) +
                           " (roundhouse --help)");
  }

  if (*run_app) return tool::run_command(run);
  if (*compare_app) return tool::compare_command(compare);
  if (*serve_app) return tool::serve_command(serve);
  if (*show_app) return tool::show_command(show);
  if (*convert_app) return tool::convert_command(convert_from, convert_to);
  if (*diff_app) return tool::diff_command(diff_a, diff_b);
  if (*replay_app) return tool::replay_command(replayed);
  if (*explore_app) return tool::explore_command(explore);
  if (*lesson_app) return tool::lesson_command(lesson);
  return tool::scenario_command(scenario);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    return tool::bad_input(error.what());
  }
}
