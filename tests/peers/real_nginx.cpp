// nginx, started and ended. See real_nginx.h.
#include "tests/peers/real_nginx.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace roundhouse::peers {

using namespace std::chrono_literals;

namespace {

constexpr auto patience = 20s;

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

std::optional<std::string> find_nginx() {
  std::istringstream folders(std::string(getenv("PATH") != nullptr ? getenv("PATH") : "") +
                             ":/usr/sbin:/usr/local/sbin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((folder + "/nginx").c_str(), X_OK) == 0) return folder + "/nginx";
  }
  return std::nullopt;
}

RealNginx::RealNginx(const std::string& program, const std::string& text, const Address& door) : door_(door) {
  std::string folder = (std::filesystem::temp_directory_path() / "roundhouse-nginx-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = folder;
  std::ofstream(folder_ + "/nginx.conf")
      << "daemon off;\nmaster_process off;\npid " << folder_ << "/pid;\nerror_log " << folder_
      << "/error.log;\nevents {}\nhttp {\nclient_body_temp_path " << folder_ << "/body;\nproxy_temp_path "
      << folder_ << "/proxy;\nlog_format steps '$http_x_step $upstream_addr';\naccess_log " << folder_
      << "/access.log steps;\n"
      << text << "}\n";
  const std::string conf = folder_ + "/nginx.conf";
  const std::string log = folder_ + "/start.log";
  std::array<const char*, 8> words = {program.c_str(), "-p", folder_.c_str(), "-c",
                                      conf.c_str(),    "-e", log.c_str(),     nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 2, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int failed =
      ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, const_cast<char**>(words.data()), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + program);
  const auto latest = std::chrono::steady_clock::now() + patience;
  // It writes its pid once it listens. A connection would not tell: another program may have taken the port meanwhile.
  while (!std::filesystem::exists(folder_ + "/pid")) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_ || std::chrono::steady_clock::now() > latest) {
      const std::string said = read_file(log);
      stop();
      throw std::runtime_error("nginx did not start: " + said);
    }
    std::this_thread::sleep_for(1ms);
  }
}

RealNginx::~RealNginx() {
  stop();
}

void RealNginx::stop() {
  // Once may not do: nginx looks whether it shall end before it waits for events, and a signal in between goes unseen until the next.
  while (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0) {
    ::kill(pid_, SIGTERM);
    std::this_thread::sleep_for(1ms);
  }
  pid_ = -1;
  if (!folder_.empty()) std::filesystem::remove_all(folder_);
  folder_.clear();
}

std::map<int, std::string> RealNginx::end(int requests) {
  // A request with a body is logged when its connection is closed, after its client has seen the end (lingering_close): ended before
  // that, nginx would say nothing of it.
  const std::string log = folder_ + "/access.log";
  const auto latest = std::chrono::steady_clock::now() + patience;
  std::string said = read_file(log);
  while (std::count(said.begin(), said.end(), '\n') < requests) {
    if (std::chrono::steady_clock::now() > latest)
      throw std::runtime_error("nginx did not log all " + std::to_string(requests) + " requests:\n" + said);
    std::this_thread::sleep_for(1ms);
    said = read_file(log);
  }
  stop();
  std::istringstream lines(said);
  std::map<int, std::string> tries;
  for (std::string line; std::getline(lines, line);) tries[std::stoi(line)] = line.substr(line.find(' ') + 1);
  return tries;
}

}  // namespace roundhouse::peers
