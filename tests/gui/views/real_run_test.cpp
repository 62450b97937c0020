// The window on real runs: what is shown of a simulation and of its recording, and steps that buttons send to a run that goes on.
#include <QComboBox>
#include <QMenu>
#include <QTableWidget>
#include <QtTest>

#include "gui/models/live_run.h"
#include "gui/views/main_window.h"
#include "tests/gui/models/captured_run.h"

using namespace roundhouse;
using namespace roundhouse::view;
using namespace std::chrono_literals;

namespace {

constexpr int patience_ms = 60'000;

std::string file_of(const std::string& scenario) {
  return ROUNDHOUSE_SOURCE_DIR "/scenarios/" + scenario + ".toml";
}

std::unique_ptr<RunModel> live(const std::string& scenario) {
  return play_scenario(file_of(scenario), false).value();
}

std::unique_ptr<RunModel> recorded(const std::string& scenario) {
  return test::recorded(test::capture(scenario));
}

std::unique_ptr<MainWindow> window_of(std::unique_ptr<RunModel> one, std::unique_ptr<RunModel> two = nullptr,
                                      QSize size = {1440, 900}) {
  auto window = std::make_unique<MainWindow>(MainWindow::Options{});
  window->resize(size);
  window->show();
  window->show_runs(std::move(one), std::move(two));
  window->setTime(0);
  return window;
}

/// Frames follow each other, 20 ms of the screen apart, until the condition holds.
class Frames {
 public:
  explicit Frames(MainWindow& window) : window_(window) {}
  template <class Condition>
  bool until(Condition condition) {
    QElapsedTimer watch;
    watch.start();
    while (!condition()) {
      if (watch.elapsed() > patience_ms) return false;
      window_.setTime(now_ += 20);
      QTest::qSleep(1);
    }
    return true;
  }

 private:
  MainWindow& window_;
  qint64 now_ = 0;
};

template <class Widget>
Widget* named(const MainWindow& window, const char* name) {
  return window.findChild<Widget*>(name);
}

const SceneInstance& instance(const MainWindow& window, std::size_t index) {
  return window.run()->scene().instances[index];
}

}  // namespace

class RealRunTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { use_font_family("DejaVu Sans"); }

  void a_policy_that_is_chosen_is_the_policy_of_the_run() {
    const auto window = window_of(live("failover-60"));
    Frames frames(*window);
    window->seek(test::at(1s));
    QVERIFY(frames.until([&] { return window->now() == test::at(1s); }));
    auto* policy = named<QComboBox>(*window, "cmbPolicy");
    QCOMPARE(policy->currentText(), QString("hash consistent"));
    for (const char* words :
         {"round robin", "ip_hash", "hash", "hash consistent", "least conn", "random", "sticky cookie"}) {
      QVERIFY2(policy->findText(words) >= 0, words);
      Q_EMIT policy->activated(policy->findText(words));
      window->set_playing(true);
      QVERIFY2(frames.until([&] { return window->run()->scene().policy == words; }), words);
      window->set_playing(false);
      window->refresh();
      QCOMPARE(policy->currentText(), QString(words));
    }
    QVERIFY(!window->run()->marks().empty());
    QCOMPARE(QString::fromStdString(window->run()->marks().front().text), QString("policy round_robin"));
  }

  void kill_and_restart_take_effect_in_the_run() {
    const auto window = window_of(live("sticky"));
    Frames frames(*window);
    window->seek(test::at(1s));
    QVERIFY(frames.until([&] { return window->now() == test::at(1s); }));
    QCOMPARE(instance(*window, 1).sessions, 4U);
    const auto press = [&](const char* button, const char* action) {
      for (QAction* one : named<QPushButton>(*window, button)->menu()->actions())
        if (one->objectName() == action && one->isEnabled()) one->trigger();
    };
    press("btnKill", "kill app-2");
    window->set_playing(true);
    QVERIFY(frames.until([&] { return instance(*window, 1).down; }));
    QCOMPARE(instance(*window, 1).sessions, 0U);
    QVERIFY(!instance(*window, 0).down);
    window->refresh();
    press("btnRestart", "restart app-2");
    QVERIFY(frames.until([&] { return !instance(*window, 1).down; }));
    QVERIFY(!window->run()->ended());
  }

  void a_moment_that_the_run_has_not_come_to_is_shown_when_it_has() {
    const auto window = window_of(live("failover-60"));
    window->seek(test::at(6s));
    QVERIFY(window->now() < test::at(6s));
    Frames frames(*window);
    QVERIFY(frames.until([&] { return window->now() == test::at(6s); }));
    QVERIFY(instance(*window, 1).down);
    window->setTime(1'000'000);
    QVERIFY(window->now() == test::at(6s));
  }

  void the_playhead_of_a_fast_live_run_never_goes_back() {
    const auto window = window_of(live("failover-60"));
    window->set_speed(speed_max);
    window->set_playing(true);
    Frames frames(*window);
    Instant before;
    bool back = false;
    QVERIFY(frames.until([&] {
      back = back || window->now() < before;
      before = window->now();
      return !window->playing();
    }));
    QVERIFY(!back);
    QVERIFY(window->now() == window->run()->head());
  }

  void two_runs_stand_at_the_same_moment_until_one_ends() {
    const auto window = window_of(live("round-robin"), live("sticky"));
    Frames frames(*window);
    window->seek(test::at(1s));
    QVERIFY(frames.until([&] { return window->now() == test::at(1s); }));
    QVERIFY(window->run(0)->now() == test::at(1s));
    QVERIFY(window->run(1)->now() == test::at(1s));
    window->seek(test::at(7s));
    QVERIFY(frames.until([&] { return window->now() == test::at(7s); }));
    QVERIFY(window->run(0)->now() == test::at(7s));
    QVERIFY(window->run(1)->now() == window->run(1)->head());
  }

  void the_scoreboard_is_that_of_the_models() {
    const auto window = window_of(recorded("round-robin"), recorded("sticky"));
    window->seek(test::at(1650ms));
    const auto rows = scoreboard(*window->run(0), *window->run(1));
    const auto* table = named<QTableWidget>(*window, "tblScoreboard");
    QCOMPARE(table->rowCount(), static_cast<int>(rows.size()));
    for (int row = 0; row < table->rowCount(); ++row) {
      const auto& expected = rows[static_cast<std::size_t>(row)];
      QCOMPARE(table->item(row, 0)->text(), QString::fromStdString(expected.name));
      QCOMPARE(table->item(row, 1)->text(), QString::fromStdString(expected.one));
      QCOMPARE(table->item(row, 2)->text(), QString::fromStdString(expected.two));
      QCOMPARE(table->item(row, 3)->text(), QString::fromStdString(expected.predicted));
      QCOMPARE(table->item(row, 1)->font().bold(), expected.better == 1);
      QCOMPARE(table->item(row, 2)->font().bold(), expected.better == 2);
    }
    QCOMPARE(table->item(2, 2)->text(), QString("16"));
  }

  void a_recording_drawn_twice_at_one_moment_gives_the_same_picture() {
    const auto first = window_of(recorded("failover-60"));
    const auto second = window_of(recorded("failover-60"));
    second->seek(test::at(11s));
    std::vector<QImage> pictures;
    for (MainWindow* window : {first.get(), second.get(), first.get()}) {
      if (!pictures.empty()) window->seek(test::at(2s));
      window->seek(test::at(4500ms));
      window->refresh();
      QCoreApplication::processEvents();
      pictures.push_back(window->grab().toImage());
    }

    QVERIFY(pictures[0] == pictures[1]);
    QVERIFY(pictures[0] == pictures[2]);
    first->seek(test::at(4600ms));
    first->refresh();
    QCoreApplication::processEvents();
    QVERIFY(first->grab().toImage() != pictures[0]);
  }
};

QTEST_MAIN(RealRunTest)
#include "real_run_test.moc"
