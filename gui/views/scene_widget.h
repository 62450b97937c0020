// The scene of one run: clients, proxy, instances, broker and the signs that move between them. It paints what a Scene says and answers
// where things are; it changes nothing and counts nothing itself.
//
// Three layers on a plain widget: a still one (links, clients, selected path), one of cards, both repainted when what they show changes and
// at most ten times a second while a run plays, and the signs, which every frame draws in one batch from one atlas.
#pragma once

#include <QPixmap>
#include <QWidget>
#include <vector>

#include "gui/views/flashes.h"
#include "gui/views/flow_layer.h"
#include "gui/views/scene_layout.h"
#include "gui/views/scene_words.h"
#include "gui/views/sign_choice.h"
#include "gui/views/sign_layer.h"
#include "gui/views/theme.h"

namespace roundhouse::view {

struct SceneCounts {
  std::vector<int> clients_by_home;
  int homeless = 0;
  int signs = 0;               ///< drawn
  bool flow = false;           ///< ribbons are drawn instead of signs
  int ribbons = 0;             ///< one for each direction of a link over which anything came
  double hops_per_second = 0;  ///< those that the ribbons stand for, rejected and lost ones with them
  std::uint64_t in_flight = 0;
  int k = 1;
  int flashes = 0;
  int decisions = 0;  ///< of the proxy, written on its card when it was last painted
};

class SceneWidget : public QWidget {
  Q_OBJECT

 public:
  SceneWidget(const Theme& theme, SceneForm form, QWidget* parent = nullptr);

  struct Moment {
    Duration second{};           ///< how much of the run a second of the screen is
    double screen_seconds = 0;   ///< the window's clock
    bool running = false;        ///< frames follow each other: layers may wait a tenth of a second
    const Flow* flow = nullptr;  ///< ribbons instead of signs; must live as the scene must
  };
  /// The scene is not copied: it must live, unchanged, until the next call. nullptr: nothing to show.
  void show_scene(const Scene* scene, Moment moment);
  /// Number and name of one of two scenes beside each other.
  void set_side(int number, const QString& name);
  void set_theme(const Theme& theme);
  void set_form(SceneForm form);
  void set_effort(Effort effort);
  void select(EntityId entity);
  EntityId selected() const { return selected_; }

  QRectF rectOf(EntityId entity) const;
  EntityId entityAt(QPoint point) const;
  SceneCounts counts() const;
  const SceneLayout& places() const { return places_; }
  const Scene* scene() const { return scene_; }
  /// How many texts of the still layers were too long for their place when they were last painted.
  int shortened() const { return shortened_; }
  /// How long the last frame took to paint.
  double paint_milliseconds() const { return paint_milliseconds_; }
  /// What a tooltip and an accessible child say of it.
  QString description(EntityId entity) const;

  QSize minimumSizeHint() const override { return {460, 300}; }

 Q_SIGNALS:
  void chosen(roundhouse::EntityId entity);
  /// From the context menu of a card: `kill app-2`.
  void asked(const QString& verb, const QString& target);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void place();
  void renew_layers();
  void paint_still_layer();
  void paint_ground();
  void step_selection(int by);

  const Theme* theme_;
  SceneForm form_;
  Effort effort_ = Effort::all;
  const Scene* scene_ = nullptr;
  Moment moment_;
  SceneSide side_;
  EntityId selected_;
  SceneLayout places_;
  std::uint64_t placed_for_ = 0;
  SignChoice choice_;
  Flashes flashes_;
  SignLayer signs_;
  QPixmap still_;
  QPixmap ground_;
  std::uint64_t still_shown_ = 0;
  std::uint64_t cards_shown_ = 0;
  double layers_at_ = -1;
  double paint_milliseconds_ = 0;
  int still_shortened_ = 0;
  int shortened_ = 0;
  int decisions_ = 0;
  std::uint64_t flow_shown_ = 0;
};

}  // namespace roundhouse::view
