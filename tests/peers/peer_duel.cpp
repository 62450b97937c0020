// Playing a plan. See peer_duel.h.
#include "tests/peers/peer_duel.h"

#include <algorithm>
#include <chrono>
#include <list>
#include <thread>

#include "tests/peers/our_proxy.h"
#include "tests/peers/real_nginx.h"

namespace roundhouse::peers {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

struct Tunnel {
  Socket socket;
  std::string server;  ///< whose number the answer told
};

/// The clients of one of the two.
class Side {
 public:
  explicit Side(const Address& door) : door_(door) {}

  void ask(const Move& move, int number) {
    Socket socket = connect_from(address_of_client(move.client), door_);
    send_all(socket, request_of(move, number));
    const std::string answer = receive_answer(socket);
    statuses_.push_back(answer.substr(std::min<std::size_t>(answer.size(), 9), 3));
    if (!answer.starts_with("HTTP/1.1 101")) return;
    const std::size_t at = answer.find("X-Server: ") + 10;
    tunnels_.push_back({std::move(socket), answer.substr(at, answer.find("\r\n", at) - at)});
  }

  void close(int target) {
    if (tunnels_.empty()) return;
    const auto tunnel = std::next(tunnels_.begin(), target % static_cast<int>(tunnels_.size()));
    end_writing(tunnel->socket);
    wait_for_end(tunnel->socket);  // now the proxy has booked it
    tunnels_.erase(tunnel);
  }

  /// The server has ended its connections: so do the tunnels to it.
  void server_ended(std::size_t server) {
    for (auto tunnel = tunnels_.begin(); tunnel != tunnels_.end();) {
      if (tunnel->server != std::to_string(server)) {
        ++tunnel;
        continue;
      }
      wait_for_end(tunnel->socket);
      tunnel = tunnels_.erase(tunnel);
    }
  }

  void close_all() {
    while (!tunnels_.empty()) close(0);
  }

  const std::vector<std::string>& statuses() const { return statuses_; }

 private:
  Address door_;
  std::list<Tunnel> tunnels_;
  std::vector<std::string> statuses_;
};

}  // namespace

bool Duel::same() const {
  return std::all_of(pairs.begin(), pairs.end(), [](const Pair& pair) { return pair.nginx == pair.ours; });
}

std::string Duel::report() const {
  std::string out = text + "request: nginx | ours\n";
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    out += (pairs[i].nginx == pairs[i].ours ? "  " : "! ") + std::to_string(i) + ": " + pairs[i].nginx +
           " | " + pairs[i].ours + "\n";
  }
  return out;
}

Duel play(const std::string& nginx_program, ScriptedServers& servers, const Plan& plan, const Plan* planted) {
  servers.rest();
  const Address door{"127.0.0.1", free_port()};
  Duel duel;
  duel.text = text_of(plan, servers, door);
  RealNginx nginx(nginx_program, duel.text, door);
  OurProxy ours(planted != nullptr ? text_of(*planted, servers, door) : duel.text);
  Side with_nginx(nginx.door());
  Side with_ours(ours.door());
  const int count = std::max(1, static_cast<int>(plan.servers.size()));
  // Marks stand for whole seconds: fewer than fail_timeout ones of real time can never show as more on a clock of whole seconds.
  const auto burst_max = std::chrono::seconds(plan.fail_timeout_s);
  Clock::time_point burst = Clock::now();
  int number = 0;
  for (const Move& move : plan.moves) {
    const auto server = static_cast<std::size_t>(move.target % count);
    switch (move.verb) {
      case Verb::get:
      case Verb::post:
      case Verb::open:
        with_nginx.ask(move, number);
        with_ours.ask(move, number);
        ++number;
        break;
      case Verb::close:
        with_nginx.close(move.target);
        with_ours.close(move.target);
        break;
      case Verb::mode:
        servers.set_mode(server, move.mode);
        break;
      case Verb::kill:
        servers.end_connections(server);
        with_nginx.server_ended(server);
        with_ours.server_ended(server);
        break;
      case Verb::lapse:
        duel.too_slow |= Clock::now() - burst >= burst_max;
        // Two more whole seconds than the timeout have begun on any clock.
        std::this_thread::sleep_for(std::chrono::seconds(plan.fail_timeout_s + 1) + 50ms);
        burst = Clock::now();
        break;
    }
  }
  duel.too_slow |= Clock::now() - burst >= burst_max;
  with_nginx.close_all();
  with_ours.close_all();
  auto nginx_tries = nginx.end(number);
  auto our_tries = ours.end();
  for (int i = 0; i < number; ++i) {
    const auto at = static_cast<std::size_t>(i);
    duel.pairs.push_back({nginx_tries[i] + " -> " + with_nginx.statuses()[at],
                          our_tries[i] + " -> " + with_ours.statuses()[at]});
  }
  return duel;
}

}  // namespace roundhouse::peers
