#include "sim/scenario/metrics.h"

namespace roundhouse {

const std::vector<Metric>& metrics() {
  static const std::vector<Metric> table = {
      {"connect_attempts", "Times that a client began to connect, reconnects included.", ""},
      {"connected", "Attempts whose Socket.IO CONNECT was answered.", ""},
      {"connected_percent", "`connected` in percent of `connect_attempts`.", "connect_attempts"},
      {"upgraded",
       "Attempts whose upgrade to WebSocket was completed; one that begins with WebSocket has none.", ""},
      {"upgraded_percent", "`upgraded` in percent of `connect_attempts`.", "connect_attempts"},
      {"clients", "Clients of the scenario.", ""},
      {"clients_moved", "Clients that connected again, on another instance than before.", ""},
      {"clients_moved_percent", "`clients_moved` in percent of `clients`.", "clients"},
      {"clients_connected_at_end", "Clients that are connected when the run ends.", ""},
      {"clients_upgraded_at_end",
       "Clients that are connected, and have upgraded to WebSocket, when the run ends.", ""},
      {"room_members_at_end", "Sockets in rooms other than their own when the run ends, over all instances.",
       ""},
      {"sends", "Messages that clients sent.", ""},
      {"accepts", "Messages that an instance accepted and addressed to a room or to all.", ""},
      {"deliveries_owed", "Sum over the accepted messages of the sockets that must receive them.", ""},
      {"deliveries", "Deliveries to those sockets.", ""},
      {"deliveries_percent", "`deliveries` in percent of `deliveries_owed`.", "deliveries_owed"},
      {"deliveries_unowed", "Deliveries to sockets that were joining or leaving: allowed, not owed.", ""},
      {"duplicates", "Further deliveries of one message to one socket.", ""},
      {"in_flight", "Owed deliveries that are still under way when the run ends.", ""},
      {"lost.CAUSE",
       "Owed deliveries lost, and messages lost before an instance accepted them, by cause: `dead`, `cut`, "
       "`reset`, `closed`, "
       "`refused`, `overflow`, `timeout`, `gone`, `away`, `restart`, `no_broker`.",
       ""},
      {"lost_total", "The same, all causes.", ""},
      {"lost_before_accept", "Of these, the messages lost before an instance accepted them.", ""},
      {"failures.TEXT", "Failures of clients with this text, such as `failures.xhr post error`.", ""},
      {"failures_total", "Failures of clients, all texts.", ""},
      {"answers.STATUS",
       "Answers with this HTTP status, from 400 to 599, that the proxy gave, its own and those of instances.",
       ""},
      {"answers_total", "The same, all statuses.", ""},
      {"sessions.INSTANCE", "Engine.IO sessions opened on this instance.", ""},
      {"sessions_percent.INSTANCE", "`sessions.INSTANCE` in percent of `sessions_total`.", "sessions_total"},
      {"sessions_total", "Engine.IO sessions opened.", ""},
      {"instances_used", "Instances that opened at least one session.", ""},
      {"latency_ms.POINT",
       "Time from a client's send to a delivery, in milliseconds: `p50`, `p95`, `p99`, `max`.", ""},
      {"records", "Records of the trace.", ""},
  };
  return table;
}

namespace {

constexpr std::string_view families[] = {"lost.",     "failures.",         "answers.",
                                         "sessions.", "sessions_percent.", "latency_ms."};

std::string_view family_of(std::string_view name) {
  for (const std::string_view family : families) {
    if (name.starts_with(family) && name.size() > family.size()) return family;
  }
  return {};
}

}  // namespace

const Metric* find_metric(std::string_view name) {
  const std::string_view family = family_of(name);
  for (const Metric& metric : metrics()) {
    const bool same = family.empty() ? metric.name == name : metric.name.starts_with(family);
    if (same) return family.empty() && metric.name.find('.') != metric.name.npos ? nullptr : &metric;
  }
  return nullptr;
}

std::string_view metric_member(std::string_view name) {
  return name.substr(family_of(name).empty() ? name.size() : family_of(name).size());
}

const std::vector<std::string>& lost_causes() {
  static const std::vector<std::string> causes = {"dead",    "cut",      "reset",    "closed",
                                                  "refused", "overflow", "timeout",  "gone",
                                                  "away",    "restart",  "no_broker"};
  return causes;
}

const std::vector<std::string>& latency_points() {
  static const std::vector<std::string> points = {"p50", "p95", "p99", "max"};
  return points;
}

std::vector<std::string> metric_names(const std::vector<std::string>& instances) {
  std::vector<std::string> names;
  for (const Metric& metric : metrics()) {
    if (metric.name == "lost.CAUSE") {
      for (const std::string& cause : lost_causes()) names.push_back("lost." + cause);
    } else if (metric.name == "sessions.INSTANCE") {
      for (const std::string& instance : instances) names.push_back("sessions." + instance);
    } else if (metric.name == "sessions_percent.INSTANCE") {
      for (const std::string& instance : instances) names.push_back("sessions_percent." + instance);
    } else if (metric.name == "latency_ms.POINT") {
      for (const std::string& point : latency_points()) names.push_back("latency_ms." + point);
    } else if (metric.name != "failures.TEXT" && metric.name != "answers.STATUS") {
      names.emplace_back(metric.name);
    }
  }
  return names;
}

}  // namespace roundhouse
