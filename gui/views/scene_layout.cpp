#include "gui/views/scene_layout.h"

#include <QtMath>
#include <algorithm>
#include <numeric>

namespace roundhouse::view {
namespace {

// The widths of the design pictures: a full scene, and one of the two of Compare.
constexpr double design_width = 1091;
constexpr double narrow_width = 565;
constexpr double margin = 24;
constexpr double circle_pitch_max = 48;
constexpr double cell_pitch_max = 12;
// Links arrive on this share of the proxy's height that the clients take of the scene's.
constexpr double proxy_port_share = 0.40;
constexpr double instance_port_share = 0.5;
constexpr double broker_port_share = 0.6;

double drawn_towards(double y, double middle, double share) {
  return middle + (y - middle) * share;
}

}  // namespace

SceneLayout::SceneLayout(const Scene& scene, QSizeF size, SceneForm form) : form_(form), size_(size) {
  ease_ = std::clamp((size.width() - narrow_width) / (design_width - narrow_width), 0.0, 1.0);
  const bool full = form == SceneForm::full;
  title_line_ = full ? 26 : 48;
  top_ = full ? 48 : 66;
  bottom_ = size.height() - (full ? 40 : 28);
  legend_ = QRectF(margin - 6, size.height() - 34, size.width() - 2 * margin + 12, 28);
  choose_shapes(scene);
  lay_clients(scene.clients.size());
  lay_columns(scene);
  lay_instances(scene);
  lay_channels(scene);
  know(scene);
}

void SceneLayout::choose_shapes(const Scene& scene) {
  client_count_ = scene.clients.size();
  client_shape_ = client_count_ <= client_cards_max     ? ClientShape::card
                  : client_count_ <= client_circles_max ? ClientShape::circle
                  : client_count_ <= client_cells_max   ? ClientShape::cell
                                                        : ClientShape::merged;
  // A narrow scene has no room for names: its clients are circles from the first one on.
  if (client_shape_ == ClientShape::card && form_ == SceneForm::compact) client_shape_ = ClientShape::circle;
  instance_shape_ = scene.instances.size() <= instance_cards_max ? InstanceShape::card : InstanceShape::row;
  clients_a_cell_ =
      client_shape_ == ClientShape::merged ? (client_count_ + merged_cells_max - 1) / merged_cells_max : 1;
}

void SceneLayout::lay_clients(std::size_t count) {
  const double height = bottom_ - top_;
  if (client_shape_ == ClientShape::card) {
    const double n = static_cast<double>(std::max<std::size_t>(count, 1));
    columns_ = 1;
    client_width_ = between(146, 186);
    pitch_x_ = client_width_;
    pitch_y_ = std::min(56.0, height / n);
    client_height_ = std::min(46.0, pitch_y_ - 5);
    const double used = pitch_y_ * (n - 1) + client_height_;
    client_area_ = {margin, top_ + (height - used) / 2, client_width_, used};
    return;
  }
  const bool round = client_shape_ == ClientShape::circle;
  const double width = round ? between(138, 290) : between(150, 290);
  const double slenderness = round ? 1.06 : 1.0;
  // Of few clients each has the room of the design's full scene, also beside another scene.
  const double roomy = count <= client_cards_max ? circle_pitch_max : between(30, 48);
  const double pitch_max = round ? roomy : cell_pitch_max;
  const auto cells = cell_count();
  double pitch = pitch_max;
  // The widest pitch at which all rows fit; a tenth of a pixel is finer than anyone sees.
  for (; pitch > 2; pitch -= 0.1) {
    columns_ = std::max<std::size_t>(1, static_cast<std::size_t>((width + pitch * 0.1) / pitch));
    const auto rows = (cells + columns_ - 1) / columns_;
    if (static_cast<double>(rows) * pitch * slenderness <= height) break;
  }
  // A few circles stand in a square block rather than in one long row.
  if (round) {
    const auto square = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(cells) * 0.6)));
    columns_ = std::clamp<std::size_t>(square, 1, columns_);
  }
  const auto rows = std::max<std::size_t>(1, (cells + columns_ - 1) / columns_);
  pitch_x_ = pitch;
  pitch_y_ =
      round ? std::clamp(height / static_cast<double>(rows), pitch * slenderness, pitch * 1.25) : pitch;
  while (pitch_y_ * static_cast<double>(rows) > height && pitch_y_ > 2) pitch_y_ -= 0.1;
  client_width_ = round ? pitch * 0.67 : std::max(2.0, pitch - std::max(1.0, pitch * 0.17));
  client_height_ = client_width_;
  const double used = pitch_y_ * static_cast<double>(rows - 1) + client_height_;
  const double across = pitch_x_ * static_cast<double>(columns_ - 1) + client_width_;
  client_area_ = {margin + (round ? 7 : 0) * ease_, top_ + (height - used) / 2, across, used};
  // Two scenes beside each other have their proxies in one place, however many clients each has.
  if (form_ == SceneForm::compact) client_area_.moveLeft(margin + std::max(0.0, width - across) / 2);
}

void SceneLayout::lay_columns(const Scene&) {
  // A full scene's proxy says why it decided so, and that takes room.
  const double proxy_width = form_ == SceneForm::full ? between(112, 160) : between(86, 140);
  const double instance_width = between(124, 207);
  const double broker_width = between(86, 118);
  const double right = size_.width() - between(10, 23);
  const double begin = form_ == SceneForm::compact
                           ? std::max(client_area_.right(), margin + between(138, 290))
                           : client_area_.right();
  const double room = right - begin - proxy_width - instance_width - broker_width;
  // Ways are as wide as what is left, the one to the broker a little shorter.
  const double way = std::max(12.0, room / 2.77);
  proxy_ = {begin + way, top_ + (form_ == SceneForm::full ? 20 : 40), proxy_width, 0};
  proxy_.setBottom(bottom_ - (form_ == SceneForm::full ? 20 : 36));
  broker_ = {right - broker_width, top_ + 20, broker_width, 0};
  broker_.setBottom(bottom_ - 20);
  const double instance_left = proxy_.right() + way;
  instance_places_.assign(1, {instance_left, top_, instance_width, bottom_ - top_});
}

void SceneLayout::lay_instances(const Scene& scene) {
  const QRectF column = instance_places_.front();
  instance_places_.clear();
  const auto count = scene.instances.size();
  place_of_instance_.assign(count, -1);
  std::vector<int> shown(count);
  std::iota(shown.begin(), shown.end(), 0);
  const bool others = count > instance_rows_max;
  if (others) {
    std::stable_sort(shown.begin(), shown.end(), [&](int a, int b) {
      return scene.instances[static_cast<std::size_t>(a)].sessions >
             scene.instances[static_cast<std::size_t>(b)].sessions;
    });
    shown.resize(instance_rows_max - 1);
    std::sort(shown.begin(), shown.end());
    shown.push_back(-1);
  }
  instance_of_place_ = shown;
  const double n = static_cast<double>(std::max<std::size_t>(shown.size(), 1));
  const bool cards = instance_shape_ == InstanceShape::card;
  const double most = cards ? between(74, 100) : 32;
  const double height = std::min(most, column.height() / n - (cards ? (n > 5 ? 8 : 12) : 3));
  // Cards take the whole height, the first at its top and the last at its foot; rows stand together.
  const double step = cards && n > 1 ? (column.height() - height) / (n - 1) : height + (cards ? 12 : 4);
  const double used = step * (n - 1) + height;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const double y = column.top() + (column.height() - used) / 2 + step * static_cast<double>(i);
    instance_places_.emplace_back(column.left(), y, column.width(), height);
    if (shown[i] >= 0) place_of_instance_[static_cast<std::size_t>(shown[i])] = static_cast<int>(i);
  }
  for (auto& place : place_of_instance_)
    if (place < 0) place = static_cast<int>(shown.size()) - 1;
}

void SceneLayout::lay_channels(const Scene& scene) {
  channels_.clear();
  if (!scene.has_broker) return;
  const QRectF inside = broker_.adjusted(8, between(50, 60), -8, -18);
  const double gap = inside.height() < 260 ? 6 : 8;
  constexpr double least = 60;
  const auto fitting = static_cast<std::size_t>((inside.height() + gap) / (least + gap));
  auto shown = scene.channels.size();
  // The last place says how many more there are.
  if (shown > fitting) shown = fitting;
  const double n = static_cast<double>(std::max<std::size_t>(shown, 3));
  const double height = std::max(10.0, (inside.height() - gap * (n - 1)) / n);
  for (std::size_t i = 0; i < shown; ++i) {
    channels_.emplace_back(inside.left(), inside.top() + (height + gap) * static_cast<double>(i),
                           inside.width(), height);
  }
}

void SceneLayout::know(const Scene& scene) {
  known_.clear();
  const auto learn = [this](EntityId entity, Kind kind, std::size_t index) {
    if (!entity) return;
    if (known_.size() <= entity.value) known_.resize(entity.value + std::size_t{1});
    known_[entity.value] = {kind, static_cast<int>(index)};
  };
  for (std::size_t i = 0; i < scene.clients.size(); ++i) learn(scene.clients[i].entity, Kind::client, i);
  for (std::size_t i = 0; i < scene.instances.size(); ++i)
    learn(scene.instances[i].entity, Kind::instance, i);
  learn(scene.proxy, Kind::proxy, 0);
  if (scene.has_broker) learn(scene.broker, Kind::broker, 0);
}

SceneLayout::Known SceneLayout::known(EntityId entity) const {
  return entity.value < known_.size() ? known_[entity.value] : Known{};
}

std::size_t SceneLayout::cell_count() const {
  return (client_count_ + clients_a_cell_ - 1) / std::max<std::size_t>(clients_a_cell_, 1);
}

QRectF SceneLayout::cell(std::size_t index) const {
  const auto column = static_cast<double>(index % columns_);
  const auto row = static_cast<double>(index / columns_);
  return {client_area_.left() + column * pitch_x_, client_area_.top() + row * pitch_y_, client_width_,
          client_height_};
}

QRectF SceneLayout::client(std::size_t index) const {
  return cell(index / clients_a_cell_);
}

QRectF SceneLayout::client_face(std::size_t index) const {
  const QRectF whole = client(index);
  if (client_shape_ != ClientShape::card) return whole;
  const double across = std::min(36.0, whole.height() - 8);
  return {whole.right() - across - 5, whole.center().y() - across / 2, across, across};
}

QRectF SceneLayout::instance(std::size_t index) const {
  return instance_places_[static_cast<std::size_t>(place_of_instance_[index])];
}

Curve SceneLayout::client_way(std::size_t index) const {
  const QRectF place = client(index);
  const bool cells = client_shape_ == ClientShape::cell || client_shape_ == ClientShape::merged;
  const QPointF from(cells ? client_area_.right() + 3 : place.right(), place.center().y());
  const double room = proxy_.height() * 0.86;
  const double share = std::min(proxy_port_share, room / std::max(client_area_.height(), 1.0));
  return Curve::level(from, {proxy_.left(), drawn_towards(from.y(), proxy_.center().y() + 4, share)});
}

Curve SceneLayout::instance_way(std::size_t index) const {
  const QRectF place = instance(index);
  const double y = place.center().y();
  return Curve::level({proxy_.right(), drawn_towards(y, proxy_.center().y(), instance_port_share)},
                      {place.left(), y});
}

Curve SceneLayout::broker_way(std::size_t index) const {
  const QRectF place = instance(index);
  const double y = place.center().y();
  return Curve::level({place.right(), y},
                      {broker_.left(), drawn_towards(y, broker_.center().y(), broker_port_share)});
}

bool SceneLayout::way(EntityId from, EntityId to, Curve& into) const {
  const Known a = known(from);
  const Known b = known(to);
  if (a.kind == Kind::nothing || b.kind == Kind::nothing) return false;
  const auto index = [](Known known) { return static_cast<std::size_t>(known.index); };
  if (a.kind == Kind::client && b.kind == Kind::proxy) {
    into = client_way(index(a));
  } else if (a.kind == Kind::proxy && b.kind == Kind::client) {
    into = client_way(index(b)).reversed();
  } else if (a.kind == Kind::proxy && b.kind == Kind::instance) {
    into = instance_way(index(b));
  } else if (a.kind == Kind::instance && b.kind == Kind::proxy) {
    into = instance_way(index(a)).reversed();
  } else if (a.kind == Kind::instance && b.kind == Kind::broker) {
    into = broker_way(index(a));
  } else if (a.kind == Kind::broker && b.kind == Kind::instance) {
    into = broker_way(index(b)).reversed();
  } else {
    // A client that speaks to an instance without a proxy, or whatever a foreign recording holds.
    const QRectF begin = rect_of(from);
    const QRectF end = rect_of(to);
    const bool rightward = begin.center().x() <= end.center().x();
    into = Curve::level({rightward ? begin.right() : begin.left(), begin.center().y()},
                        {rightward ? end.left() : end.right(), end.center().y()});
  }
  return true;
}

QRectF SceneLayout::rect_of(EntityId entity) const {
  const Known found = known(entity);
  switch (found.kind) {
    case Kind::client:
      return client(static_cast<std::size_t>(found.index));
    case Kind::instance:
      return instance(static_cast<std::size_t>(found.index));
    case Kind::proxy:
      return proxy_;
    case Kind::broker:
      return broker_;
    case Kind::nothing:
      break;
  }
  return {};
}

EntityId SceneLayout::entity_at(QPointF point) const {
  for (std::size_t i = 1; i < known_.size(); ++i) {
    const EntityId entity{static_cast<std::uint32_t>(i)};
    if (known_[i].kind != Kind::nothing && rect_of(entity).contains(point)) return entity;
  }
  return {};
}

int SceneLayout::client_index(EntityId entity) const {
  const Known found = known(entity);
  return found.kind == Kind::client ? found.index : -1;
}

int SceneLayout::instance_index(EntityId entity) const {
  const Known found = known(entity);
  return found.kind == Kind::instance ? found.index : -1;
}

}  // namespace roundhouse::view
