#include "gui/views/theme.h"

#include "gui/models/roles.h"

#include <QFontDatabase>
#include <QStringList>
#include <algorithm>

namespace roundhouse::view {
namespace {

Theme make_dark() {
  Theme theme;
  theme.window = "#0a0e14";
  theme.bar = "#141b25";
  theme.scene = "#0d1219";
  theme.panel = "#141b25";
  theme.raised = "#1a2330";
  theme.pressed = "#3e4c69";
  theme.track = "#1f2936";
  theme.line = "#263242";
  theme.faint_line = "#1d2733";
  theme.text = "#f1f5fa";
  theme.soft = "#c3ccd8";
  theme.muted = "#93a0b0";
  theme.faint = "#5f6c7c";
  theme.error = "#ff5a2b";
  theme.accent = "#9db8ff";
  theme.notice = "#f4ea5c";
  theme.good = "#2fc49a";
  theme.bars = "#6b7fae";
  theme.letters = {"#7cc8f5", "#f0a500", "#00a878", "#d58ab4", "#f4ea5c", "#2f7fd6"};
  return theme;
}

Theme make_light() {
  Theme theme;
  theme.light = true;
  theme.window = "#e9eef4";
  theme.bar = "#ffffff";
  theme.scene = "#f5f8fb";
  theme.panel = "#ffffff";
  theme.raised = "#f3f6fa";
  theme.pressed = "#dbe4f7";
  theme.track = "#e8edf4";
  theme.line = "#cdd7e3";
  theme.faint_line = "#dfe6ee";
  theme.text = "#131a24";
  theme.soft = "#3a4656";
  theme.muted = "#56637a";
  theme.faint = "#8592a3";
  theme.error = "#bf3b00";
  theme.accent = "#3556c9";
  theme.notice = "#8a6a00";
  theme.good = "#007a59";
  theme.bars = "#7f97d6";
  theme.letters = {"#3a9fdc", "#e69f00", "#007a59", "#b04f86", "#f0e442", "#00508c"};
  return theme;
}

QString& chosen_family() {
  static QString family;
  return family;
}

QStringList families(const QStringList& wanted) {
  QStringList list;
  if (!chosen_family().isEmpty()) list << chosen_family();
  return list + wanted;
}

QFont font_of(const QStringList& wanted, double pixels, int weight) {
  QFont font;
  font.setFamilies(families(wanted));
  font.setPixelSize(std::max(font_pixels_min, qRound(pixels)));
  font.setWeight(static_cast<QFont::Weight>(weight));
  // Hinting moves letters by whole pixels, which tears words apart at sizes as small as these.
  font.setHintingPreference(QFont::PreferNoHinting);
  return font;
}

}  // namespace

const Theme& Theme::dark() {
  static const Theme theme = make_dark();
  return theme;
}

const Theme& Theme::light_one() {
  static const Theme theme = make_light();
  return theme;
}

QColor Theme::of(Letter letter) const {
  if (letter < 0) return light ? QColor("#8592a3") : QColor("#6c7a8c");
  return letters[static_cast<std::size_t>(letter % letter_colours)];
}

QColor Theme::edge(const QColor& colour) const {
  return light ? mixed(colour, Qt::black, 0.34) : colour;
}

QColor Theme::over_scene(const QColor& colour, double share) const {
  return mixed(scene, colour, share);
}

QColor Theme::over_panel(const QColor& colour, double share) const {
  return mixed(panel, colour, share);
}

QColor mixed(const QColor& a, const QColor& b, double share_of_b) {
  const auto part = [share_of_b](int x, int y) { return qRound(x + (y - x) * share_of_b); };
  return {part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue())};
}

QColor faded(QColor colour, double alpha) {
  colour.setAlphaF(static_cast<float>(std::clamp(alpha, 0.0, 1.0)));
  return colour;
}

QColor ink_on(const QColor& ground) {
  const double luminance = 0.2126 * ground.redF() + 0.7152 * ground.greenF() + 0.0722 * ground.blueF();
  return luminance > 0.42 ? QColor("#0b1017") : QColor("#ffffff");
}

QString letter_text(Letter letter) {
  return QString::fromStdString(letter_name(letter));
}

void use_font_family(const QString& family) {
  chosen_family() = family;
}

QFont text_font(double pixels, int weight) {
  return font_of({"Inter", "Noto Sans", "DejaVu Sans"}, pixels, weight);
}

QFont mono_font(double pixels, int weight) {
  QFont font = font_of({"JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono"}, pixels, weight);
  if (!chosen_family().isEmpty()) font.setFamilies({"DejaVu Sans Mono"});
  return font;
}

}  // namespace roundhouse::view
