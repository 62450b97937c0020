#include "gui/views/problem_card.h"

namespace roundhouse::view {

ProblemCard::ProblemCard(QWidget* parent) : QLabel(parent) {
  setObjectName("lblProblem");
  setAccessibleName("Problem");
  setTextFormat(Qt::PlainText);
  setWordWrap(true);
  setAlignment(Qt::AlignCenter);
  setMargin(40);
  setFont(text_font(15, QFont::DemiBold));
  hide();
}

void ProblemCard::set_theme(const Theme& theme) {
  setStyleSheet(QString("background:%1;color:%2;border:1px solid %3;border-radius:10px")
                    .arg(theme.panel.name(), theme.text.name(), theme.error.name()));
}

void ProblemCard::say(const QString& problem) {
  setText(problem);
  setAccessibleDescription(problem);
  show();
  raise();
}

}  // namespace roundhouse::view
