#include "gui/views/search_box.h"

namespace roundhouse::view {

SearchBox::SearchBox(QWidget* parent) : QLineEdit(parent) {
  setObjectName("edtSearch");
  setAccessibleName("Search a client by its name");
  setPlaceholderText("client");
  setFont(text_font(13));
  hide();
}

void SearchBox::set_theme(const Theme& theme) {
  setStyleSheet(QString("background:%1;color:%2;border:1px solid %3;border-radius:7px;padding:0 8px")
                    .arg(theme.raised.name(), theme.text.name(), theme.accent.name()));
}

void SearchBox::begin() {
  clear();
  show();
  raise();
  setFocus();
}

}  // namespace roundhouse::view
