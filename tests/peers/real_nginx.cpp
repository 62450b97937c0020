// nginx, started and ended. See real_nginx.h.
#include "tests/peers/real_nginx.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/peers/loopback_sockets.h"

namespace roundhouse::peers {

using namespace std::chrono_literals;

namespace {

constexpr auto start_time_max = 20s;

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
  const auto latest = std::chrono::steady_clock::now() + start_time_max;
  while (!connect_from("127.0.0.1", door_).open()) {
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
  if (pid_ > 0 && ::kill(pid_, SIGTERM) == 0) ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  if (!folder_.empty()) std::filesystem::remove_all(folder_);
  folder_.clear();
}

std::map<int, std::string> RealNginx::end() {
  ::kill(pid_, SIGTERM);
  ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  std::istringstream log(read_file(folder_ + "/access.log"));
  std::map<int, std::string> tries;
  for (std::string line; std::getline(log, line);) {
    const std::size_t space = line.find(' ');
    if (line.starts_with('-')) continue;  // the connection that asked whether it is there
    tries[std::stoi(line)] = line.substr(space + 1);
  }
  stop();
  return tries;
}

}  // namespace roundhouse::peers
