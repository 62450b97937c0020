// A message in the place of the scene: why a run cannot be shown.
#pragma once

#include <QLabel>

#include "gui/views/theme.h"

namespace roundhouse::view {

class ProblemCard : public QLabel {
  Q_OBJECT

 public:
  explicit ProblemCard(QWidget* parent = nullptr);
  void set_theme(const Theme& theme);
  void say(const QString& problem);
};

}  // namespace roundhouse::view
