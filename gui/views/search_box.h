// Where one types a part of a client's name.
#pragma once

#include <QLineEdit>

#include "gui/views/theme.h"

namespace roundhouse::view {

class SearchBox : public QLineEdit {
  Q_OBJECT

 public:
  explicit SearchBox(QWidget* parent = nullptr);
  void set_theme(const Theme& theme);
  /// Empty, in front of everything, and ready for letters.
  void begin();
};

}  // namespace roundhouse::view
