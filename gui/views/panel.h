// A rounded panel with a heading and, at its right, a short text. The column at the right and the charts stand in such panels.
#pragma once

#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>
#include <QWidget>

#include "gui/views/theme.h"

namespace roundhouse::view {

class Panel : public QWidget {
  Q_OBJECT

 public:
  Panel(const QString& name, const QString& heading, const Theme& theme, QWidget* parent = nullptr);

  virtual void set_theme(const Theme& theme);
  void set_heading(const QString& heading) { heading_->setText(heading); }
  /// Rich text; empty for none.
  void set_aside(const QString& text);
  QLabel* heading() const { return heading_; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  QVBoxLayout* content() const { return content_; }
  const Theme& theme() const { return *theme_; }

 private:
  const Theme* theme_;
  QLabel* heading_;
  QLabel* aside_;
  QVBoxLayout* content_;
};

/// A table for reading: no frame, no selection, a line below its headings, columns as wide as their texts and one that takes the rest.
class PlainTable : public QTableWidget {
  Q_OBJECT

 public:
  PlainTable(const QString& name, const QString& spoken_name, const QStringList& headings, int wide_column,
             int row_height, QWidget* parent = nullptr);

  struct Cell {
    QString text;
    QFont font;
    QColor colour;
    int alignment = Qt::AlignLeft | Qt::AlignVCenter;
  };
  void set_cell(int row, int column, const Cell& cell);
  void set_headings_at_right(std::initializer_list<int> columns);
  void set_theme(const Theme& theme);
  /// Height of headings and so many rows.
  int height_of(int rows) const;
};

}  // namespace roundhouse::view
