#include "gui/views/scene_widget.h"

#include <QContextMenuEvent>
#include <QElapsedTimer>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "gui/views/cards.h"
#include "gui/views/client_layer.h"
#include "gui/views/flash_layer.h"
#include "gui/views/legend.h"
#include "gui/views/scene_accessible.h"
#include "gui/views/scene_signature.h"

namespace roundhouse::view {
namespace {

constexpr double layers_apart_seconds = 0.1;

}  // namespace

SceneWidget::SceneWidget(const Theme& theme, SceneForm form, QWidget* parent)
    : QWidget(parent),
      theme_(&theme),
      form_(form),
      choice_(form == SceneForm::full ? signs_max : signs_a_side_max) {
  setAttribute(Qt::WA_OpaquePaintEvent);
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  make_scenes_accessible();
}

void SceneWidget::show_scene(const Scene* scene, Moment moment) {
  scene_ = scene;
  moment_ = moment;
  place();
  if (scene_ != nullptr) {
    // What a moment looks like when one looks for it must not depend on where one came from.
    if (!moment.running) {
      choice_.forget();
      flashes_.forget();
    }
    if (moment.flow == nullptr) choice_.choose(*scene_, selected_, moment.screen_seconds);
    const bool round =
        places_.client_shape() == ClientShape::card || places_.client_shape() == ClientShape::circle;
    flashes_.follow(*scene_, moment.second, round ? flash_seconds : cell_flash_seconds);
  }
  update();
}

void SceneWidget::set_side(int number, const QString& name) {
  if (side_.number == number && side_.name == name) return;
  side_ = {number, name};
  still_shown_ = 0;
  update();
}

void SceneWidget::set_theme(const Theme& theme) {
  theme_ = &theme;
  still_shown_ = 0;
  update();
}

void SceneWidget::set_form(SceneForm form) {
  if (form == form_) return;
  form_ = form;
  choice_ = SignChoice(form == SceneForm::full ? signs_max : signs_a_side_max);
  placed_for_ = 0;
  place();
  update();
}

void SceneWidget::set_effort(Effort effort) {
  effort_ = effort;
}

void SceneWidget::select(EntityId entity) {
  selected_ = entity;
  update();
}

QRectF SceneWidget::rectOf(EntityId entity) const {
  return places_.rect_of(entity);
}

EntityId SceneWidget::entityAt(QPoint point) const {
  return places_.entity_at(point);
}

SceneCounts SceneWidget::counts() const {
  SceneCounts counts;
  if (scene_ == nullptr) return counts;
  counts.clients_by_home.assign(scene_->instances.size(), 0);
  for (const auto& client : scene_->clients) {
    if (client.home == no_letter)
      ++counts.homeless;
    else if (static_cast<std::size_t>(client.home) < counts.clients_by_home.size())
      ++counts.clients_by_home[static_cast<std::size_t>(client.home)];
  }
  counts.flow = moment_.flow != nullptr;
  if (counts.flow) {
    counts.ribbons = static_cast<int>(ribbons_of(*moment_.flow, *scene_, places_).size());
    counts.hops_per_second = moment_.flow->per_second(moment_.flow->count + moment_.flow->rejected);
  } else {
    counts.signs = static_cast<int>(choice_.drawn().size() + choice_.heaps().size());
  }
  counts.in_flight = scene_->in_flight;
  counts.k = counts.flow ? 1 : choice_.k();
  counts.decisions = decisions_;
  counts.flashes = static_cast<int>(flashes_.burning().size());
  return counts;
}

QString SceneWidget::description(EntityId entity) const {
  return scene_ == nullptr ? QString() : description_of(entity, *scene_, places_);
}

void SceneWidget::place() {
  if (scene_ == nullptr) {
    places_ = SceneLayout();
    placed_for_ = 0;
    return;
  }
  const auto signature = place_signature(*scene_, size(), form_);
  if (signature == placed_for_) return;
  placed_for_ = signature;
  still_shown_ = 0;
  places_ = SceneLayout(*scene_, size(), form_);
}

void SceneWidget::renew_layers() {
  signs_.prepare(*theme_, devicePixelRatioF(), form_);
  const bool fitting = ground_.size() == size() * devicePixelRatioF();
  const double waited = moment_.screen_seconds - layers_at_;
  if (moment_.running && fitting && still_shown_ != 0 && waited >= 0 && waited < layers_apart_seconds) return;
  const bool flowing = moment_.flow != nullptr;
  // The legend belongs to the still layer.
  const auto still = still_signature(*scene_, places_, selected_) + (flowing ? 1 : 0);
  const auto cards = card_signature(*scene_, moment_.second);
  const auto flow = flowing ? flow_signature(*moment_.flow) : 0;
  if (fitting && still == still_shown_ && cards == cards_shown_ && flow == flow_shown_) return;
  layers_at_ = moment_.screen_seconds;
  if (still != still_shown_ || !fitting) paint_still_layer();
  still_shown_ = still;
  cards_shown_ = cards;
  flow_shown_ = flow;
  paint_ground();
}

void SceneWidget::paint_still_layer() {
  still_ = QPixmap(size() * devicePixelRatioF());
  still_.setDevicePixelRatio(devicePixelRatioF());
  QPainter painter(&still_);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillRect(rect(), theme_->window);
  painter.setPen(QPen(theme_->faint_line, 1));
  painter.setBrush(theme_->scene);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
  Lettering lettering(painter, *theme_);
  paint_titles(lettering, *scene_, places_, side_);
  // The right end belongs to the number in flight, which changes with every frame.
  const QRectF legend = places_.legend().adjusted(0, 0, -220, 0);
  if (form_ == SceneForm::full && moment_.flow != nullptr)
    paint_flow_legend(lettering, legend);
  else if (form_ == SceneForm::full)
    paint_legend(lettering, legend);
  paint_links(painter, *scene_, places_, *theme_);
  paint_selected_path(painter, *scene_, places_, *theme_, selected_);
  paint_clients(lettering, *scene_, places_);
  still_shortened_ = lettering.shortened();
}

void SceneWidget::paint_ground() {
  ground_ = still_;
  QPainter painter(&ground_);
  painter.setRenderHint(QPainter::Antialiasing);
  Lettering lettering(painter, *theme_);
  if (moment_.flow != nullptr)
    paint_ribbons_of_flow(lettering, *moment_.flow, ribbons_of(*moment_.flow, *scene_, places_));
  decisions_ = paint_proxy_card(lettering, *scene_, places_);
  paint_instance_cards(lettering, *scene_, places_);
  paint_broker_card(lettering, *scene_, places_, moment_.second);
  shortened_ = still_shortened_ + lettering.shortened();
}

void SceneWidget::paintEvent(QPaintEvent*) {
  QElapsedTimer watch;
  watch.start();
  QPainter painter(this);
  if (scene_ == nullptr) {
    painter.fillRect(rect(), theme_->window);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme_->faint_line, 1));
    painter.setBrush(theme_->scene);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
    return;
  }
  place();
  renew_layers();
  painter.drawPixmap(0, 0, ground_);
  painter.setRenderHint(QPainter::Antialiasing);
  const SignSight sight{*scene_, places_, choice_, *theme_, moment_.second};
  Lettering lettering(painter, *theme_);
  if (moment_.flow == nullptr) {
    signs_.paint_lit_ways(painter, sight, effort_);
    paint_ripples(painter, *scene_, places_, *theme_, moment_.second);
  }
  paint_flashes(lettering, *scene_, places_, flashes_);
  if (moment_.flow == nullptr) signs_.paint_signs(painter, sight, effort_);
  paint_selected_ring(lettering, *scene_, places_, selected_);
  if (moment_.flow == nullptr)
    paint_in_flight(lettering, *scene_, places_, choice_.k());
  else
    paint_flow_rate(lettering, *moment_.flow, places_);
  painter.end();
  paint_milliseconds_ = static_cast<double>(watch.nsecsElapsed()) / 1e6;
}

void SceneWidget::resizeEvent(QResizeEvent*) {
  place();
}

void SceneWidget::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  Q_EMIT chosen(entityAt(event->position().toPoint()));
}

void SceneWidget::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)
    step_selection(event->key() == Qt::Key_Up ? -1 : 1);
  else
    QWidget::keyPressEvent(event);
}

void SceneWidget::step_selection(int by) {
  if (scene_ == nullptr || scene_->clients.empty()) return;
  const int count = static_cast<int>(scene_->clients.size());
  const int row = places_.client_index(selected_);
  const int next = row < 0 ? 0 : (row + by + count) % count;
  Q_EMIT chosen(scene_->clients[static_cast<std::size_t>(next)].entity);
}

void SceneWidget::contextMenuEvent(QContextMenuEvent* event) {
  if (scene_ == nullptr) return;
  const int index = places_.instance_index(entityAt(event->pos()));
  if (index < 0) return;
  const QString name = QString::fromStdString(scene_->instances[static_cast<std::size_t>(index)].name);
  QMenu menu(this);
  menu.setObjectName("menuInstance");
  menu.setAccessibleName("What to do with " + name);
  for (const QString verb : {"kill", "restart", "pause", "continue"})
    menu.addAction(verb + ' ' + name, this, [this, verb, name] { Q_EMIT asked(verb, name); });
  menu.exec(event->globalPos());
}

bool SceneWidget::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString text = description(entityAt(help->pos()));
    if (text.isEmpty())
      QToolTip::hideText();
    else
      QToolTip::showText(help->globalPos(), text, this);
    return true;
  }
  return QWidget::event(event);
}

}  // namespace roundhouse::view
