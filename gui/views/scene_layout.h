// Where everything of a scene stands: places of clients, proxy, instances, broker and channels, and the ways between them.
// A client never moves: its place depends on its row in the scene and on the size, not on what happens.
#pragma once

#include <QRectF>
#include <QSizeF>
#include <vector>

#include "gui/models/scene.h"
#include "gui/views/curve.h"

namespace roundhouse::view {

/// One of two scenes beside each other is `compact`: no legend, and its number and policy above it.
enum class SceneForm : std::uint8_t { full, compact };
enum class ClientShape : std::uint8_t { card, circle, cell, merged };
enum class InstanceShape : std::uint8_t { card, row };

inline constexpr std::size_t client_cards_max = 12;
inline constexpr std::size_t client_circles_max = 150;
inline constexpr std::size_t client_cells_max = 2500;
inline constexpr std::size_t merged_cells_max = 2000;
inline constexpr std::size_t instance_cards_max = 8;
inline constexpr std::size_t instance_rows_max = 24;

class SceneLayout {
 public:
  SceneLayout() = default;
  SceneLayout(const Scene& scene, QSizeF size, SceneForm form);

  ClientShape client_shape() const { return client_shape_; }
  InstanceShape instance_shape() const { return instance_shape_; }
  SceneForm form() const { return form_; }
  QSizeF size() const { return size_; }
  /// 0 at the narrowest scene, 1 at the width of the design: what sizes are read from.
  double ease() const { return ease_; }

  /// Where the client is drawn; in the shape `card` the whole card, `merged`: the cell that it shares.
  QRectF client(std::size_t index) const;
  /// The round face of a client: in a card the circle at its right end.
  QRectF client_face(std::size_t index) const;
  QRectF client_area() const { return client_area_; }
  std::size_t clients_a_cell() const { return clients_a_cell_; }
  std::size_t cell_count() const;
  QRectF cell(std::size_t index) const;
  std::size_t cells_a_row() const { return columns_; }
  QRectF proxy() const { return proxy_; }
  /// Above instance_rows_max the last row is that of all others; which instances have rows of their own is in `rows()`.
  QRectF instance(std::size_t index) const;
  const std::vector<QRectF>& instance_places() const { return instance_places_; }
  /// The scene's instance for each place; -1 is "others".
  const std::vector<int>& instance_of_place() const { return instance_of_place_; }
  QRectF broker() const { return broker_; }
  std::size_t channels_shown() const { return channels_.size(); }
  QRectF channel(std::size_t index) const { return channels_[index]; }
  double title_line() const { return title_line_; }
  QRectF legend() const { return legend_; }

  /// From the client to the proxy.
  Curve client_way(std::size_t index) const;
  /// From the proxy to the instance.
  Curve instance_way(std::size_t index) const;
  /// From the instance to the broker.
  Curve broker_way(std::size_t index) const;

  /// The way of a hop; false where one end is not in the scene.
  bool way(EntityId from, EntityId to, Curve& into) const;
  QRectF rect_of(EntityId entity) const;
  EntityId entity_at(QPointF point) const;
  /// The client's row in the scene; -1: no client.
  int client_index(EntityId entity) const;
  int instance_index(EntityId entity) const;

 private:
  enum class Kind : std::uint8_t { nothing, client, proxy, instance, broker };
  struct Known {
    Kind kind = Kind::nothing;
    int index = -1;
  };

  void choose_shapes(const Scene& scene);
  void lay_clients(std::size_t count);
  void lay_columns(const Scene& scene);
  void lay_instances(const Scene& scene);
  void lay_channels(const Scene& scene);
  void know(const Scene& scene);
  Known known(EntityId entity) const;
  double between(double narrow, double wide) const { return narrow + (wide - narrow) * ease_; }

  SceneForm form_ = SceneForm::full;
  ClientShape client_shape_ = ClientShape::card;
  InstanceShape instance_shape_ = InstanceShape::card;
  QSizeF size_;
  double ease_ = 1;
  double top_ = 0;
  double bottom_ = 0;
  double title_line_ = 0;
  QRectF legend_;
  QRectF client_area_;
  std::size_t client_count_ = 0;
  std::size_t columns_ = 1;
  std::size_t clients_a_cell_ = 1;
  double pitch_x_ = 0;
  double pitch_y_ = 0;
  double client_width_ = 0;
  double client_height_ = 0;
  QRectF proxy_;
  QRectF broker_;
  std::vector<QRectF> instance_places_;
  std::vector<int> instance_of_place_;
  std::vector<int> place_of_instance_;
  std::vector<QRectF> channels_;
  std::vector<Known> known_;
};

}  // namespace roundhouse::view
