// slow: latency, jitter and rate of a link change; what is not named stays.
#include <charconv>

#include "sim/faults/duration_text.h"
#include "sim/faults/verb.h"

namespace roundhouse {
namespace {

// run_step has found every argument readable before it comes here.
Duration duration_of(const Step& step, const char* name, Duration otherwise) {
  const auto found = step.arguments.find(name);
  return found == step.arguments.end() ? otherwise : parse_duration(found->second).value_or(otherwise);
}

std::uint64_t rate_of(const Step& step, std::uint64_t otherwise) {
  const auto found = step.arguments.find("rate");
  if (found == step.arguments.end()) return otherwise;
  const std::string& text = found->second;
  std::uint64_t rate = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), rate);
  return rate;
}

}  // namespace

Verb slow_verb() {
  using Type = VerbArgument::Type;
  return {.name = "slow",
          .meaning = "The link changes its latency, jitter or rate; what is not named stays as it is.",
          .target = TargetKind::link,
          .arguments = {{"latency", Type::duration, false, "Time on the way, one direction."},
                        {"jitter", Type::duration, false, "Up to so much more, drawn for each chunk."},
                        {"rate", Type::whole, false, "Bytes a second; 0: no limit."}},
          .lives = {},
          .on_link = [](Work& work, NodeId from, NodeId to) {
            LinkSettings settings = work.world.link(from, to);
            work.context.healthy.try_emplace({from, to}, settings);
            settings.latency = duration_of(work.step, "latency", settings.latency);
            settings.jitter = duration_of(work.step, "jitter", settings.jitter);
            settings.bytes_per_second = rate_of(work.step, settings.bytes_per_second);
            work.world.set_link(from, to, settings);
          }};
}

}  // namespace roundhouse
