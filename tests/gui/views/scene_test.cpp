// What the scene shows and answers: places, counts, flashes, the number of signs, and that a picture depends on the scene alone.
#include <QAccessible>
#include <QtTest>

#include "gui/views/flashes.h"
#include "gui/views/scene_widget.h"
#include "gui/views/sign_choice.h"
#include "tests/gui/views/made_run.h"

using namespace roundhouse;
using namespace roundhouse::view;

namespace {

constexpr Duration second = std::chrono::milliseconds(100);

Instant at(double seconds) {
  return {static_cast<std::int64_t>(seconds * 1e9)};
}

QImage picture_of(SceneWidget& widget, const MadeRun& run) {
  widget.show_scene(&run.scene(), {.second = second, .screen_seconds = 1, .running = false});
  return widget.grab().toImage();
}

std::vector<QRectF> rects_of(const SceneWidget& widget, const Scene& scene) {
  std::vector<QRectF> rects{widget.rectOf(scene.proxy), widget.rectOf(scene.broker)};
  for (const auto& client : scene.clients) rects.push_back(widget.rectOf(client.entity));
  for (const auto& instance : scene.instances) rects.push_back(widget.rectOf(instance.entity));
  return rects;
}

int pixels_near(const QImage& image, const QColor& colour) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const QColor seen = image.pixelColor(x, y);
      const int off = std::abs(seen.red() - colour.red()) + std::abs(seen.green() - colour.green()) +
                      std::abs(seen.blue() - colour.blue());
      if (off < 40) ++count;
    }
  }
  return count;
}

}  // namespace

class SceneTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { use_font_family("DejaVu Sans"); }

  void nothing_in_a_scene_overlaps_or_leaves_it_data() {
    QTest::addColumn<int>("clients");
    QTest::addColumn<int>("instances");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    for (const int clients : {1, 8, 12, 13, 60, 150, 151, 1000, 2500}) {
      for (const int instances : {1, 4, 8, 9, 24}) {
        for (const QSize size : {QSize(1091, 597), QSize(832, 418), QSize(704, 546), QSize(575, 400)})
          QTest::addRow("%d clients, %d instances, %dx%d", clients, instances, size.width(), size.height())
              << clients << instances << size.width() << size.height();
      }
    }
  }

  void nothing_in_a_scene_overlaps_or_leaves_it() {
    QFETCH(const int, clients);
    QFETCH(const int, instances);
    QFETCH(const int, width);
    QFETCH(const int, height);
    MadePlan plan;
    plan.clients = static_cast<std::uint32_t>(clients);
    plan.instances = static_cast<std::uint32_t>(instances);
    const MadeRun run(plan);
    SceneWidget widget(Theme::dark(), width > 800 ? SceneForm::full : SceneForm::compact);
    widget.resize(width, height);
    widget.show_scene(&run.scene(), {.second = second});
    const auto rects = rects_of(widget, run.scene());
    for (std::size_t i = 0; i < rects.size(); ++i) {
      QVERIFY(!rects[i].isEmpty());
      QVERIFY(QRectF(widget.rect()).contains(rects[i]));
      for (std::size_t j = 0; j < i; ++j) QVERIFY(!rects[i].intersects(rects[j]));
    }
  }

  void each_point_inside_belongs_to_its_entity() {
    const MadeRun run(sixty_clients_failover());
    SceneWidget widget(Theme::dark(), SceneForm::full);
    widget.resize(1091, 597);
    widget.show_scene(&run.scene(), {.second = second});
    for (const auto& client : run.scene().clients)
      QVERIFY(widget.entityAt(widget.rectOf(client.entity).center().toPoint()) == client.entity);
    for (const auto& instance : run.scene().instances)
      QVERIFY(widget.entityAt(widget.rectOf(instance.entity).center().toPoint()) == instance.entity);
    QVERIFY(!widget.entityAt(QPoint(1, 1)));
  }

  void counts_follow_the_scene() {
    MadeRun run(sixty_clients_failover());
    run.seek(at(6.75));
    SceneWidget widget(Theme::dark(), SceneForm::full);
    widget.resize(1091, 597);
    widget.show_scene(&run.scene(), {.second = second});
    const auto counts = widget.counts();
    int housed = 0;
    for (const int clients : counts.clients_by_home) housed += clients;
    QCOMPARE(counts.clients_by_home[1], 0);
    QVERIFY(counts.homeless > 0);
    QCOMPARE(housed + counts.homeless, 60);
    QVERIFY(counts.flashes > 0);
    QCOMPARE(counts.in_flight, run.scene().in_flight);
    QCOMPARE(counts.k, 1);
  }

  void a_scene_drawn_twice_gives_the_same_picture() {
    for (const auto& plan : {eight_clients(), sixty_clients_failover(), thousand_clients()}) {
      MadeRun run(plan);
      run.seek(at(8.7));
      SceneWidget first(Theme::dark(), SceneForm::full);
      SceneWidget second_widget(Theme::dark(), SceneForm::full);
      first.resize(1091, 597);
      second_widget.resize(1091, 597);
      const QImage one = picture_of(first, run);
      QVERIFY(one == picture_of(first, run));
      QVERIFY(one == picture_of(second_widget, run));
      run.seek(at(3));
      QVERIFY(one != picture_of(first, run));
      run.seek(at(8.7));
      QVERIFY(one == picture_of(first, run));
    }
  }

  void every_instance_shows_its_colour() {
    for (const Theme* theme : {&Theme::dark(), &Theme::light_one()}) {
      const MadeRun run(thousand_clients());
      SceneWidget widget(*theme, SceneForm::full);
      widget.resize(1091, 597);
      const QImage image = picture_of(widget, run);
      for (Letter letter = 0; letter < 6; ++letter) QVERIFY(pixels_near(image, theme->of(letter)) > 300);
      QVERIFY(pixels_near(image, theme->scene) > image.width() * image.height() / 4);
    }
  }

  void signs_stay_under_the_cap_and_k_says_so() {
    MadeRun run(thousand_clients());
    run.seek(at(2));
    run.crowd(5000);
    SignChoice choice;
    choice.choose(run.scene(), {}, 0);
    QVERIFY(choice.k() > 1);
    QVERIFY(choice.drawn().size() <= signs_max);
    QVERIFY(choice.drawn().size() > signs_max / 4);
  }

  void a_lost_message_dies_where_it_was_lost() {
    const MadeRun run(eight_clients());
    Scene scene = run.scene();
    scene.flights.clear();
    SceneWidget widget(Theme::dark(), SceneForm::full);
    widget.resize(1091, 597);
    const auto picture = [&] {
      widget.show_scene(&scene, {.second = second, .screen_seconds = 1, .running = false});
      return widget.grab().toImage();
    };
    const QImage without = picture();
    const SceneFlight lost{.from = scene.instances[0].entity,
                           .to = scene.broker,
                           .departed = scene.at,
                           .arrives = scene.at,
                           .lost = true,
                           .cause = Cause::dead};
    for (const float reached : {0.0F, 0.25F, 0.5F, 1.0F}) {
      scene.flights = {lost};
      scene.flights[0].reached = reached;
      const QImage with = picture();
      QRectF changed;
      for (int y = 0; y < with.height() - 40; ++y)
        for (int x = 0; x < with.width(); ++x)
          if (with.pixel(x, y) != without.pixel(x, y)) changed |= QRectF(x, y, 1, 1);
      const QPointF off = changed.center() - widget.places().broker_way(0).at(reached);
      QVERIFY2(std::hypot(off.x(), off.y()) < 8, qPrintable(QString::number(reached)));
    }
  }

  void fast_playback_shows_ribbons_by_rate_and_no_signs() {
    for (const auto& plan : {eight_clients(), sixty_clients_failover(), thousand_clients()}) {
      MadeRun run(plan);
      run.seek(at(8.7));
      SceneWidget widget(Theme::dark(), SceneForm::full);
      widget.resize(1091, 597);
      const Duration fast = std::chrono::seconds(2);
      const Flow flow = run.flow(fast / 2);
      widget.show_scene(&run.scene(), {.second = fast, .flow = &flow});
      QCOMPARE(widget.counts().signs, 0);
      QVERIFY(widget.counts().flow);
      const auto ribbons = ribbons_of(flow, run.scene(), widget.places());
      QCOMPARE(widget.counts().ribbons, static_cast<int>(ribbons.size()));
      // Nothing of the flow is left out, and nothing is counted twice.
      std::uint64_t count = 0;
      std::uint64_t rejected = 0;
      for (const Ribbon& ribbon : ribbons) {
        count += ribbon.count;
        rejected += ribbon.rejected;
        QVERIFY(QRectF(widget.rect()).contains(ribbon.way.from));
        QVERIFY(QRectF(widget.rect()).contains(ribbon.way.to));
      }
      QVERIFY(count > 0);
      QCOMPARE(count, flow.count);
      QCOMPARE(rejected, flow.rejected);
      QCOMPARE(widget.counts().hops_per_second, static_cast<double>(count + rejected));
      if (plan.clients > 150) QVERIFY(rejected > 0);
      // Slow again, signs are back.
      widget.show_scene(&run.scene(), {.second = second});
      QVERIFY(!widget.counts().flow);
      QCOMPARE(widget.counts().ribbons, 0);
    }
  }

  void the_same_moment_and_speed_give_the_same_ribbons() {
    MadeRun run(sixty_clients_failover());
    SceneWidget widget(Theme::light_one(), SceneForm::full);
    widget.resize(1091, 597);
    const auto picture = [&](double when, Duration speed) {
      run.seek(at(when));
      const Flow flow = run.flow(speed / 2);
      widget.show_scene(&run.scene(), {.second = speed, .flow = &flow});
      return widget.grab().toImage();
    };
    const QImage one = picture(6.75, std::chrono::seconds(2));
    QVERIFY(one != picture(3, std::chrono::seconds(2)));
    QVERIFY(one != picture(6.75, std::chrono::seconds(8)));
    QVERIFY(one == picture(6.75, std::chrono::seconds(2)));
  }

  void what_was_rejected_is_a_cross_with_its_rate_on_the_ribbons() {
    const MadeRun run(eight_clients());
    SceneWidget widget(Theme::dark(), SceneForm::full);
    widget.resize(1091, 597);
    const Scene& scene = run.scene();
    const auto errors = [&](const Flow& flow) {
      widget.show_scene(&scene, {.second = std::chrono::seconds(1), .flow = &flow});
      // Above the legend, which has a cross of its own.
      return pixels_near(widget.grab().toImage().copy(0, 0, 1091, 550), Theme::dark().error);
    };
    Flow flow{
        .window = std::chrono::seconds(1),
        .ways = {{.from = scene.proxy, .to = scene.instances[0].entity, .count = 5, .by_colour = {0, 5}}},
        .count = 5};
    QCOMPARE(errors(flow), 0);
    flow.ways[0].rejected = 3;
    flow.rejected = 3;
    QVERIFY(errors(flow) > 30);
    QCOMPARE(widget.counts().ribbons, 1);
    QCOMPARE(widget.counts().hops_per_second, 8.0);
  }

  void a_ribbon_grows_three_pixels_with_each_tenfold_up_to_a_limit() {
    QCOMPARE(ribbon_width(0.1), 2.0);
    QCOMPARE(ribbon_width(1), 2.0);
    QCOMPARE(ribbon_width(10), 5.0);
    QCOMPARE(ribbon_width(1000), 11.0);
    QCOMPARE(ribbon_width(1e9), ribbon_width_max);
  }

  void a_hop_shorter_than_eighty_milliseconds_on_the_screen_is_flow() {
    // At default speed the median hop takes 350 ms.
    const Duration slow = std::chrono::milliseconds(80);
    QVERIFY(!is_flow(slow, slow));
    QVERIFY(!is_flow(slow, std::chrono::milliseconds(350)));
    QVERIFY(is_flow(slow, std::chrono::milliseconds(351)));
  }

  void k_falls_only_after_two_quiet_seconds() {
    MadeRun crowded(thousand_clients());
    crowded.seek(at(2));
    crowded.crowd(5000);
    const MadeRun quiet(eight_clients());
    SignChoice choice;
    choice.choose(crowded.scene(), {}, 0);
    const int k = choice.k();
    choice.choose(quiet.scene(), {}, 1);
    QCOMPARE(choice.k(), k);
    choice.choose(quiet.scene(), {}, 2.9);
    QCOMPARE(choice.k(), k);
    choice.choose(quiet.scene(), {}, 3.1);
    QCOMPARE(choice.k(), 1);
  }

  void all_messages_of_the_selected_client_are_drawn() {
    MadeRun run(thousand_clients());
    run.seek(at(2));
    run.crowd(5000);
    const EntityId selected = run.scene().flights.back().client;
    SignChoice choice;
    choice.choose(run.scene(), selected, 0);
    std::size_t all = 0;
    std::size_t drawn = 0;
    for (const auto& flight : run.scene().flights)
      if (flight.client == selected) ++all;
    for (const auto index : choice.drawn())
      if (run.scene().flights[index].client == selected) ++drawn;
    QVERIFY(all > 0);
    QCOMPARE(drawn, all);
  }

  void exempt_signs_past_the_limit_become_one_with_a_count() {
    Scene scene;
    for (std::uint64_t i = 0; i < 150; ++i)
      scene.flights.push_back({.sign = Sign::rejected, .from = {1}, .to = {2}, .message = {i + 1}});
    SignChoice choice;
    choice.choose(scene, {}, 0);
    QCOMPARE(choice.drawn().size(), exempt_signs_max);
    QCOMPARE(choice.heaps().size(), std::size_t{1});
    QCOMPARE(choice.heaps().front().count, 30U);
  }

  void a_client_flashes_three_times_a_second_at_most() {
    Scene scene;
    scene.clients.resize(1);
    Flashes flashes;
    int begun = 0;
    double last_age = 1;
    for (int i = 0; i < 100; ++i) {
      // A 400 every hundredth of a second of the screen, for one second.
      scene.at = {i * 1'000'000};
      scene.clients[0].rejected_at = scene.at;
      flashes.follow(scene, second, flash_seconds);
      QCOMPARE(flashes.burning().size(), std::size_t{1});
      if (flashes.burning()[0].age < last_age) ++begun;
      last_age = flashes.burning()[0].age;
    }
    QCOMPARE(begun, 3);
  }

  void clients_instances_and_broker_are_accessible_children() {
    const MadeRun run(eight_clients());
    SceneWidget widget(Theme::dark(), SceneForm::full);
    widget.resize(1091, 597);
    widget.show_scene(&run.scene(), {.second = second});
    QAccessibleInterface* whole = QAccessible::queryAccessibleInterface(&widget);
    QVERIFY(whole != nullptr);
    QCOMPARE(whole->childCount(), 8 + 1 + 3 + 1);
    QCOMPARE(whole->child(0)->text(QAccessible::Name), QString("Ada"));
    QCOMPARE(whole->child(0)->rect().size(),
             widget.rectOf(run.scene().clients[0].entity).toAlignedRect().size());
    QVERIFY(whole->child(9)->text(QAccessible::Name).startsWith("app-1"));
  }

  void extreme_scenes_are_drawn_without_harm() {
    for (const std::uint32_t clients : {0U, 1U, 3000U}) {
      for (const std::uint32_t instances : {1U, 30U}) {
        MadePlan plan;
        plan.clients = std::max(clients, 1U);
        plan.instances = instances;
        plan.messages_per_second = 0.5;
        const MadeRun run(plan);
        Scene scene = run.scene();
        if (clients == 0) scene = Scene();
        scene.has_broker = false;
        SceneWidget widget(Theme::dark(), SceneForm::full);
        widget.resize(832, 418);
        widget.show_scene(&scene, {.second = second});
        QVERIFY(!widget.grab().isNull());
      }
    }
  }
};

QTEST_MAIN(SceneTest)
#include "scene_test.moc"
