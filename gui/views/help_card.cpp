#include "gui/views/help_card.h"

namespace roundhouse::view {
namespace {

const char help_text[] =
    "<p style='font-size:15px'><b>Roundhouse</b></p>"
    "<table cellspacing='5'>"
    "<tr><td><b>Space</b></td><td>play or pause</td><td>&nbsp;&nbsp;<b>, &nbsp; .</b></td><td>one event "
    "back, on</td></tr>"
    "<tr><td><b>[ &nbsp; ]</b></td><td>slower, faster</td><td>&nbsp;&nbsp;<b>← →</b></td><td>1 % back, on; "
    "with Shift 1 s</td></tr>"
    "<tr><td><b>Home, End</b></td><td>beginning, latest</td><td>&nbsp;&nbsp;<b>Page ↑ ↓</b></td><td>mark "
    "before, mark after</td></tr>"
    "<tr><td><b>M</b></td><td>set a mark</td><td>&nbsp;&nbsp;<b>↑ ↓</b></td><td>client before, "
    "after</td></tr>"
    "<tr><td><b>/</b></td><td>search a client</td><td>&nbsp;&nbsp;<b>Esc</b></td><td>select nobody</td></tr>"
    "<tr><td><b>K, R</b></td><td>kill, restart; then the letter</td><td>&nbsp;&nbsp;<b>1, "
    "3</b></td><td>Flow, Compare</td></tr>"
    "<tr><td><b>D</b></td><td>dark or light</td><td>&nbsp;&nbsp;<b>F11</b></td><td>full screen</td></tr>"
    "<tr><td><b>Ctrl+O</b></td><td>open a scenario or recording</td><td>&nbsp;&nbsp;<b>?</b></td><td>this "
    "help</td></tr>"
    "</table>"
    "<p>A client wears the colour and letter of the instance that holds its session.<br>"
    "The sign that moves has the colour of the instance where its message came in.<br>"
    "Played too fast for single signs, links are ribbons: as wide as their messages a second.<br>"
    "A bar is the sessions held now; its tick is the share that the policy predicts.</p>";

}  // namespace

HelpCard::HelpCard(QWidget* parent) : QLabel(QString::fromUtf8(help_text), parent) {
  setObjectName("lblHelp");
  setAccessibleName("Help");
  setFont(text_font(12.5));
  setMargin(22);
  hide();
}

void HelpCard::set_theme(const Theme& theme) {
  setStyleSheet(QString("background:%1;color:%2;border:1px solid %3;border-radius:12px")
                    .arg(theme.raised.name(), theme.text.name(), theme.line.name()));
}

void HelpCard::toggle() {
  setVisible(!isVisible());
  raise();
}

}  // namespace roundhouse::view
