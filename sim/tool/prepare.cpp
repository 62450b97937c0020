#include "sim/tool/prepare.h"

#include <fmt/format.h>

#include "sim/tool/interrupt.h"
#include "sim/tool/progress.h"

namespace roundhouse::tool {

Result<Scenario> load(const std::string& name_or_path) {
  const auto file = find_scenario(name_or_path);
  if (!file) return file.error();
  return read_scenario(*file);
}

Result<Address> broker_address(const std::string& text) {
  constexpr std::string_view scheme = "redis://";
  std::string_view rest = text;
  if (rest.starts_with(scheme)) rest.remove_prefix(scheme.size());
  while (rest.ends_with('/')) rest.remove_suffix(1);
  auto address = parse_address(rest);
  if (!address) return Error("--broker: " + address.error().what() + "; wanted redis://HOST:PORT");
  if (address->host.find('/') != std::string::npos)
    return Error("--broker: \"" + text + "\" is not redis://HOST:PORT");
  if (address->port == 0) address->port = 6379;
  return address;
}

Result<Summary> run_one(const Scenario& scenario, const ClusterOptions& options, bool progress) {
  auto cluster = Cluster::build(scenario, options);
  if (!cluster) return cluster.error();
  for (const std::string& warning : (*cluster)->warnings()) fmt::print(stderr, "{}\n", warning);
  catch_interrupts();
  Progress line(**cluster, progress);
  return (*cluster)->run([&] {
    line.tick();
    return !interrupted();
  });
}

WorldKind world_named(const std::string& name) {
  return name == "loopback" ? WorldKind::loopback : WorldKind::virtual_time;
}

}  // namespace roundhouse::tool
