// The bar at the window's head: scenario, policy, kill and restart, Flow or Compare, theme, help. It only says what was pressed.
#pragma once

#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QWidget>
#include <vector>

#include "gui/models/scene.h"
#include "gui/views/theme.h"

namespace roundhouse::view {

/// A choice with a small arrow in the colour of its text; style sheets would ask for a picture file.
class ChoiceBox : public QComboBox {
  Q_OBJECT

 public:
  using QComboBox::QComboBox;

 protected:
  void paintEvent(QPaintEvent* event) override;
};

class TopBar : public QWidget {
  Q_OBJECT

 public:
  /// `scenarios`: names that the scenario's menu offers.
  TopBar(const QStringList& scenarios, const Theme& theme, QWidget* parent = nullptr);

  void set_theme(const Theme& theme);
  void set_title(const QString& title);
  void set_policy(const QString& policy);
  void set_instances(const std::vector<SceneInstance>& instances);
  void set_view(bool compare, bool compare_possible);
  /// A sentence that stands in the bar for a while.
  /// Shortened to the room that is left; whole in the tooltip and for screen readers.
  void set_notice(const QString& notice);
  void open_menu(const QString& verb);

 Q_SIGNALS:
  void scenario_chosen(const QString& name);
  void file_wanted();
  /// As nginx reads it: `hash $remote_addr consistent`.
  void policy_chosen(const QString& directive);
  void asked(const QString& verb, const QString& target);
  void view_chosen(bool compare);
  void theme_pressed();
  void help_pressed();

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void fit_notice();
  QPushButton* button(const char* name, const QString& text, const char* spoken);
  QMenu* menu_of(QPushButton* button, const char* name, const QString& spoken);
  void fill_menu(QMenu* menu, const QString& verb, const std::vector<SceneInstance>& instances);

  const Theme* theme_;
  QLabel* logo_;
  QLabel* name_;
  QPushButton* scenario_;
  ChoiceBox* policy_;
  QPushButton* kill_;
  QPushButton* restart_;
  QLabel* notice_;
  QPushButton* flow_;
  QPushButton* compare_;
  QPushButton* theme_button_;
  QPushButton* help_;
  QString title_;
  QString said_;  ///< the notice, whole
  std::vector<std::pair<std::string, bool>> instances_shown_;
};

}  // namespace roundhouse::view
