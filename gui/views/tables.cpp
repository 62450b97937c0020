#include "gui/views/tables.h"

#include <QHeaderView>
#include <algorithm>

#include "gui/views/lettering.h"
#include "gui/views/playback.h"

namespace roundhouse::view {
namespace {

constexpr int at_left = Qt::AlignLeft | Qt::AlignVCenter;
constexpr int at_right = Qt::AlignRight | Qt::AlignVCenter;
constexpr int predicted_rows = 5;

QString text_of(const std::string& text) {
  return QString::fromStdString(text);
}

}  // namespace

PredictedPanel::PredictedPanel(const Theme& theme, QWidget* parent)
    : Panel("Predicted", "Predicted and observed", theme, parent),
      table_(new PlainTable("tblPredicted", "Predicted and observed", {"", "predicted", "observed"}, 0, 21,
                            this)) {
  table_->set_headings_at_right({1, 2});
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
  for (int row = 0; row < count; ++row) {
    const auto& line = rows[static_cast<std::size_t>(row)];
    table_->set_cell(row, 0, {text_of(line.name), text_font(12), theme().text, at_left});
    table_->set_cell(row, 1, {text_of(line.predicted), mono_font(12), theme().muted, at_right});
    table_->set_cell(
        row, 2, {text_of(line.observed), mono_font(12), line.holds ? theme().text : theme().error, at_right});
  }
}

LogPanel::LogPanel(const Theme& theme, QWidget* parent)
    : Panel("Log", "Packet log", theme, parent),
      table_(new PlainTable("tblLog", "Packet log of the selected client", {"t", "", "packet", "where"}, 2,
                            22, this)) {
  table_->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
  content()->addWidget(table_);
  LogPanel::set_theme(theme);
}

void LogPanel::set_theme(const Theme& theme) {
  Panel::set_theme(theme);
  table_->set_theme(theme);
}

void LogPanel::show_log(const SceneClient* client, const std::string& home, const std::vector<LogRow>& rows,
                        double speed) {
  if (client == nullptr) {
    set_heading("Packet log: click on a client");
    table_->setRowCount(0);
    return;
  }
  QString heading =
      QString("<b style='color:%1'>%2</b>").arg(theme().text.name(), text_of(client->name).toHtmlEscaped());
  if (client->session.empty()) {
    heading += " &nbsp;no session";
  } else {
    heading += " &nbsp;sid " + text_of(client->session).left(6) + " · " +
               (client->polling ? "polling" : "WebSocket");
    if (!client->room.empty()) heading += " · " + room_text(client->room);
    if (!home.empty()) {
      heading += QString(" · <b style='color:%1'>%2</b>")
                     .arg(theme().edge(theme().of(client->home)).name(), text_of(home).toHtmlEscaped());
    }
  }
  set_heading(heading);
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

void Scoreboard::show_rows(const std::vector<PredictedRow>& one, const std::vector<PredictedRow>& two) {
  // Rows of both, in the order of the first; what only one run predicts has an empty place.
  std::vector<std::string> names;
  for (const auto* rows : {&one, &two}) {
    for (const auto& row : *rows)
      if (std::find(names.begin(), names.end(), row.name) == names.end()) names.push_back(row.name);
  }
  const auto find = [](const std::vector<PredictedRow>& rows, const std::string& name) {
    const auto at = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
    return at == rows.end() ? PredictedRow{name, "-", "-", true} : *at;
  };
  table_->setRowCount(static_cast<int>(names.size()));
  for (int row = 0; row < static_cast<int>(names.size()); ++row) {
    const auto first = find(one, names[static_cast<std::size_t>(row)]);
    const auto second = find(two, names[static_cast<std::size_t>(row)]);
    table_->set_cell(row, 0, {text_of(first.name), text_font(12), theme().text, at_left});
    table_->set_cell(
        row, 1,
        {text_of(first.observed), mono_font(12), first.holds ? theme().text : theme().error, at_right});
    table_->set_cell(
        row, 2,
        {text_of(second.observed), mono_font(12), second.holds ? theme().accent : theme().error, at_right});
    const QString both = first.predicted == second.predicted
                             ? text_of(first.predicted)
                             : text_of(first.predicted + " / " + second.predicted);
    table_->set_cell(row, 3, {both, text_font(11.5), theme().muted, at_right});
  }
}

}  // namespace roundhouse::view
