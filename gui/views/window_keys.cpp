// The window's keys; the help card lists them.
#include <QKeyEvent>

#include "gui/views/main_window.h"

namespace roundhouse::view {

void MainWindow::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_O && event->modifiers() & Qt::ControlModifier)
    open_file();
  else if (!handle_key(event->key(), event->modifiers() & Qt::ShiftModifier))
    QWidget::keyPressEvent(event);
}

bool MainWindow::handle_key(int key, bool shift) {
  const Duration hundredth = (runs_.planned_end() - Instant{}) / 100;
  const Duration little = shift ? Duration(std::chrono::seconds(1)) : hundredth;
  switch (key) {
    case Qt::Key_Space:
      set_playing(!playback_.playing());
      return true;
    case Qt::Key_Comma:
      step(-1);
      return true;
    case Qt::Key_Period:
      step(1);
      return true;
    case Qt::Key_BracketLeft:
    case Qt::Key_BracketRight:
      set_speed(playback_.speed() * (key == Qt::Key_BracketLeft ? 0.8 : 1.25));
      if (runs_.any()) show_panels(false);
      return true;
    case Qt::Key_Left:
      seek(now_ - little);
      return true;
    case Qt::Key_Right:
      seek(now_ + little);
      return true;
    case Qt::Key_Home:
      seek({});
      return true;
    case Qt::Key_End:
      seek(runs_.latest(playback_.playing()));
      return true;
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
      go_to_mark(key == Qt::Key_PageUp ? -1 : 1);
      return true;
    case Qt::Key_M:
      set_own_mark(now_);
      return true;
    case Qt::Key_Slash:
      search_->begin();
      return true;
    case Qt::Key_Escape:
      help_->hide();
      search_->hide();
      if (problem_->isVisible() && runs_.any()) problem_->hide();
      select({});
      return true;
    case Qt::Key_K:
      top_bar_->open_menu("kill");
      return true;
    case Qt::Key_R:
      top_bar_->open_menu("restart");
      return true;
    case Qt::Key_1:
      set_compare(false);
      return true;
    case Qt::Key_3:
      set_compare(true);
      return true;
    case Qt::Key_D:
      Q_EMIT top_bar_->theme_pressed();
      return true;
    case Qt::Key_F11:
      setWindowState(windowState() ^ Qt::WindowFullScreen);
      return true;
    case Qt::Key_Question:
      help_->toggle();
      return true;
    default:
      return false;
  }
}

}  // namespace roundhouse::view
