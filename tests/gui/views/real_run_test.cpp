// The window on real runs: what is shown of a simulation and of its recording, and steps that buttons send to a run that goes on.
#include <QComboBox>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMenu>
#include <QMimeData>
#include <QScrollBar>
#include <QTableWidget>
#include <QTemporaryDir>
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

/// A file that stops in the middle of its run, and grows when the writer goes on.
class GrowingReader final : public test::CapturedReader {
 public:
  explicit GrowingReader(test::Captured run) : CapturedReader(std::move(run), 1000) {}
  Result<std::size_t> read_on(Recording& into) override {
    if (into.records().size() >= written) return std::size_t{0};
    return CapturedReader::read_on(into);
  }
  std::size_t written = 5000;
};

QMimeData* urls_of(const std::string& file) {
  auto* data = new QMimeData;
  data->setUrls({QUrl::fromLocalFile(QString::fromStdString(file))});
  return data;
}

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

  void the_predictions_of_a_failover_are_whole_in_the_smallest_window() {
    const auto window = window_of(recorded("failover-60"));
    window->resize(window->minimumSize());
    window->seek(test::at(6s));
    Frames frames(*window);
    QVERIFY(frames.until([&] { return window->now() == test::at(6s); }));
    const auto* table = named<QTableWidget>(*window, "tblPredicted");
    QCOMPARE(table->rowCount(), 3);
    QCOMPARE(table->verticalScrollBar()->maximum(), 0);
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

  void bars_of_two_runs_stand_on_one_time_scale() {
    ShownRuns runs;
    runs.show(recorded("round-robin"), recorded("sticky"));
    const auto bars = runs.histograms(160, true);
    QCOMPARE(bars.size(), std::size_t{2});
    QCOMPARE(bars[0].deliveries.size(), std::size_t{160});
    QVERIFY(bars[1].deliveries.size() < 160);  // it is shorter
    QVERIFY(std::chrono::abs(bars[0].span - bars[1].span) < bars[0].span / 20);
    const auto first =
        std::find_if(bars[1].deliveries.begin(), bars[1].deliveries.end(), [](auto n) { return n > 0; });
    const Duration began = bars[1].span * (first - bars[1].deliveries.begin());
    QVERIFY(began <= 1500ms && began + bars[1].span > 1500ms);
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

  void nothing_overlaps_or_is_cut_off_in_the_smallest_window_data() {
    QTest::addColumn<QString>("scenario");
    QTest::addColumn<int>("ms");
    for (const char* scenario : {"failover-60", "blog", "sticky", "round-robin", "instance-dies"})
      for (const int ms : {0, 700, 2000, 4010, 4600, 9800})
        QTest::addRow("%s at %d ms", scenario, ms) << scenario << ms;
  }

  void nothing_overlaps_or_is_cut_off_in_the_smallest_window() {
    QFETCH(const QString, scenario);
    QFETCH(const int, ms);
    const auto window = window_of(recorded(scenario.toStdString()), nullptr, window_size_min);
    window->seek(test::at(std::chrono::milliseconds(ms)));
    window->refresh();
    QCoreApplication::processEvents();
    window->grab();
    const SceneWidget& widget = *window->scene();
    const Scene& scene = window->run()->scene();
    QCOMPARE(widget.shortened(), 0);
    QVERIFY(window->findChild<NarrationText*>()->fits());

    std::vector<EntityId> entities{scene.proxy, scene.broker};
    for (const auto& client : scene.clients) entities.push_back(client.entity);
    for (const auto& one : scene.instances) entities.push_back(one.entity);
    for (std::size_t i = 0; i < entities.size(); ++i) {
      const QRectF place = widget.rectOf(entities[i]);
      QVERIFY(QRectF(widget.rect()).contains(place));
      QVERIFY(widget.entityAt(place.center().toPoint()) == entities[i]);
      for (std::size_t j = 0; j < i; ++j) QVERIFY(!place.intersects(widget.rectOf(entities[j])));
    }
    const SceneCounts counts = widget.counts();
    int housed = 0;
    for (const int clients : counts.clients_by_home) housed += clients;
    QCOMPARE(housed + counts.homeless, static_cast<int>(scene.clients.size()));
    QCOMPARE(counts.in_flight, scene.in_flight);

    // Names of expectations take two lines rather than end in dots.
    const auto* table = named<QTableWidget>(*window, "tblPredicted");
    for (int row = 0; row < std::min(5, table->rowCount()); ++row) {
      const QRect cell = table->visualItemRect(table->item(row, 0));
      const QFontMetrics metrics(table->item(row, 0)->font());
      const QRect needed = metrics.boundingRect(QRect(0, 0, cell.width() - 12, 1000), Qt::TextWordWrap,
                                                table->item(row, 0)->text());
      QVERIFY2(needed.height() <= cell.height() + 1, qPrintable(table->item(row, 0)->text()));
      const QRect seen = table->viewport()->rect();  // whole, or scrolled to
      constexpr int above_letters = 6;
      QVERIFY2(cell.bottom() <= seen.bottom() + 1 || cell.top() + above_letters > seen.bottom(),
               qPrintable(table->item(row, 0)->text()));
    }
    // Panels stand below each other, charts beside each other.
    for (const char* parent : {"sideColumn", "chartStrip"}) {
      const auto* whole = named<QWidget>(*window, parent);
      const auto parts = whole->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly);
      for (const auto* one : parts) {
        if (!one->isVisible()) continue;
        QVERIFY2(whole->rect().contains(one->geometry()), qPrintable(one->objectName()));
        for (const auto* other : parts)
          QVERIFY(one == other || !other->isVisible() || !one->geometry().intersects(other->geometry()));
      }
    }
  }

  void clients_of_a_dead_instance_are_homeless_then_take_the_letter_of_their_new_home() {
    const auto window = window_of(recorded("failover-60"));
    const auto homes_at = [&](Instant when) {
      window->seek(when);
      return window->scene()->counts();
    };
    const SceneCounts before = homes_at(test::at(3900ms));
    QCOMPARE(before.clients_by_home, (std::vector<int>{15, 15, 18, 12}));
    const std::vector<SceneClient> places = window->run()->scene().clients;
    const SceneCounts after = homes_at(test::at(4010ms));
    QCOMPARE(after.clients_by_home, (std::vector<int>{15, 0, 18, 12}));
    QCOMPARE(after.homeless, 15);
    QCOMPARE(homes_at(test::at(11s)).clients_by_home, (std::vector<int>{20, 0, 23, 17}));
    const std::vector<SceneClient> later = window->run()->scene().clients;
    for (std::size_t i = 0; i < later.size(); ++i) {
      QVERIFY(later[i].entity == places[i].entity);  // a client never moves
      if (places[i].home != 1) QCOMPARE(later[i].home, places[i].home);
    }
    // Six of them were on long-polling, and each 400 flashes up when it comes.
    int flashed = 0;
    for (const SceneClient& client : later) {
      if (client.rejections == 0) continue;
      ++flashed;
      window->seek(client.rejected_at);
      QVERIFY(window->scene()->counts().flashes > 0);
    }
    QCOMPARE(flashed, 6);
  }

  void a_recording_that_grows_says_so_and_is_followed() {
    auto reader = std::make_unique<GrowingReader>(test::capture("failover-60"));
    GrowingReader& file = *reader;
    const auto window = window_of(RecordedRun::start(std::move(reader), "growing.rht").value());
    window->refresh();
    auto* notice = named<QLabel>(*window, "lblNotice");
    const Instant before = window->run()->head();
    QVERIFY(notice->text().startsWith("growing or cut off: "));
    QVERIFY(notice->accessibleDescription().endsWith(" s so far"));
    QVERIFY(window->run()->problem().empty());
    // What came later is there a frame later, and the note goes with the end.
    file.written = SIZE_MAX;
    Frames frames(*window);
    QVERIFY(frames.until([&] { return window->run()->ended(); }));
    QVERIFY(before < window->run()->head());
    window->refresh();
    QCOMPARE(notice->text(), QString());
  }

  void a_notice_that_is_too_long_is_whole_in_its_tooltip() {
    TopBar bar({}, Theme::dark());
    bar.resize(600, 50);
    bar.show();
    const QString words = "growing or cut off: 5.300 s so far, and many words more";
    bar.set_notice(words);
    QCoreApplication::processEvents();
    const auto* notice = bar.findChild<QLabel*>("lblNotice");
    QVERIFY(notice->text().size() < words.size());
    QCOMPARE(notice->toolTip(), words);
    bar.resize(1800, 50);
    QCoreApplication::processEvents();
    QCOMPARE(notice->text(), words);
  }

  void a_window_that_starts_with_a_bad_run_says_why_and_opens_another_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("words");
    const QByteArray toml("title = \"x\"\n\n[topology]\ninstances = \"two\"\n");
    QTest::newRow("a broken scenario") << "broken.toml" << toml << "broken.toml:4: instances: a whole number";
    QTest::newRow("a missing scenario") << "missing.toml" << QByteArray() << "missing.toml";
    QTest::newRow("a missing recording") << "missing.rht" << QByteArray() << "there is no such recording";
    QTest::newRow("a foreign recording")
        << "foreign.rht" << QByteArray("Dear aunt, thank you") << "neither an .rht";
    QTest::newRow("a recording cut off in its header")
        << "cut.rht" << QByteArray("\x89RHT\r\n", 6) << "cut off";
    QTest::newRow("foreign JSON Lines")
        << "foreign.jsonl" << QByteArray("{\"aunt\": 1}\n") << "foreign.jsonl:1:";
    QTest::newRow("a foreign file") << "aunt.txt" << QByteArray("Dear aunt") << "neither an .rht";
    QTest::newRow("no such name") << "" << QByteArray() << "no scenario is called";
  }

  void a_window_that_starts_with_a_bad_run_says_why_and_opens_another() {
    QFETCH(const QString, name);
    QFETCH(const QByteArray, content);
    QFETCH(const QString, words);
    QTemporaryDir folder;
    // Names are long where people have many folders.
    const QString deep = folder.path() + "/" + QString(40, 'a') + "/" + QString(60, 'b');
    QVERIFY(QDir().mkpath(deep));
    const QString path = name.isEmpty() ? "no-such-scenario" : deep + "/" + name;
    if (!content.isEmpty()) {
      QFile file(path);
      QVERIFY(file.open(QIODevice::WriteOnly));
      file.write(content);
    }
    const auto opened = open_run(path.toStdString(), false);
    QVERIFY(!opened);
    MainWindow window({.light = false, .scenarios = {}, .open = [](const QString& file) {
                         return open_run(file.toStdString(), false);
                       }});
    window.resize(window_size_min);
    window.show();
    window.show_problem(QString::fromStdString(opened.error().text()));
    window.setTime(0);

    const auto* card = named<QLabel>(window, "lblProblem");
    QVERIFY(card->isVisible());
    QCOMPARE(card->accessibleName(), QString("Problem"));
    QVERIFY2(card->accessibleDescription().contains(words), qPrintable(card->accessibleDescription()));
    QVERIFY(card->text().contains("Ctrl+O"));
    QVERIFY(!named<QPushButton>(window, "btnScenario")->text().isEmpty());
    QVERIFY(!named<QPushButton>(window, "btnKill")->isEnabled());
    const QRect text =
        card->contentsRect().adjusted(card->margin(), card->margin(), -card->margin(), -card->margin());
    const QRect needed = QFontMetrics(card->font()).boundingRect(text, Qt::TextWordWrap, card->text());
    QVERIFY2(needed.width() <= text.width() && needed.height() <= text.height(), qPrintable(card->text()));

    for (const int key :
         {Qt::Key_Space, Qt::Key_Period, Qt::Key_Comma, Qt::Key_End, Qt::Key_Home, Qt::Key_PageDown,
          Qt::Key_M, Qt::Key_1, Qt::Key_3, Qt::Key_D, Qt::Key_BracketRight, Qt::Key_K, Qt::Key_Escape})
      QTest::keyClick(&window, static_cast<Qt::Key>(key));
    for (auto* button : window.findChildren<QPushButton*>())
      if (button->menu() == nullptr && button->isEnabled()) QTest::mouseClick(button, Qt::LeftButton);
    QTest::mouseClick(named<QWidget>(window, "timeline"), Qt::LeftButton);
    window.setTime(2000);
    window.grab();
    QVERIFY(card->isVisible());  // there is nothing else to show

    const QMimeData* dropped = urls_of(file_of("sticky"));
    QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, dropped, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(300, 300), Qt::CopyAction, dropped, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &drop);
    QVERIFY(!card->isVisible());
    QVERIFY(window.run() != nullptr);
    QVERIFY(window.playing());
    Frames frames(window);
    QVERIFY(frames.until([&] { return !window.run()->scene().clients.empty(); }));
    window.refresh();
    QVERIFY(named<QPushButton>(window, "btnKill")->isEnabled());

    // One that cannot be opened later covers the run, which Escape shows again.
    Q_EMIT window.findChild<TopBar*>()->scenario_chosen(path);
    QVERIFY(card->isVisible());
    QTest::keyClick(&window, Qt::Key_Escape);
    QVERIFY(!card->isVisible());
    delete dropped;
  }

  void the_proxy_card_says_why_under_every_policy_data() {
    QTest::addColumn<QString>("policy");
    for (const char* policy : {"", "ip_hash", "hash $remote_addr", "hash $remote_addr consistent",
                               "least_conn", "random", "random two", "sticky cookie srv_id"})
      QTest::addRow("%s", *policy == 0 ? "round_robin" : policy) << policy;
  }

  void the_proxy_card_says_why_under_every_policy() {
    QFETCH(const QString, policy);
    Scenario scenario = read_scenario(file_of("failover-60")).value();
    scenario.policy = policy.toStdString();
    const auto window = window_of(test::recorded(test::capture(scenario)), nullptr, window_size_min);
    const SceneWidget& widget = *window->scene();
    for (const auto when : {900ms, 4200ms, 4300ms, 4400ms, 4600ms, 5000ms, 6000ms}) {
      window->seek(test::at(when));
      window->refresh();
      window->grab();
      const Scene& scene = window->run()->scene();
      QCOMPARE(scene.decisions.size(), std::size_t{8});
      // At least the newest stands there whole with its reason, in the smallest window and wide letters.
      QCOMPARE(widget.shortened(), 0);
      QVERIFY(widget.counts().decisions >= 1);
      if (when == 900ms) QVERIFY(widget.counts().decisions >= 3);
      const QString words = widget.description(scene.proxy);
      for (const SceneDecision& decision : scene.decisions)
        QVERIFY(words.contains(QString::fromStdString(decision.full)));
    }
  }

  void fast_playback_of_a_real_run_is_ribbons_whichever_way_one_came() {
    const auto window = window_of(recorded("failover-60"));
    window->seek(test::at(4900ms));
    QVERIFY(!window->scene()->counts().flow);
    const auto picture = [&window](Instant when, double speed) {
      window->set_speed(speed);
      window->seek(when);
      window->refresh();
      QCoreApplication::processEvents();
      return window->grab().toImage();
    };
    const QImage one = picture(test::at(4900ms), 2);
    SceneCounts counts = window->scene()->counts();
    QVERIFY(counts.flow);
    QCOMPARE(counts.signs, 0);
    QVERIFY(counts.ribbons > 20);
    // Every message that arrived within half a second of the screen, here one of the run, is in it.
    std::uint64_t hops = 0;
    for (const Record& record : window->run()->recording().records())
      if (record.kind == RecordKind::hop && record.at > test::at(3900ms) && record.at <= test::at(4900ms))
        ++hops;
    QVERIFY(hops > 100);
    QVERIFY(counts.hops_per_second >= static_cast<double>(hops));
    QVERIFY(counts.hops_per_second < static_cast<double>(hops) * 1.5);  // and requests without a message
    QVERIFY(one != picture(test::at(4900ms), 8));
    QVERIFY(one != picture(test::at(11s), 2));
    QVERIFY(one == picture(test::at(4900ms), 2));
    picture(test::at(4900ms), 0.03);
    QVERIFY(!window->scene()->counts().flow);
    // Before anything has moved there are no ribbons, and nothing goes wrong.
    picture(Instant{}, 10);
    counts = window->scene()->counts();
    QVERIFY(counts.flow);
    QCOMPARE(counts.ribbons, 0);
    // Played on from before, it comes to the same flow.
    window->set_speed(2);
    window->seek(test::at(4s));
    window->set_playing(true);
    for (int ms = 0; window->now() < test::at(4900ms); ms += 10) window->setTime(ms);
    window->set_playing(false);
    QVERIFY(one == picture(test::at(4900ms), 2));
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
