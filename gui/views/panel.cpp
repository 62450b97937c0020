#include "gui/views/panel.h"

#include <QHeaderView>
#include <QPainter>
#include <QScrollBar>

namespace roundhouse::view {
namespace {

void colour_label(QLabel& label, const QColor& colour) {
  QPalette palette = label.palette();
  palette.setColor(QPalette::WindowText, colour);
  label.setPalette(palette);
}

void name_scroll_bars(QAbstractScrollArea& area) {
  area.verticalScrollBar()->setObjectName(area.objectName() + "Scroll");
  area.verticalScrollBar()->setAccessibleName(area.accessibleName() + ", scroll");
  area.horizontalScrollBar()->setObjectName(area.objectName() + "ScrollSideways");
  area.horizontalScrollBar()->setAccessibleName(area.accessibleName() + ", scroll sideways");
  area.viewport()->setObjectName(area.objectName() + "Viewport");
  area.viewport()->setAccessibleName(area.accessibleName());
}

}  // namespace

Panel::Panel(const QString& name, const QString& heading, const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(&theme), heading_(new QLabel(heading, this)), aside_(new QLabel(this)) {
  setObjectName(name);
  setAccessibleName(heading);
  heading_->setObjectName("lbl" + name + "Heading");
  heading_->setAccessibleName(heading);
  heading_->setFont(text_font(12.5, QFont::DemiBold));
  aside_->setObjectName("lbl" + name + "Aside");
  aside_->setAccessibleName(heading + ", aside");
  aside_->setFont(text_font(12, QFont::DemiBold));
  aside_->setTextFormat(Qt::RichText);
  auto* head = new QHBoxLayout;
  head->addWidget(heading_);
  head->addStretch(1);
  head->addWidget(aside_);
  content_ = new QVBoxLayout(this);
  content_->setContentsMargins(14, 9, 14, 9);
  content_->setSpacing(6);
  content_->addLayout(head);
  Panel::set_theme(theme);
}

void Panel::set_theme(const Theme& theme) {
  theme_ = &theme;
  colour_label(*heading_, theme.muted);
  colour_label(*aside_, theme.muted);
  update();
}

void Panel::set_aside(const QString& text) {
  if (aside_->text() != text) aside_->setText(text);
}

void Panel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(theme_->faint_line, 1));
  painter.setBrush(theme_->panel);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
}

PlainTable::PlainTable(const QString& name, const QString& spoken_name, const QStringList& headings,
                       int wide_column, int row_height, QWidget* parent)
    : QTableWidget(0, static_cast<int>(headings.size()), parent) {
  setObjectName(name);
  setAccessibleName(spoken_name);
  setHorizontalHeaderLabels(headings);
  setFrameShape(QFrame::NoFrame);
  setShowGrid(false);
  setSelectionMode(QAbstractItemView::NoSelection);
  setEditTriggers(QAbstractItemView::NoEditTriggers);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setWordWrap(false);
  verticalHeader()->hide();
  verticalHeader()->setMinimumSectionSize(10);
  verticalHeader()->setDefaultSectionSize(row_height);
  verticalHeader()->setObjectName(name + "Rows");
  verticalHeader()->setAccessibleName(spoken_name + ", rows");
  verticalHeader()->viewport()->setAccessibleName(spoken_name + ", rows");
  QHeaderView* header = horizontalHeader();
  header->setObjectName(name + "Columns");
  header->setAccessibleName(spoken_name + ", columns");
  header->viewport()->setAccessibleName(spoken_name + ", columns");
  header->setMinimumSectionSize(10);
  header->setFixedHeight(24);
  header->setFont(text_font(11.5));
  header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  header->setHighlightSections(false);
  header->setSectionsClickable(false);
  for (int i = 0; i < headings.size(); ++i)
    header->setSectionResizeMode(i, i == wide_column ? QHeaderView::Stretch : QHeaderView::ResizeToContents);
  for (auto* area : std::initializer_list<QAbstractScrollArea*>{this, header, verticalHeader()})
    name_scroll_bars(*area);
}

void PlainTable::set_cell(int row, int column, const Cell& cell) {
  QTableWidgetItem* item = this->item(row, column);
  if (item == nullptr) {
    item = new QTableWidgetItem;
    setItem(row, column, item);
  }
  if (item->text() != cell.text) item->setText(cell.text);
  if (item->font() != cell.font) item->setFont(cell.font);
  if (item->foreground().color() != cell.colour) item->setForeground(cell.colour);
  if (item->textAlignment() != cell.alignment) item->setTextAlignment(Qt::Alignment(cell.alignment));
}

void PlainTable::set_headings_at_right(std::initializer_list<int> columns) {
  for (const int column : columns)
    horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
}

void PlainTable::set_theme(const Theme& theme) {
  setStyleSheet(
      QString("QTableWidget{background:transparent;border:none;color:%1}"
              "QTableWidget::item{padding:0 3px;border:none}"
              "QHeaderView{background:transparent;border:none}"
              "QHeaderView::section{background:transparent;border:none;border-bottom:1px solid %3;"
              "padding:0 4px;color:%2}"
              "QScrollBar:vertical{background:transparent;width:8px;margin:0}"
              "QScrollBar::handle:vertical{background:%3;border-radius:3px;min-height:20px;margin:0 1px}"
              "QScrollBar::add-line:vertical,QScrollBar::sub-line:vertical{height:0}"
              "QScrollBar::add-page:vertical,QScrollBar::sub-page:vertical{background:transparent}")
          .arg(theme.text.name(), theme.muted.name(), theme.line.name()));
}

int PlainTable::height_of(int rows) const {
  return horizontalHeader()->height() + rows * verticalHeader()->defaultSectionSize() + 2;
}

}  // namespace roundhouse::view
