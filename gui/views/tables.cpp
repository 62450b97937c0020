#include "gui/views/tables.h"

#include <QFontMetricsF>
#include <QHeaderView>
#include <QScrollBar>
#include <algorithm>

#include "gui/views/lettering.h"
#include "gui/views/playback.h"

namespace roundhouse::view {
namespace {

constexpr int at_left = Qt::AlignLeft | Qt::AlignVCenter;
constexpr int at_right = Qt::AlignRight | Qt::AlignVCenter;
constexpr int predicted_rows = 5;  // more are scrolled to
constexpr int row_height = 21;
constexpr int log_row_height = 22;

QString text_of(const std::string& text) {
  return QString::fromStdString(text);
}

/// The largest size of the first column's texts at which the longest fits.
QFont font_that_fits(const std::vector<QString>& texts, int width) {
  for (int pixels = 12; pixels > font_pixels_min; pixels -= 1) {
    const QFont font = text_font(pixels);
    const QFontMetricsF metrics(font);
    const auto fits = [&](const QString& text) { return metrics.horizontalAdvance(text) + 8 <= width; };
    if (std::all_of(texts.begin(), texts.end(), fits)) return font;
  }
  return text_font(font_pixels_min);
}

}  // namespace

PredictedPanel::PredictedPanel(const Theme& theme, QWidget* parent)
    : Panel("Predicted", "Predicted and observed", theme, parent),
      table_(new PlainTable("tblPredicted", "Predicted and observed", {"", "predicted", "observed"}, 0,
                            row_height, this)) {
  table_->set_headings_at_right({1, 2});
  table_->horizontalHeader()->setFont(text_font(font_pixels_min));  // the names need the room
  table_->setWordWrap(true);
  table_->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
  table_->setFixedHeight(table_->height_of(predicted_rows));
  content()->addWidget(table_);
  PredictedPanel::set_theme(theme);
}

void PredictedPanel::set_theme(const Theme& theme) {
  Panel::set_theme(theme);
  table_->set_theme(theme);
}

void PredictedPanel::show_rows(const std::vector<PredictedRow>& rows) {
  const int count = static_cast<int>(rows.size());
  table_->setRowCount(count);
  // The figures first: what they leave is the names' room.
  for (int row = 0; row < count; ++row) {
    const auto& line = rows[static_cast<std::size_t>(row)];
    table_->set_cell(row, 0, {text_of(line.name), text_font(12), theme().text, at_left});
    table_->set_cell(row, 1, {text_of(line.predicted), mono_font(12), theme().muted, at_right});
    table_->set_cell(
        row, 2, {text_of(line.observed), mono_font(12), line.holds ? theme().text : theme().error, at_right});
  }
  set_height_max(height_max_);
}

/// A name that is longer than its line takes several smaller ones. Returns the height of heading and rows, as many as are shown at once.
int PredictedPanel::wrap_names(int room) {
  const QFont font = text_font(12);
  const QFont small = text_font(11);
  int height = table_->height_of(0);
  for (int row = 0; row < table_->rowCount(); ++row) {
    QTableWidgetItem* name = table_->item(row, 0);
    const bool fits = QFontMetricsF(font).horizontalAdvance(name->text()) <= room;
    const QRect wrapped =
        QFontMetrics(small).boundingRect({0, 0, room, 1000}, Qt::TextWordWrap, name->text());
    name->setFont(fits ? font : small);
    table_->setRowHeight(row, fits ? row_height : std::max(row_height, wrapped.height() + 4));
    if (row < predicted_rows) height += table_->rowHeight(row);
  }
  return height;
}

void PredictedPanel::set_height_max(int height) {
  height_max_ = height;
  constexpr int around_text = 16;
  const int least = table_->height_of(1);
  const int most = std::max(least, height_max_ - (sizeHint().height() - table_->minimumHeight()));
  const int bar = table_->verticalScrollBar()->sizeHint().width();
  const int width = table_->columnWidth(0) + (table_->verticalScrollBar()->isVisible() ? bar : 0);
  const bool scrolls = wrap_names(width - around_text) > most || table_->rowCount() > predicted_rows;
  // Beside the bar the names have less room.
  const int wanted = wrap_names(width - around_text - (scrolls ? bar : 0));
  // Whole rows, as in the packet log.
  int shown = wanted;
  for (int row = std::min(table_->rowCount(), predicted_rows) - 1; row > 0 && shown > most; --row)
    shown -= table_->rowHeight(row);
  shown = std::max(shown, least);
  if (table_->height() != shown) table_->setFixedHeight(shown);
}

LogPanel::LogPanel(const Theme& theme, QWidget* parent)
    : Panel("Log", "Packet log", theme, parent),
      table_(new PlainTable("tblLog", "Packet log of the selected client", {"t", "", "packet", "where"}, 2,
                            log_row_height, this)) {
  table_->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
  content()->addWidget(table_);
  content()->addStretch(0);
  LogPanel::set_theme(theme);
}

void LogPanel::set_theme(const Theme& theme) {
  Panel::set_theme(theme);
  table_->set_theme(theme);
}

void LogPanel::resizeEvent(QResizeEvent*) {
  // Whole rows: half a row below looks as if something were wrong.
  const int room = height() - table_->y() - 10 - table_->height_of(0);
  table_->setMaximumHeight(table_->height_of(std::max(1, room / log_row_height)));
}

QString LogPanel::heading_of(const SceneClient& client, const std::string& home) const {
  // What is least missed goes first where the line is too long: the room, then how the client travels.
  QStringList words{client.session.empty() ? "no session" : "sid " + text_of(client.session).left(6)};
  if (!client.session.empty()) words << (client.polling ? "polling" : "WebSocket");
  if (!client.room.empty()) words << room_text(client.room);
  const QString name = text_of(client.name);
  const QString end = text_of(home);
  const QFontMetricsF metrics(text_font(12.5, QFont::Bold));
  const double room = width() - 36;
  while (words.size() > 1 && metrics.horizontalAdvance(name + "  " + words.join(" · ") + " · " + end) > room)
    words.removeLast();
  QString heading =
      QString("<b style='color:%1'>%2</b> &nbsp;").arg(theme().text.name(), name.toHtmlEscaped());
  heading += words.join(" · ").toHtmlEscaped();
  if (!end.isEmpty()) {
    heading += QString(" · <b style='color:%1'>%2</b>")
                   .arg(theme().edge(theme().of(client.home)).name(), end.toHtmlEscaped());
  }
  return heading;
}

void LogPanel::show_log(const SceneClient* client, const std::string& home, const std::vector<LogRow>& rows,
                        double speed) {
  if (client == nullptr) {
    set_heading("Packet log: click on a client");
    table_->setRowCount(0);
    return;
  }
  set_heading(heading_of(*client, home));
  const int count = static_cast<int>(rows.size());
  table_->setRowCount(count);
  for (int row = 0; row < count; ++row) {
    const auto& line = rows[static_cast<std::size_t>(row)];
    const QString time = time_text(line.at, speed).chopped(2);
    table_->set_cell(row, 0, {time + ' ', mono_font(12), theme().muted, at_left});
    table_->set_cell(row, 1, {text_of(line.arrow) + ' ', text_font(13), theme().muted, at_left});
    table_->set_cell(row, 2, {text_of(line.packet), text_font(12), theme().text, at_left});
    table_->set_cell(row, 3, {text_of(line.where), text_font(12), theme().muted, at_left});
  }
}

Scoreboard::Scoreboard(const Theme& theme, QWidget* parent)
    : Panel("Scoreboard", "Scoreboard", theme, parent),
      table_(new PlainTable("tblScoreboard", "Scoreboard of both runs", {"", "1", "2", "predicted"}, 0, 20,
                            this)) {
  table_->set_headings_at_right({1, 2, 3});
  table_->horizontalHeader()->setFixedHeight(21);
  content()->addWidget(table_);
  Scoreboard::set_theme(theme);
}

void Scoreboard::set_theme(const Theme& theme) {
  Panel::set_theme(theme);
  table_->set_theme(theme);
}

void Scoreboard::show_rows(const std::vector<ScoreRow>& rows) {
  const int count = static_cast<int>(rows.size());
  table_->setRowCount(count);
  std::vector<QString> names;
  for (const auto& row : rows) names.push_back(text_of(row.name));
  const QFont font = font_that_fits(names, table_->columnWidth(0));
  for (int row = 0; row < count; ++row) {
    const auto& line = rows[static_cast<std::size_t>(row)];
    // The better one is bold; the second run has the colour of its lines in the charts.
    const auto side = [&](int number, const std::string& figure, const QColor& colour) {
      const bool bad = line.harm && figure != "0";
      table_->set_cell(row, number,
                       {text_of(figure), mono_font(12, line.better == number ? QFont::Bold : QFont::Normal),
                        bad ? theme().error : colour, at_right});
    };
    table_->set_cell(row, 0, {text_of(line.name), font, theme().text, at_left});
    side(1, line.one, theme().text);
    side(2, line.two, theme().accent);
    table_->set_cell(row, 3, {text_of(line.predicted), text_font(11.5), theme().muted, at_right});
  }
}

}  // namespace roundhouse::view
