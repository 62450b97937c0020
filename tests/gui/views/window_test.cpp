// The whole window, driven as a person would: names, sizes, selecting, playing by a clock set by hand, buttons that send steps.
#include <QAbstractScrollArea>
#include <QComboBox>
#include <QMenu>
#include <QSlider>
#include <QTableWidget>
#include <QtTest>

#include "gui/views/main_window.h"
#include "tests/gui/views/made_run.h"

using namespace roundhouse;
using namespace roundhouse::view;

namespace {

std::unique_ptr<MainWindow> window_of(const MadePlan& plan, QSize size = {1440, 900}) {
  auto window = std::make_unique<MainWindow>(MainWindow::Options{});
  window->resize(size);
  window->show();
  window->show_runs(std::make_unique<MadeRun>(plan));
  window->setTime(0);
  return window;
}

MadeRun& made(MainWindow& window) {
  return dynamic_cast<MadeRun&>(*window.run());
}

double seconds(Instant at) {
  return static_cast<double>(at.ns) / 1e9;
}

template <class Widget>
Widget* named(MainWindow& window, const char* name) {
  return window.findChild<Widget*>(name);
}

/// Parts that Qt makes inside its own widgets, out of reach of whoever uses them.
bool is_inside_of_qt(const QWidget* widget) {
  return widget->objectName().startsWith("qt_") ||
         QByteArray(widget->metaObject()->className()).contains("Private") ||
         widget->inherits("QTableCornerButton") || widget->inherits("QScrollBar") ||
         qobject_cast<const QAbstractScrollArea*>(widget->parentWidget()) != nullptr;
}

void nothing_is_cut_off(const MainWindow& window) {
  QCoreApplication::processEvents();  // layouts follow their texts
  for (const auto* label : window.findChildren<QLabel*>()) {
    if (!label->isVisible() || label->objectName() == "lblNotice") continue;
    QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->objectName()));
    QVERIFY2(label->height() >= label->sizeHint().height(), qPrintable(label->objectName()));
  }
  for (const auto* button : window.findChildren<QPushButton*>())
    if (button->isVisible())
      QVERIFY2(button->width() >= button->minimumSizeHint().width(), qPrintable(button->objectName()));
  for (const auto* child : window.findChildren<QWidget*>()) {
    if (!child->isVisible() || is_inside_of_qt(child)) continue;
    QVERIFY2(child->parentWidget()->rect().contains(child->geometry()), qPrintable(child->objectName()));
  }
}

}  // namespace

class WindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { use_font_family("DejaVu Sans"); }

  void every_widget_has_a_name_and_a_spoken_name() {
    const auto window = window_of(eight_clients());
    for (const auto* widget : window->findChildren<QWidget*>()) {
      if (is_inside_of_qt(widget)) continue;
      const QByteArray what =
          widget->metaObject()->className() + QByteArray(" ") + widget->objectName().toUtf8();
      QVERIFY2(!widget->objectName().isEmpty(), what);
      QVERIFY2(!widget->accessibleName().isEmpty(), what);
    }
    for (const char* name :
         {"btnPlay", "btnStepBack", "btnStepOn", "sliderSpeed", "timeline", "scene", "scene2", "cmbPolicy",
          "btnKill", "btnRestart", "tblPredicted", "tblLog", "tblScoreboard", "chartErrors", "chartLatency"})
      QVERIFY2(named<QWidget>(*window, name) != nullptr, name);
  }

  void the_parts_have_the_sizes_of_the_design() {
    const auto window = window_of(eight_clients());
    QCOMPARE(named<QWidget>(*window, "topBar")->height(), 50);
    QCOMPARE(window->scene()->geometry(), QRect(10, 60, 1440 - 30 - 318, 900 - 60 - 150 - 92));
    QCOMPARE(named<QWidget>(*window, "Narration")->width(), 318);
    QCOMPARE(named<QWidget>(*window, "chartErrors")->height(), 150 - 10);
    QCOMPARE(named<QWidget>(*window, "timelineStrip")->geometry(), QRect(10, 900 - 84, 1420, 76));
    QCOMPARE(window->minimumSize(), QSize(1180, 720));
  }

  void nothing_is_cut_off_in_the_smallest_window() {
    for (const auto& plan : {eight_clients(), sixty_clients_failover(), thousand_clients()}) {
      const auto window = window_of(plan, {1180, 720});
      window->seek({6'750'000'000});
      window->grab();
      nothing_is_cut_off(*window);
      QCOMPARE(window->scene()->shortened(), 0);
      QVERIFY(window->findChild<NarrationText*>()->fits());
    }
    MainWindow window(MainWindow::Options{});
    window.resize(1180, 720);
    window.show();
    window.show_runs(std::make_unique<MadeRun>(sixty_clients("round robin", 20)),
                     std::make_unique<MadeRun>(sixty_clients("sticky cookie", 0)));
    window.seek({6'900'000'000});
    window.grab();
    nothing_is_cut_off(window);
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}})
      QCOMPARE(window.scene(side)->shortened(), 0);
  }

  void a_click_selects_a_client_and_its_log_is_shown() {
    const auto window = window_of(sixty_clients_failover());
    window->seek({3'000'000'000});
    const auto& client = window->run()->scene().clients[21];
    const EntityId entity = client.entity;
    const QString name = QString::fromStdString(client.name);
    QTest::mouseClick(window->scene(), Qt::LeftButton, {},
                      window->scene()->rectOf(entity).center().toPoint());
    QVERIFY(window->scene()->selected() == entity);
    QVERIFY(named<QLabel>(*window, "lblLogHeading")->text().contains(name));
    QVERIFY(named<QTableWidget>(*window, "tblLog")->rowCount() > 3);
    QTest::keyClick(window->scene(), Qt::Key_Down);
    QVERIFY(window->scene()->selected() == window->run()->scene().clients[22].entity);
    QTest::keyClick(window.get(), Qt::Key_Escape);
    QVERIFY(!window->scene()->selected());
  }

  void time_passes_only_while_the_run_plays() {
    const auto window = window_of(eight_clients());
    window->setTime(1000);
    QCOMPARE(seconds(window->now()), 0.0);
    QTest::mouseClick(named<QPushButton>(*window, "btnPlay"), Qt::LeftButton);
    for (int ms = 1000; ms <= 2000; ms += 20) window->setTime(ms);
    // A second of the screen is a tenth of one of the run.
    QVERIFY(std::abs(seconds(window->now()) - 0.1) < 1e-6);
    window->set_speed(1);
    for (int ms = 2000; ms <= 3000; ms += 20) window->setTime(ms);
    QVERIFY(std::abs(seconds(window->now()) - 1.1) < 1e-6);
    QTest::keyClick(window.get(), Qt::Key_Space);
    window->setTime(4000);
    QVERIFY(std::abs(seconds(window->now()) - 1.1) < 1e-6);
  }

  void playing_ends_with_the_run_and_begins_anew() {
    const auto window = window_of(eight_clients());
    window->set_speed(10);
    window->seek({9'900'000'000});
    window->set_playing(true);
    window->setTime(100);
    QCOMPARE(seconds(window->now()), 10.0);
    QVERIFY(!window->playing());
    window->set_playing(true);
    QCOMPARE(seconds(window->now()), 0.0);
  }

  void a_live_run_is_shown_a_little_behind_its_head() {
    const auto window = window_of(eight_clients());
    made(*window).set_head({1'000'000'000});
    window->set_speed(1);
    window->set_playing(true);
    for (int ms = 0; ms <= 3000; ms += 100) window->setTime(ms);
    QCOMPARE(seconds(window->now()), 0.975);
    QVERIFY(window->playing());
  }

  void dragging_on_the_timeline_seeks() {
    const auto window = window_of(eight_clients());
    auto* track = window->findChild<TimelineTrack*>("timeline");
    const QPoint at(static_cast<int>(track->x_of({4'000'000'000})), 30);
    QTest::mousePress(track, Qt::LeftButton, {}, at);
    QVERIFY(std::abs(seconds(window->now()) - 4) < 0.02);
    QVERIFY(std::abs(seconds(window->run()->scene().at) - 4) < 0.02);
  }

  void keys_step_seek_and_go_from_mark_to_mark() {
    const auto window = window_of(sixty_clients_failover());
    window->seek({2'000'000'000});
    QTest::keyClick(window.get(), Qt::Key_Period);
    QCOMPARE(seconds(window->now()), 2.01);
    QTest::keyClick(window.get(), Qt::Key_Comma);
    QCOMPARE(seconds(window->now()), 2.0);
    QTest::keyClick(window.get(), Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(seconds(window->now()), 3.0);
    QTest::keyClick(window.get(), Qt::Key_PageDown);
    QCOMPARE(seconds(window->now()), 4.0);
    QTest::keyClick(window.get(), Qt::Key_Home);
    QCOMPARE(seconds(window->now()), 0.0);
    QTest::keyClick(window.get(), Qt::Key_End);
    QCOMPARE(seconds(window->now()), 12.0);
    const double speed = 0.1;
    QTest::keyClick(window.get(), Qt::Key_BracketLeft);
    QVERIFY(named<QSlider>(*window, "sliderSpeed")->value() < Playback::notch_of_speed(speed));
  }

  void buttons_send_steps() {
    const auto window = window_of(sixty_clients_failover());
    window->seek({2'000'000'000});
    const auto* menu = named<QPushButton>(*window, "btnKill")->menu();
    QCOMPARE(menu->actions().size(), 4);
    menu->actions()[2]->trigger();
    QCOMPARE(made(*window).sent().size(), std::size_t{1});
    QCOMPARE(made(*window).sent()[0].verb, std::string("kill"));
    QCOMPARE(made(*window).sent()[0].target, std::string("app-3"));
    window->seek({6'000'000'000});
    const auto* restart = named<QPushButton>(*window, "btnRestart")->menu();
    QVERIFY(restart->actions()[1]->isEnabled());
    QVERIFY(!restart->actions()[0]->isEnabled());
    auto* policy = named<QComboBox>(*window, "cmbPolicy");
    Q_EMIT policy->activated(policy->findText("hash consistent"));
    const Step expected{
        .verb = "policy", .target = "proxy", .arguments = {{"policy", "hash $remote_addr consistent"}}};
    QVERIFY(made(*window).sent().back() == expected);
  }

  void tables_and_charts_say_what_the_run_says() {
    const auto window = window_of(sixty_clients_failover());
    window->seek({6'750'000'000});
    window->refresh();
    const auto* table = named<QTableWidget>(*window, "tblPredicted");
    QCOMPARE(table->rowCount(), 5);
    QCOMPARE(table->item(2, 0)->text(), QString("400 errors"));
    QCOMPARE(table->item(2, 1)->text(), QString("17"));
    QCOMPARE(table->item(2, 2)->text(), QString("15"));
    QCOMPARE(window->findChild<ChartPanel*>("chartLatency")->lines_shown(), std::size_t{3});
    QCOMPARE(window->findChild<ChartPanel*>("chartSessions")->lines_shown(), std::size_t{4});
    QVERIFY(window->findChild<NarrationText*>()->plain().contains("400 Session ID unknown"));
  }

  void two_runs_stand_beside_each_other() {
    MainWindow window(MainWindow::Options{});
    window.resize(1440, 900);
    window.show();
    window.show_runs(std::make_unique<MadeRun>(sixty_clients("round robin", 20)),
                     std::make_unique<MadeRun>(sixty_clients("sticky cookie", 0)));
    window.seek({6'000'000'000});
    QVERIFY(window.comparing());
    QVERIFY(window.scene(1)->isVisible());
    QVERIFY(!named<QWidget>(window, "Narration")->isVisible());
    QVERIFY(named<QWidget>(window, "Scoreboard")->isVisible());
    QVERIFY(!window.scene(0)->geometry().intersects(window.scene(1)->geometry()));
    QCOMPARE(named<QTableWidget>(window, "tblScoreboard")->rowCount(), 5);
    QCOMPARE(window.findChild<ChartPanel*>("chartErrors")->lines_shown(), std::size_t{2});
    QTest::keyClick(&window, Qt::Key_1);
    QVERIFY(!window.comparing());
    QVERIFY(!window.scene(1)->isVisible());
  }

  void a_problem_is_said_in_the_window() {
    MainWindow window({.light = false,
                       .scenarios = {},
                       .open = [](const QString& name) -> Result<std::unique_ptr<RunModel>> {
                         return Error(name.toStdString(), "this is no recording");
                       }});
    window.resize(1180, 720);
    window.show();
    Q_EMIT window.findChild<TopBar*>()->scenario_chosen("x.rht");
    auto* problem = named<QLabel>(window, "lblProblem");
    QVERIFY(problem->isVisible());
    QVERIFY(problem->text().startsWith("x.rht: this is no recording\n"));
    QCOMPARE(problem->accessibleDescription(), QString("x.rht: this is no recording"));
    for (const int key : {Qt::Key_Space, Qt::Key_Period, Qt::Key_End, Qt::Key_PageDown, Qt::Key_M, Qt::Key_3})
      QTest::keyClick(&window, static_cast<Qt::Key>(key));
    window.grab();
  }

  void both_themes_draw_the_whole_window() {
    const auto window = window_of(eight_clients());
    const QImage dark = window->grab().toImage();
    QTest::keyClick(window.get(), Qt::Key_D);
    const QImage light = window->grab().toImage();
    QVERIFY(dark.pixelColor(5, 400).lightness() < 40);
    QVERIFY(light.pixelColor(5, 400).lightness() > 200);
  }
};

QTEST_MAIN(WindowTest)
#include "window_test.moc"
