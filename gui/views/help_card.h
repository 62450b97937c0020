// The card that lists the window's keys and how to read its signs.
#pragma once

#include <QLabel>

#include "gui/views/theme.h"

namespace roundhouse::view {

class HelpCard : public QLabel {
  Q_OBJECT

 public:
  explicit HelpCard(QWidget* parent = nullptr);
  void set_theme(const Theme& theme);
  void toggle();
};

}  // namespace roundhouse::view
