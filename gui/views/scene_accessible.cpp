#include "gui/views/scene_accessible.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <map>

#include "gui/views/scene_widget.h"

namespace roundhouse::view {
namespace {

/// Clients, proxy, instances, broker, in the order a message travels.
std::vector<EntityId> entities_of(const Scene& scene) {
  std::vector<EntityId> entities;
  for (const auto& client : scene.clients) entities.push_back(client.entity);
  if (scene.proxy) entities.push_back(scene.proxy);
  for (const auto& instance : scene.instances) entities.push_back(instance.entity);
  if (scene.has_broker && scene.broker) entities.push_back(scene.broker);
  return entities;
}

class AccessibleEntity : public QAccessibleInterface {
 public:
  AccessibleEntity(SceneWidget* scene, EntityId entity) : scene_(scene), entity_(entity) {}

  bool isValid() const override { return scene_ != nullptr && scene_->scene() != nullptr; }
  QObject* object() const override { return nullptr; }
  QAccessibleInterface* childAt(int, int) const override { return nullptr; }
  QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(scene_); }
  QAccessibleInterface* child(int) const override { return nullptr; }
  int childCount() const override { return 0; }
  int indexOfChild(const QAccessibleInterface*) const override { return -1; }
  QString text(QAccessible::Text what) const override {
    const QString all = scene_->description(entity_);
    return what == QAccessible::Name          ? all.section('\n', 0, 0)
           : what == QAccessible::Description ? all
                                              : QString();
  }
  void setText(QAccessible::Text, const QString&) override {}
  QRect rect() const override {
    const QRect place = scene_->rectOf(entity_).toAlignedRect();
    return {scene_->mapToGlobal(place.topLeft()), place.size()};
  }
  QAccessible::Role role() const override { return QAccessible::ListItem; }
  QAccessible::State state() const override {
    QAccessible::State state;
    state.selectable = true;
    state.selected = scene_->selected() == entity_;
    return state;
  }

 private:
  SceneWidget* scene_;
  EntityId entity_;
};

class AccessibleScene : public QAccessibleWidget {
 public:
  explicit AccessibleScene(SceneWidget* scene)
      : QAccessibleWidget(scene, QAccessible::List, scene->accessibleName()), scene_(scene) {}
  ~AccessibleScene() override {
    for (const auto& [entity, id] : children_) QAccessible::deleteAccessibleInterface(id);
  }

  int childCount() const override {
    return scene_->scene() == nullptr ? 0 : static_cast<int>(entities_of(*scene_->scene()).size());
  }
  QAccessibleInterface* child(int index) const override {
    if (index < 0 || index >= childCount()) return nullptr;
    return of(entities_of(*scene_->scene())[static_cast<std::size_t>(index)]);
  }
  int indexOfChild(const QAccessibleInterface* wanted) const override {
    for (int i = 0; i < childCount(); ++i)
      if (child(i) == wanted) return i;
    return -1;
  }
  QAccessibleInterface* childAt(int x, int y) const override {
    const EntityId entity = scene_->entityAt(scene_->mapFromGlobal(QPoint(x, y)));
    return entity ? of(entity) : nullptr;
  }

 private:
  QAccessibleInterface* of(EntityId entity) const {
    const auto known = children_.find(entity);
    if (known != children_.end()) return QAccessible::accessibleInterface(known->second);
    auto* made = new AccessibleEntity(scene_, entity);
    children_[entity] = QAccessible::registerAccessibleInterface(made);
    return made;
  }

  SceneWidget* scene_;
  mutable std::map<EntityId, QAccessible::Id> children_;
};

QAccessibleInterface* accessible_scene(const QString&, QObject* object) {
  auto* scene = qobject_cast<SceneWidget*>(object);
  return scene == nullptr ? nullptr : new AccessibleScene(scene);
}

}  // namespace

void make_scenes_accessible() {
  static const bool made = [] {
    QAccessible::installFactory(accessible_scene);
    return true;
  }();
  (void)made;
}

}  // namespace roundhouse::view
