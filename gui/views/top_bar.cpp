#include "gui/views/top_bar.h"

#include <QAbstractItemView>
#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QListView>
#include <QPainter>
#include <QScrollBar>

#include "gui/views/icons.h"

namespace roundhouse::view {
namespace {

constexpr int bar_height = 50;
constexpr int title_width_max = 330;

/// A policy in the words of a scene, and the directive that nginx reads.
struct Policy {
  const char* words;
  const char* directive;
};
constexpr Policy policies[] = {
    {"round robin", "round_robin"},
    {"ip_hash", "ip_hash"},
    {"hash", "hash $remote_addr"},
    {"hash consistent", "hash $remote_addr consistent"},
    {"least conn", "least_conn"},
    {"random", "random"},
    {"sticky cookie", "sticky cookie srv_id"},
};

/// A narrow upright line between groups.
QWidget* divider(QWidget* parent, const char* name) {
  auto* line = new QWidget(parent);
  line->setObjectName(name);
  line->setAccessibleName("divider");
  line->setProperty("divider", true);
  line->setAttribute(Qt::WA_StyledBackground);
  line->setFixedSize(1, 24);
  return line;
}

void name_inside_of(QComboBox* box) {
  // The list that a choice opens is a widget of its own, with parts that Qt leaves unnamed.
  auto* list = new QListView(box);
  list->setObjectName("lstPolicy");
  list->setAccessibleName("Policies");
  list->viewport()->setAccessibleName("Policies");
  for (QScrollBar* bar : {list->verticalScrollBar(), list->horizontalScrollBar()}) {
    bar->setObjectName("lstPolicyScroll");
    bar->setAccessibleName("Policies, scroll");
  }
  box->setView(list);
}

}  // namespace

void ChoiceBox::paintEvent(QPaintEvent* event) {
  QComboBox::paintEvent(event);
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(palette().color(QPalette::Text));
  const QPointF at(width() - 15, height() / 2.0 + 1);
  painter.drawPolygon(QPolygonF({at + QPointF(-4, -3), at + QPointF(4, -3), at + QPointF(0, 3.4)}));
}

TopBar::TopBar(const QStringList& scenarios, const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(&theme), logo_(new QLabel(this)), name_(new QLabel("roundhouse", this)) {
  setObjectName("topBar");
  setAccessibleName("Controls of the run");
  setFixedHeight(bar_height);
  logo_->setObjectName("lblLogo");
  logo_->setAccessibleName("Roundhouse");
  logo_->setFixedSize(26, 26);
  name_->setObjectName("lblProduct");
  name_->setAccessibleName("roundhouse");
  name_->setFont(text_font(16, QFont::Bold));

  scenario_ = button("btnScenario", "", "Scenario or recording");
  QMenu* menu = menu_of(scenario_, "menuScenario", "Scenarios");
  for (const QString& scenario : scenarios)
    menu->addAction(scenario, this, [this, scenario] { Q_EMIT scenario_chosen(scenario); });
  menu->addSeparator();
  menu->addAction("Open a file ...", this, &TopBar::file_wanted);

  policy_ = new ChoiceBox(this);
  policy_->setObjectName("cmbPolicy");
  policy_->setAccessibleName("Routing policy");
  policy_->setToolTip("Routing policy");
  policy_->setFont(text_font(13, QFont::DemiBold));
  policy_->setFixedHeight(29);
  policy_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  policy_->setFocusPolicy(Qt::TabFocus);
  for (const Policy& policy : policies) policy_->addItem(policy.words, policy.directive);
  name_inside_of(policy_);

  kill_ = button("btnKill", "Kill", "Kill an instance");
  menu_of(kill_, "menuKill", "Kill which instance");
  restart_ = button("btnRestart", "Restart", "Restart an instance");
  menu_of(restart_, "menuRestart", "Restart which instance");

  notice_ = new QLabel(this);
  notice_->setObjectName("lblNotice");
  notice_->setAccessibleName("Notice");
  notice_->setFont(text_font(12, QFont::DemiBold));
  notice_->setMinimumWidth(0);
  notice_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  notice_->installEventFilter(this);

  flow_ = button("btnFlow", "Flow", "Flow: one run");
  compare_ = button("btnCompare", "Compare", "Compare two runs");
  flow_->setCheckable(true);
  compare_->setCheckable(true);
  theme_button_ = button("btnTheme", "", "Dark or light");
  help_ = button("btnHelp", "", "Help: keys and signs");

  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(14, 0, 10, 0);
  row->setSpacing(7);
  row->addWidget(logo_);
  row->addWidget(name_);
  row->addSpacing(6);
  row->addWidget(scenario_);
  row->addWidget(divider(this, "dividerScenario"));
  row->addWidget(policy_);
  row->addWidget(kill_);
  row->addWidget(restart_);
  row->addWidget(notice_, 1);
  row->addWidget(flow_);
  row->addWidget(compare_);
  row->addWidget(divider(this, "dividerView"));
  row->addWidget(theme_button_);
  row->addWidget(help_);

  connect(policy_, &QComboBox::activated, this, [this](int chosen) {
    // One that only the run itself names is its own already.
    const QString directive = policy_->itemData(chosen).toString();
    if (!directive.isEmpty()) Q_EMIT policy_chosen(directive);
  });
  connect(flow_, &QPushButton::clicked, this, [this] { Q_EMIT view_chosen(false); });
  connect(compare_, &QPushButton::clicked, this, [this] { Q_EMIT view_chosen(true); });
  connect(theme_button_, &QPushButton::clicked, this, &TopBar::theme_pressed);
  connect(help_, &QPushButton::clicked, this, &TopBar::help_pressed);
  set_theme(theme);
  set_title("open a run");
  set_instances({});
}

QPushButton* TopBar::button(const char* name, const QString& text, const char* spoken) {
  auto* made = new QPushButton(text, this);
  made->setObjectName(name);
  made->setAccessibleName(spoken);
  made->setToolTip(spoken);
  made->setFont(text_font(13, QFont::DemiBold));
  made->setFixedHeight(29);
  made->setFocusPolicy(Qt::TabFocus);
  return made;
}

QMenu* TopBar::menu_of(QPushButton* button, const char* name, const QString& spoken) {
  auto* menu = new QMenu(this);
  menu->setObjectName(name);
  menu->setAccessibleName(spoken);
  menu->setFont(text_font(13));
  button->setMenu(menu);
  return menu;
}

void TopBar::set_theme(const Theme& theme) {
  theme_ = &theme;
  logo_->setPixmap(logo(theme, 26, devicePixelRatioF()));
  kill_->setIcon(icon(Symbol::kill, theme.error));
  restart_->setIcon(icon(Symbol::restart, theme.text));
  theme_button_->setIcon(icon(Symbol::theme, theme.soft));
  help_->setIcon(icon(Symbol::help, theme.soft));
  setStyleSheet(
      QString(
          "QLabel{color:%1}#lblNotice{color:%8}"
          "QPushButton,QComboBox{color:%1;background:%2;border:1px solid %3;border-radius:7px;padding:0 10px}"
          "QComboBox{padding-right:4px}"
          "QPushButton:hover,QComboBox:hover{border-color:%4}"
          "QPushButton:focus,QComboBox:focus{border:1px solid %5}"
          "QPushButton:checked{background:%6;border-color:%5}"
          "QPushButton:disabled,QComboBox:disabled{color:%7}"
          "QPushButton::menu-indicator{width:0;image:none}"
          "QComboBox::drop-down{border:none;width:18px}"
          "#btnTheme,#btnHelp{background:transparent;border-color:transparent;padding:0 5px}"
          "#btnTheme:focus,#btnHelp:focus,#btnTheme:hover,#btnHelp:hover{border-color:%4}"
          "QMenu,QListView{color:%1;background:%2;border:1px solid %3;padding:4px}"
          "QMenu::item{padding:5px 18px;border-radius:4px}QMenu::item:selected{background:%6}"
          "QWidget[divider=\"true\"]{background:%3}")
          .arg(theme.text.name(), theme.raised.name(), theme.line.name(), theme.faint.name(),
               theme.accent.name(), theme.pressed.name(), theme.faint.name(), theme.notice.name()));
  update();
}

void TopBar::set_title(const QString& title) {
  if (title == title_) return;
  title_ = title;
  const QString shown = QFontMetrics(scenario_->font()).elidedText(title, Qt::ElideRight, title_width_max);
  scenario_->setText(shown + "  ▾");
  scenario_->setToolTip(title);
}

void TopBar::set_policy(const QString& policy) {
  if (policy.isEmpty() || policy_->currentText() == policy || policy_->view()->isVisible()) return;
  if (policy_->findText(policy) < 0) policy_->addItem(policy);
  policy_->setCurrentText(policy);
}

void TopBar::set_instances(const std::vector<SceneInstance>& instances) {
  std::vector<std::pair<std::string, bool>> shown;
  shown.reserve(instances.size());
  for (const auto& instance : instances) shown.emplace_back(instance.name, instance.down);
  // Before a run is there, nobody can be killed.
  for (QWidget* control : std::initializer_list<QWidget*>{policy_, kill_, restart_})
    control->setEnabled(!shown.empty());
  if (shown == instances_shown_) return;
  instances_shown_ = shown;
  fill_menu(kill_->menu(), "kill", instances);
  fill_menu(restart_->menu(), "restart", instances);
}

void TopBar::fill_menu(QMenu* menu, const QString& verb, const std::vector<SceneInstance>& instances) {
  menu->clear();
  for (std::size_t i = 0; i < instances.size(); ++i) {
    const QString name = QString::fromStdString(instances[i].name);
    // K and then the letter kills: the letter is the entry's mnemonic.
    auto* action = menu->addAction('&' + letter_text(static_cast<Letter>(i)) + "   " + name, this,
                                   [this, verb, name] { Q_EMIT asked(verb, name); });
    action->setObjectName(verb + ' ' + name);
    action->setEnabled(instances[i].down == (verb == "restart"));
  }
}

void TopBar::set_view(bool compare, bool compare_possible) {
  flow_->setChecked(!compare);
  compare_->setChecked(compare);
  compare_->setEnabled(compare_possible);
  compare_->setToolTip(compare_possible ? "Compare two runs" : "Start with --compare OTHER to see two runs");
  policy_->setVisible(!compare);
}

void TopBar::set_notice(const QString& notice) {
  if (notice == said_) return;
  said_ = notice;
  notice_->setToolTip(notice);
  notice_->setAccessibleDescription(notice);
  fit_notice();
}

void TopBar::fit_notice() {
  notice_->setText(QFontMetrics(notice_->font()).elidedText(said_, Qt::ElideRight, notice_->width()));
}

bool TopBar::eventFilter(QObject* watched, QEvent* event) {
  if (watched == notice_ && event->type() == QEvent::Resize) fit_notice();
  return QWidget::eventFilter(watched, event);
}

void TopBar::open_menu(const QString& verb) {
  QPushButton* button = verb == "kill" ? kill_ : restart_;
  if (button->isEnabled()) button->showMenu();
}

void TopBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), theme_->bar);
  painter.fillRect(QRect(0, height() - 1, width(), 1), theme_->line);
}

}  // namespace roundhouse::view
