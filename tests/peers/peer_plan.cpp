// Plans, drawn and written down. See peer_plan.h.
#include "tests/peers/peer_plan.h"

#include <array>
#include <ostream>

namespace roundhouse::peers {

namespace {

constexpr std::array<const char*, 9> conditions = {"error",          "timeout",  "invalid_header",
                                                   "non_idempotent", "http_500", "http_502",
                                                   "http_503",       "http_404", "http_429"};

const char* directive_of(Method method) {
  switch (method) {
    case Method::round_robin:
      return "";
    case Method::ip_hash:
      return "  ip_hash;\n";
    case Method::hash:
      return "  hash $arg_k;\n";
    case Method::consistent_hash:
      return "  hash $arg_k consistent;\n";
    case Method::least_conn:
      return "  least_conn;\n";
  }
  return "";
}

/// The numbers of servers that a plan has; a shrunken one may have none left.
std::vector<ServerLine> lines_of(const Plan& plan) {
  std::vector<ServerLine> lines = plan.servers;
  if (lines.empty()) lines.emplace_back();
  lines.front().backup = false;
  return lines;
}

bool takes_backups(const Plan& plan) {
  return plan.method == Method::round_robin || plan.method == Method::least_conn || plan.method_last;
}

rc::Gen<ServerLine> any_server() {
  using rc::gen::weightedElement;
  return rc::gen::build<ServerLine>(
      rc::gen::set(&ServerLine::weight, weightedElement<int>({{5, 1}, {2, 2}, {2, 3}, {1, 5}, {1, 10}})),
      rc::gen::set(&ServerLine::max_fails, weightedElement<int>({{5, 1}, {2, 2}, {1, 3}, {1, 0}})),
      rc::gen::set(&ServerLine::max_conns, weightedElement<int>({{6, 0}, {1, 1}, {1, 2}})),
      rc::gen::set(&ServerLine::down, weightedElement<bool>({{7, false}, {1, true}})),
      rc::gen::set(&ServerLine::backup, weightedElement<bool>({{4, false}, {1, true}})));
}

rc::Gen<Move> any_move(bool lapses) {
  const auto verbs =
      lapses ? rc::gen::weightedElement<Verb>(
                   {{10, Verb::get}, {2, Verb::open}, {1, Verb::close}, {3, Verb::mode}, {2, Verb::lapse}})
             : rc::gen::weightedElement<Verb>({{12, Verb::get},
                                               {2, Verb::post},
                                               {4, Verb::open},
                                               {2, Verb::close},
                                               {6, Verb::mode},
                                               {1, Verb::kill}});
  const auto mode = rc::gen::map(
      rc::gen::weightedElement<int>(
          {{4, 0}, {5, 1}, {3, 2}, {2, 3}, {1, 4}, {1, 5}, {1, 6}, {1, 7}, {3, 8}, {2, 9}, {2, 10}, {1, 11}}),
      [](int number) { return static_cast<Mode>(number); });
  return rc::gen::build<Move>(
      rc::gen::set(&Move::verb, verbs), rc::gen::set(&Move::client, rc::gen::inRange(0, 4096)),
      rc::gen::set(&Move::key, rc::gen::inRange(0, 64)),
      rc::gen::set(&Move::target, rc::gen::inRange(0, 60)),  // a multiple of all small numbers
      rc::gen::set(&Move::mode, mode));
}

}  // namespace

rc::Gen<Plan> any_plan(Method method, bool lapses) {
  // Whole plans from the first one on: RapidCheck would begin with tiny ones, and few are played.
  constexpr int whole = 100;
  const auto at_most = [](std::size_t most, auto items) {
    return rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, most + 1), [items](std::size_t count) {
      return rc::gen::container<std::vector<typename decltype(items)::ValueType>>(count, items);
    });
  };
  return rc::gen::resize(
      whole,
      rc::gen::build<Plan>(
          rc::gen::set(&Plan::method, rc::gen::just(method)),
          rc::gen::set(&Plan::method_last, rc::gen::arbitrary<bool>()),
          rc::gen::set(&Plan::servers, at_most(servers_max, any_server())),
          rc::gen::set(&Plan::fail_timeout_s, rc::gen::just(lapses ? 1 : 60)),
          rc::gen::set(&Plan::next_upstream,
                       rc::gen::weightedOneOf<std::uint32_t>(
                           {{1, rc::gen::just(0u)}, {1, rc::gen::inRange(0u, 1u << conditions.size())}})),
          rc::gen::set(&Plan::tries, rc::gen::weightedElement<int>({{4, 0}, {1, 1}, {1, 2}})),
          rc::gen::set(&Plan::moves, at_most(40, any_move(lapses)))));
}

std::string text_of(const Plan& plan, const ScriptedServers& servers, const Address& door) {
  std::string text = "upstream app {\n";
  if (!plan.method_last) text += directive_of(plan.method);
  std::size_t number = 0;
  for (const ServerLine& line : lines_of(plan)) {
    text += "  server " + servers.address(number++).text();
    if (line.weight != 1) text += " weight=" + std::to_string(line.weight);
    if (line.max_fails != 1) text += " max_fails=" + std::to_string(line.max_fails);
    text += " fail_timeout=" + std::to_string(plan.fail_timeout_s) + "s";
    if (line.max_conns != 0) text += " max_conns=" + std::to_string(line.max_conns);
    if (line.down) text += " down";
    if (line.backup && takes_backups(plan)) text += " backup";
    text += ";\n";
  }
  if (plan.method_last) text += directive_of(plan.method);
  text += "}\nserver {\n  listen " + door.text() +
          ";\n  location / {\n    proxy_pass http://app;\n    proxy_http_version 1.1;\n";
  text += "    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection $http_connection;\n";
  if (plan.next_upstream != 0) {
    text += "    proxy_next_upstream";
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if ((plan.next_upstream >> i & 1) != 0) text += std::string(" ") + conditions.at(i);
    }
    text += ";\n";
  }
  if (plan.tries != 0) text += "    proxy_next_upstream_tries " + std::to_string(plan.tries) + ";\n";
  return text + "  }\n}\n";
}

std::string address_of_client(int client) {
  // All of 127.0.0.0/8 can be had: 16 values of the second and third octet, 16 of the last, so that some share a /24.
  return "127." + std::to_string(client / 256 * 15) + "." + std::to_string(client / 16 % 16 * 17) + "." +
         std::to_string(client % 16 + 1);
}

std::string request_of(const Move& move, int number) {
  const std::string key = move.key == 0 ? "" : "key-" + std::to_string(move.key);
  std::string text = move.verb == Verb::post ? "POST" : "GET";
  text += " /?k=" + key + " HTTP/1.1\r\nHost: h\r\nX-Step: " + std::to_string(number) + "\r\n";
  // Where no tunnel comes of it, the connection shall end with the answer.
  if (move.verb == Verb::open) return text + "Connection: upgrade, close\r\nUpgrade: websocket\r\n\r\n";
  text += "Connection: close\r\n";
  return move.verb == Verb::post ? text + "Content-Length: 2\r\n\r\nhi" : text + "\r\n";
}

std::ostream& operator<<(std::ostream& out, const Plan& plan) {
  out << "a plan for " << plan.servers.size() << " servers:\n";
  int number = 0;
  for (const Move& move : plan.moves) {
    switch (move.verb) {
      case Verb::get:
      case Verb::post:
      case Verb::open:
        out << "  " << number++
            << (move.verb == Verb::get    ? " GET"
                : move.verb == Verb::post ? " POST"
                                          : " upgrade")
            << " k=" << move.key << " from " << address_of_client(move.client) << "\n";
        break;
      case Verb::close:
        out << "  the client closes tunnel " << move.target << " (modulo those open)\n";
        break;
      case Verb::mode:
        out << "  server " << move.target << " (modulo their number): " << name_of(move.mode) << "\n";
        break;
      case Verb::kill:
        out << "  server " << move.target << " (modulo their number) ends its tunnels\n";
        break;
      case Verb::lapse:
        out << "  fail_timeout lapses\n";
        break;
    }
  }
  return out;
}

}  // namespace roundhouse::peers
