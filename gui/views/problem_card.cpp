#include "gui/views/problem_card.h"

#include <QAccessible>

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
  QString breakable = problem;
  // A long path has no spaces where a line could end.
  breakable.replace(QChar(u'/'), QString(u'/') + QChar(0x200b));
  setText(breakable + "\n\nThe scenario's menu, Ctrl+O or a file dropped here opens another one.");
  setAccessibleDescription(problem);
  show();
  raise();
  QAccessibleEvent alert(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&alert);
}

}  // namespace roundhouse::view
