#include "gui/views/narration_panel.h"

#include <QAccessible>
#include <QPainter>
#include <QResizeEvent>
#include <QTextDocument>
#include <algorithm>
#include <cmath>

namespace roundhouse::view {
namespace {

constexpr double pixels_max = 15.5;
constexpr double pixels_least = 10;

void lay_out(QTextDocument& document, const QString& html, double pixels, double width) {
  document.setDocumentMargin(0);
  document.setDefaultFont(text_font(pixels, QFont::Medium));
  document.setHtml(html);
  document.setTextWidth(width);
}

QString plain_words(const Narration& narration) {
  QString text;
  for (const auto& part : narration.parts) text += QString::fromStdString(part.text);
  return text;
}

}  // namespace

NarrationText::NarrationText(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(&theme) {
  setObjectName("lblNarration");
  setAccessibleName("What is happening");
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  setSizePolicy(policy);
}

void NarrationText::set_theme(const Theme& theme) {
  theme_ = &theme;
  update();
}

void NarrationText::set_narration(const Narration& narration) {
  narration_ = narration;
  plain_ = plain_words(narration);
  setAccessibleDescription(plain_);
  QAccessibleEvent event(this, QAccessible::DescriptionChanged);
  QAccessible::updateAccessibility(&event);
  fit();
  update();
}

void NarrationText::set_height_max(int height) {
  if (height == height_max_) return;
  height_max_ = height;
  fit();
}

QString NarrationText::html() const {
  QString html = "<p style='line-height:112%;margin:0'>";
  for (const auto& part : narration_.parts) {
    const QString text = QString::fromStdString(part.text).toHtmlEscaped();
    using Tone = Narration::Part::Tone;
    const QColor colour = part.tone == Tone::bad        ? theme_->error
                          : part.tone == Tone::instance ? theme_->edge(theme_->of(part.letter))
                                                        : theme_->text;
    if (part.tone == Tone::plain)
      html += QString("<span style='color:%1'>%2</span>").arg(colour.name(), text);
    else
      html += QString("<span style='color:%1;font-weight:700'>%2</span>").arg(colour.name(), text);
  }
  return html + "</p>";
}

void NarrationText::fit() {
  QTextDocument document;
  for (pixels_ = pixels_max; pixels_ > pixels_least; pixels_ -= 0.5) {
    lay_out(document, html(), std::floor(pixels_), width());
    if (document.size().height() <= height_max_) break;
  }
  lay_out(document, html(), std::floor(pixels_), width());
  const int needed = static_cast<int>(std::ceil(document.size().height()));
  fits_ = needed <= height_max_;
  // Room for three lines is always kept, so that the panels below do not jump with every sentence.
  setFixedHeight(std::clamp(needed + 2, 60, std::max(60, height_max_)));
}

void NarrationText::resizeEvent(QResizeEvent* event) {
  if (event->oldSize().width() != width()) fit();
}

void NarrationText::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  QTextDocument document;
  lay_out(document, html(), std::floor(pixels_), width());
  document.drawContents(&painter, rect());
}

NarrationPanel::NarrationPanel(const Theme& theme, QWidget* parent)
    : Panel("Narration", "What is happening", theme, parent), text_(new NarrationText(theme, this)) {
  content()->addWidget(text_);
}

void NarrationPanel::set_theme(const Theme& theme) {
  Panel::set_theme(theme);
  text_->set_theme(theme);
}

void NarrationPanel::set_height_max(int height) {
  text_->set_height_max(height - 44);
}

void NarrationPanel::tell(const Narration& narration, double screen_seconds, bool at_once) {
  const QString words = plain_words(narration);
  if (words == text_->plain()) return;
  const double waited = screen_seconds - told_at_;
  if (!at_once && waited >= 0 && waited < narration_gap_seconds) return;
  told_at_ = screen_seconds;
  text_->set_narration(narration);
  told_.prepend(words);
  while (told_.size() > narrations_kept) told_.removeLast();
  text_->setToolTip(told_.join("\n\n"));
}

}  // namespace roundhouse::view
