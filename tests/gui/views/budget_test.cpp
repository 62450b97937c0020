// CPU time of a frame: 1,000 clients and 5,000 messages in flight, painted without a GPU.
#include <QPainter>
#include <QtTest>
#include <ctime>
#include <functional>

#include "gui/views/scene_widget.h"
#include "tests/gui/views/made_run.h"

using namespace roundhouse;
using namespace roundhouse::view;

namespace {

constexpr double budget_ms = 8;
// Other programs share the caches and the clock of a test machine.
constexpr double allowance = 2;

double thread_cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// Milliseconds that a frame costs on average. `step` is how far the scene moves from one to the next.
double ms_a_frame(SceneWidget& widget, Scene& scene, Duration step, SceneWidget::Moment moment,
                  const std::function<void()>& change = {}) {
  widget.resize(1091, 597);
  QImage screen(1091, 597, QImage::Format_ARGB32_Premultiplied);
  constexpr int frames = 120;
  double spent = 0;
  moment.running = true;
  for (int frame = -10; frame < frames; ++frame) {
    scene.at = scene.at + step;
    moment.screen_seconds += 1.0 / 60;
    if (change) change();
    const double begin = thread_cpu_ms();
    widget.show_scene(&scene, moment);
    widget.render(&screen, {}, {}, QWidget::RenderFlags());
    if (frame >= 0) spent += thread_cpu_ms() - begin;
  }
  return spent / frames;
}

}  // namespace

class BudgetTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_frame_of_a_thousand_clients_and_five_thousand_messages_keeps_its_budget() {
    MadeRun run(thousand_clients());
    run.seek({8'750'000'000});
    run.crowd(5000);
    QVERIFY(run.scene().flights.size() >= 5000);
    Scene scene = run.scene();
    SceneWidget widget(Theme::dark(), SceneForm::full);
    const double each =
        ms_a_frame(widget, scene, Duration(100'000), {.second = std::chrono::milliseconds(6)});
    qInfo("%.2f ms CPU a frame (budget %.0f ms), %d signs drawn, k = %d", each, budget_ms,
          widget.counts().signs, widget.counts().k);
#ifdef NDEBUG
    QVERIFY(each <= budget_ms * allowance);
#endif
  }

  void a_frame_of_ribbons_keeps_the_same_budget() {
    MadeRun run(thousand_clients());
    run.seek({8'750'000'000});
    Scene scene = run.scene();
    Flow flow = run.flow(std::chrono::milliseconds(500));
    QVERIFY(flow.count > 1000);
    SceneWidget widget(Theme::dark(), SceneForm::full);
    const double each = ms_a_frame(widget, scene, Duration(16'000'000),
                                   {.second = std::chrono::seconds(1), .flow = &flow}, [&] {
                                     ++flow.ways.front().count;
                                     ++flow.ways.front().by_colour.back();
                                   });
    qInfo("%.2f ms CPU a frame of ribbons (budget %.0f ms), %d ribbons, %.0f hops a second", each, budget_ms,
          widget.counts().ribbons, widget.counts().hops_per_second);
#ifdef NDEBUG
    QVERIFY(each <= budget_ms * allowance);
#endif
  }
};

QTEST_MAIN(BudgetTest)
#include "budget_test.moc"
