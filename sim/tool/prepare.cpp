#include "sim/tool/prepare.h"

#include <fmt/format.h>

#include <map>

#include "sim/scenario/text_file.h"
#include "sim/tool/interrupt.h"
#include "sim/tool/progress.h"

namespace roundhouse::tool {
namespace {

/// Counts the connects that an address outside refused.
class Refusals final : public RecordSink {
 public:
  void on_record(const Record& record) override {
    if (record.kind == RecordKind::refused) ++of_[record.other];
  }
  std::uint64_t of(EntityId peer) const {
    const auto found = of_.find(peer);
    return found == of_.end() ? 0 : found->second;
  }

 private:
  std::map<EntityId, std::uint64_t> of_;
};

/// `NAME:KNOB` is the scenario with that knob turned; a file whose own name has a colon comes first.
Result<Scenario> load_turned(const std::string& text) {
  const auto file = find_scenario(text);
  if (file) return read_scenario(*file);
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return file.error();
  const auto base = find_scenario(text.substr(0, colon));
  if (!base) return base.error();
  const auto scenario = read_scenario(*base);
  return scenario ? turn_knob(*scenario, text.substr(colon + 1)) : scenario;
}

}  // namespace

Result<Scenario> load(const std::string& name_or_path, const std::string& nginx) {
  auto scenario = load_turned(name_or_path);
  if (!scenario || nginx.empty()) return scenario;
  if (auto used = scenario_file::use_nginx_file(*scenario, nginx); !used)
    return Error("--nginx: " + used.error().what());
  return scenario;
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

std::string broker_note(const Scenario& scenario, const ClusterOptions& options) {
  if (!options.real_broker || scenario.broker != BrokerKind::none) return {};
  return "roundhouse: " + scenario.name + " has no broker; --broker puts one in";
}

Result<Summary> run_one(const Scenario& scenario, const ClusterOptions& given, bool progress) {
  ClusterOptions options = given;
  Refusals refusals;
  options.sinks.push_back(&refusals);
  if (const std::string note = broker_note(scenario, options); !note.empty())
    fmt::print(stderr, "{}\n", note);
  auto cluster = Cluster::build(scenario, options);
  if (!cluster) return cluster.error();
  for (const std::string& warning : (*cluster)->warnings()) fmt::print(stderr, "{}\n", warning);
  catch_interrupts();
  Progress line(**cluster, progress);
  Summary summary = (*cluster)->run([&] {
    line.tick();
    return !interrupted();
  });
  if (options.real_broker) {
    const std::string address = options.real_broker->text();
    const std::uint64_t refused = refusals.of((*cluster)->trace().entity_named(address));
    if (refused > 0) {
      fmt::print(stderr, "roundhouse: the broker redis://{} refused {} connections; is it up?\n", address,
                 refused);
    }
  }
  return summary;
}

WorldKind world_named(const std::string& name) {
  return name == "loopback" ? WorldKind::loopback : WorldKind::virtual_time;
}

}  // namespace roundhouse::tool
