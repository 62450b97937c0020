#include <fmt/format.h>

#include <cstdio>

#include "sim/tool/commands.h"
#include "sim/tool/interrupt.h"
#include "sim/tool/prepare.h"
#include "sim/tool/report.h"

namespace roundhouse::tool {
namespace {

/// How long a signal may wait for an answer.
constexpr Duration slice = std::chrono::milliseconds(100);
constexpr std::uint16_t usual_proxy_port = 8080;

void print_listeners(const Cluster& cluster) {
  bool proxy = false;
  for (const UpListener& listener : cluster.listeners()) {
    fmt::print("{} {}\n", listener.name, listener.url);
    proxy = proxy || listener.name == "proxy";
  }
  if (proxy) {
    fmt::print(
        "hint: all programs of this machine come from 127.0.0.1, so that ip_hash and hash $remote_addr send "
        "them to one instance; "
        "give each client a source address in a /24 of its own, e.g. new http.Agent({{localAddress: "
        "'127.0.7.1'}})\n");
  }
  fmt::print("ready\n");
  std::fflush(stdout);
}

}  // namespace

int serve_command(const ServeArguments& arguments) {
  auto scenario = load(arguments.scenario, arguments.nginx);
  if (!scenario) return bad_input(scenario.error());
  ClusterOptions options;
  options.world = WorldKind::loopback;
  options.parts = {.proxy = arguments.only.empty() || arguments.only == "proxy",
                   .apps = arguments.only.empty() || arguments.only == "apps",
                   .broker = arguments.only.empty() || arguments.only == "broker",
                   .clients = arguments.clients};
  if (!arguments.broker.empty()) {
    const auto address = broker_address(arguments.broker);
    if (!address) return bad_input(address.error());
    options.real_broker = *address;
  }
  options.trace_file = arguments.trace_file;
  options.proxy_port = arguments.proxy_port.value_or(usual_proxy_port);
  options.proxy_port_is_a_wish = !arguments.proxy_port.has_value();
  options.broker_port = arguments.broker_port;
  if (!options.broker_port && arguments.only.empty()) options.broker_port = 0;
  options.fixed_places = !arguments.only.empty();
  options.endless = true;
  if (!arguments.clients) {
    scenario->steps.clear();
    scenario->workload.messages = 0;
    scenario->expect.clear();
  }
  if (const std::string note = broker_note(*scenario, options); !note.empty())
    fmt::print(stderr, "{}\n", note);
  auto cluster = Cluster::build(*scenario, options);
  if (!cluster) return bad_input(cluster.error());
  for (const std::string& warning : (*cluster)->warnings()) fmt::print(stderr, "{}\n", warning);
  catch_interrupts();
  (*cluster)->start();
  print_listeners(**cluster);
  while (!interrupted()) (*cluster)->advance(slice);
  const Summary summary = (*cluster)->finish("interrupted");
  if (arguments.clients) fmt::print("\n{}\n", report(summary, *scenario, style_for_stdout()));
  return 0;
}

}  // namespace roundhouse::tool
