// Whether a plan was worth running.
#include <algorithm>
#include <array>
#include <string_view>

#include <roundhouse/explore.h>

namespace roundhouse {

std::size_t fault_hits(const Trace& trace) {
  // What mends, and what users do.
  constexpr std::array<std::string_view, 9> mild = {"heal",  "continue", "policy",  "servers", "join",
                                                    "leave", "send",     "connect", "emit"};
  constexpr std::uint8_t applied = 1;
  return static_cast<std::size_t>(
      std::count_if(trace.records().begin(), trace.records().end(), [&](const Record& record) {
        return record.kind == RecordKind::step && record.how == applied &&
               std::find(mild.begin(), mild.end(), trace.text_of(record.subject)) == mild.end();
      }));
}

}  // namespace roundhouse
