// The command roundhouse-view: a window on a scenario's run or on a recording, or one picture of it.
#include <CLI/CLI.hpp>
#include <QApplication>
#include <QElapsedTimer>
#include <QStringList>
#include <QThread>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

#include <roundhouse/scenario.h>
#include "gui/views/main_window.h"

using namespace roundhouse;
using namespace roundhouse::view;

namespace {

constexpr int bad_input = 2;
// A run on virtual time takes a moment; one on loopback as long as it plays. Past this nothing more is to be expected.
constexpr std::int64_t grab_patience_ms = 60'000;

struct Arguments {
  std::string run;
  std::string compare;
  bool loopback = false;
  std::string theme = "dark";
  std::string size = "1440x900";
  std::string font;
  std::string select;
  std::string at;
  double speed = 0;  ///< 0: so that the median hop can be followed
  std::string grab;
};

/// `4.2s`, `350ms`, `4.2`.
std::optional<Instant> read_instant(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string unit(end, text.data() + text.size());
  const double scale = unit == "s" || unit.empty() ? 1e9 : unit == "ms" ? 1e6 : unit == "us" ? 1e3 : 0;
  if (error != std::errc() || scale == 0 || !(value >= 0) || value * scale > 9e18) return std::nullopt;
  return Instant{static_cast<std::int64_t>(value * scale)};
}

std::optional<QSize> read_size(const std::string& text) {
  const QStringList parts = QString::fromStdString(text).split('x');
  bool wide = false;
  bool high = false;
  if (parts.size() != 2) return std::nullopt;
  const QSize size(parts[0].toInt(&wide), parts[1].toInt(&high));
  const bool sane = wide && high && size.width() <= 8192 && size.height() <= 8192;
  if (!sane || size.width() < window_size_min.width() || size.height() < window_size_min.height())
    return std::nullopt;
  return size;
}

int complain(const std::string& text) {
  std::fprintf(stderr, "roundhouse-view: %s\n", text.c_str());
  return bad_input;
}

/// Takes in records until the moment can be shown, or until there will be no more. False: it took too long.
bool wait_for(RunModel& run, Instant at) {
  QElapsedTimer watch;
  watch.start();
  while (run.head() < at && !run.ended()) {
    // The run goes on as far as the window looks.
    run.seek(run.head());
    if (run.take_in()) continue;
    // A recording that gives nothing more; one that grows is not waited for.
    if (!run.problem().empty() || !run.unfinished().empty()) return true;
    if (watch.elapsed() > grab_patience_ms + (at - Instant{}).count() / 1'000'000) return false;
    QThread::msleep(1);
  }
  while (run.take_in()) {
  }
  return true;
}

/// What the picture lacks has been said: `status` is that of the command, and `shown` says whether there can be a picture.
struct Waited {
  int status = 0;
  bool shown = true;
};

Waited wait_for_side(RunModel& run, const std::string& name, const std::string& moment, Instant at) {
  if (!wait_for(run, at)) return {complain(name + ": the run did not come to " + moment + " in time"), false};
  const std::string unfinished = run.unfinished();
  if (run.problem().empty() && unfinished.empty()) return {};
  const bool shown = run.head() >= at;
  const std::string words =
      unfinished.empty() ? run.problem() : "the recording has no end yet, " + unfinished;
  complain(name + ": " + words + (shown ? "" : "; --at " + moment + " is later, no picture is written"));
  // All that happened up to a moment that is there is known. Damage is another matter.
  return {shown && run.problem().empty() ? 0 : bad_input, shown};
}

/// The picture of a recording with a damaged end is written where it holds the moment; the status still says so.
int grab(MainWindow& window, const Arguments& arguments, Instant at) {
  int status = 0;
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    if (window.run(side) == nullptr) continue;
    const std::string& name = side == 0 ? arguments.run : arguments.compare;
    const Waited waited = wait_for_side(*window.run(side), name, arguments.at, at);
    if (!waited.shown) return waited.status;
    status = std::max(status, waited.status);
  }
  window.refresh();
  window.seek(at);
  if (!arguments.select.empty() && !window.select_named(QString::fromStdString(arguments.select)))
    return complain("--select " + arguments.select + ": no client's name has that in it");
  // Charts place their labels when their events are handled.
  window.refresh();
  QCoreApplication::processEvents();
  if (!window.grab().save(QString::fromStdString(arguments.grab), "PNG"))
    return complain("--grab " + arguments.grab + ": cannot be written");
  return status;
}

bool has_display() {
  return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
         !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
}

int run_window(int argc, char** argv, const Arguments& arguments) {
  const auto size = read_size(arguments.size);
  if (!size)
    return complain("--size " + arguments.size +
                    ": write WIDTHxHEIGHT, from 1180x720 to 8192x8192, such as 1440x900");
  const auto at = arguments.at.empty() ? std::optional<Instant>(Instant{}) : read_instant(arguments.at);
  if (!at)
    return complain("--at " + arguments.at + ": write a time such as 4.2s, 350ms, 800us or 4.2 (seconds)");
  if (!arguments.grab.empty() && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
    qputenv("QT_QPA_PLATFORM", "offscreen");
  if (!has_display())
    return complain("there is no display; --at TIME --grab FILE.png makes a picture without one");

  auto one = open_run(arguments.run, arguments.loopback);
  std::string problem = one ? "" : one.error().text();
  std::unique_ptr<RunModel> two;
  if (problem.empty() && !arguments.compare.empty()) {
    auto other = open_run(arguments.compare, arguments.loopback);
    if (other)
      two = std::move(*other);
    else
      problem = other.error().text();
  }
  if (!problem.empty() && !arguments.grab.empty()) return complain(problem);

  const QApplication application(argc, argv);
  use_font_family(QString::fromStdString(arguments.font));
  QStringList scenarios;
  for (const auto& name : shipped_scenarios()) scenarios << QString::fromStdString(name);
  const bool loopback = arguments.loopback;
  MainWindow window(
      {.light = arguments.theme == "light", .scenarios = scenarios, .open = [loopback](const QString& name) {
         return open_run(name.toStdString(), loopback);
       }});
  window.resize(*size);
  window.show();
  if (!problem.empty()) {
    // Who started it from a desktop sees no terminal.
    complain(problem);
    window.show_problem(QString::fromStdString(problem));
    const int status = QApplication::exec();
    return window.run() == nullptr ? bad_input : status;
  }
  window.show_runs(std::move(*one), std::move(two));
  if (arguments.speed > 0) window.set_speed(arguments.speed);
  if (!arguments.grab.empty()) return grab(window, arguments, *at);
  window.seek(*at);
  window.set_playing(true);
  return QApplication::exec();
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{"Shows a scenario's run or a recording in a window.", "roundhouse-view"};
  app.set_version_flag("--version", ROUNDHOUSE_VERSION);
  app.add_option("run", arguments.run, "a scenario (its name or file) or a recording (.rht, .jsonl)")
      ->required();
  app.add_option("--compare", arguments.compare, "a second one, shown beside the first");
  app.add_flag("--loopback", arguments.loopback, "run scenarios on real sockets");
  app.add_option("--theme", arguments.theme, "dark or light")->check(CLI::IsMember({"dark", "light"}));
  app.add_option("--size", arguments.size, "of the window, WIDTHxHEIGHT");
  app.add_option("--font", arguments.font,
                 "a family of letters in the place of Inter, Noto Sans or DejaVu Sans");
  app.add_option("--select", arguments.select, "a client, by a part of its name");
  app.add_option("--at", arguments.at, "the moment that is shown first, such as 4.2s");
  app.add_option("--speed", arguments.speed, "seconds of the run for one of the screen, 0.001 to 10")
      ->check(CLI::Range(speed_min, speed_max));
  app.add_option("--grab", arguments.grab, "write one picture (PNG) of the moment --at, and stop");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : bad_input;
  }
  return run_window(argc, argv, arguments);
}
