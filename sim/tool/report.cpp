#include "sim/tool/report.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <sstream>

#include "sim/scenario/expectation.h"
#include "sim/tool/progress.h"

namespace roundhouse::tool {
namespace {

std::string counts(const std::map<std::string, std::uint64_t>& by_name) {
  std::string out;
  for (const auto& [name, count] : by_name) {
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}", count, name);
  }
  return out.empty() ? "none" : out;
}

/// `400 147 times`
std::string answers(const std::map<std::string, std::uint64_t>& by_status) {
  std::string out;
  for (const auto& [status, count] : by_status)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", status,
                       count == 1 ? "once" : fmt::format("{} times", count));
  return out.empty() ? "none" : out;
}

void line(std::string& out, std::string_view name, const std::string& text) {
  out += fmt::format("  {:<14}{}\n", name, text);
}

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
      return "pass";
    case Outcome::fail:
      return "fail";
    case Outcome::unknown:
      return "unknown";
  }
  return "";
}

boost::json::object to_object(const std::map<std::string, std::uint64_t>& by_name) {
  boost::json::object out;
  for (const auto& [name, count] : by_name) out[name] = count;
  return out;
}

/// Whole numbers without a fraction: `4`, not `4E0`.
boost::json::value plain(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  if (value == static_cast<double>(whole)) return whole;
  return value;
}

/// A number; of `between` the two ends.
boost::json::value predicted_value(const Expectation& e) {
  if (e.kind == Expectation::Kind::between) return boost::json::array{plain(e.value), plain(e.high)};
  return plain(e.value);
}

/// One row of a comparison.
struct Row {
  std::string name;
  std::string a;
  std::string b;
};

std::vector<Row> rows(const Summary& a, const Summary& b) {
  const auto share = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? std::string("-")
                      : fmt::format("{} of {} ({:.1f} %)", part, whole,
                                    100.0 * static_cast<double>(part) / static_cast<double>(whole));
  };
  const auto of = [&](const Summary& s) {
    return std::vector<std::pair<std::string, std::string>>{
        {"connect attempts", fmt::format("{}", s.connect_attempts)},
        {"connected", share(s.connected, s.connect_attempts)},
        {"upgraded", share(s.upgraded, s.connect_attempts)},
        {"clients moved", share(s.clients_moved, s.clients)},
        {"failures", counts(s.failures)},
        {"error answers", answers(s.error_answers)},
        {"messages", fmt::format("{} sent, {} accepted", s.sends, s.accepts)},
        {"delivered", share(s.deliveries, s.deliveries_owed)},
        {"lost", counts(s.lost)},
        {"duplicates", fmt::format("{}", s.duplicates)},
        {"sessions", counts(s.sessions)},
        {"latency p50/p99", s.deliveries == 0
                                ? std::string("-")
                                : fmt::format("{:.2f} / {:.2f} ms", s.latency_ms.p50, s.latency_ms.p99)},
    };
  };
  std::vector<Row> out;
  const auto left = of(a);
  const auto right = of(b);
  for (std::size_t i = 0; i < left.size(); ++i)
    out.push_back({left[i].first, left[i].second, right[i].second});
  return out;
}

}  // namespace

std::string Style::bold(const std::string& text) const {
  return colour ? "\033[1m" + text + "\033[0m" : text;
}
std::string Style::good(const std::string& text) const {
  return colour ? "\033[32m" + text + "\033[0m" : text;
}
std::string Style::bad(const std::string& text) const {
  return colour ? "\033[31;1m" + text + "\033[0m" : text;
}
std::string Style::dim(const std::string& text) const {
  return colour ? "\033[2m" + text + "\033[0m" : text;
}

std::string folded(const std::string& text) {
  constexpr std::size_t columns = 100;
  std::string out;
  std::size_t column = 0;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (column > 0 && column + 1 + word.size() > columns) {
      out += '\n';
      column = 0;
    }
    if (column > 0) out += ' ';
    out += word;
    column += (column > 0 ? 1 : 0) + word.size();
  }
  return out;
}

Style style_for_stdout() {
  const char* no_colour = std::getenv("NO_COLOR");
  return {.colour = stdout_is_terminal() && (no_colour == nullptr || *no_colour == '\0')};
}

std::string expectation_lines(const Summary& summary, const Style& style) {
  std::string out;
  for (const Judged& judged : summary.expectations) {
    const Expectation& e = judged.expectation;
    const std::string mark = judged.holds ? style.good("holds") : style.bad("FAILS");
    if (!e.property.empty()) {
      out += fmt::format("  {}  {}\n", mark, e.name);
      out += fmt::format("         {} {} predicted to {}: {}, {}\n", e.property, judged.verdict.name,
                         e.broken ? "be broken" : "hold", outcome_name(judged.verdict.outcome),
                         judged.verdict.words);
      if (!e.source.empty()) out += style.dim(fmt::format("         {}", e.source)) + "\n";
      continue;
    }
    const std::string observed = observed_text(e, judged.observed, static_cast<double>(judged.samples));
    out += fmt::format("  {}  {}\n", mark, e.name);
    out += fmt::format("         predicted {}, observed {}\n", predicted_text(e), observed);
    if (!e.source.empty()) out += style.dim(fmt::format("         {}", e.source)) + "\n";
  }
  return out;
}

std::string report(const Summary& s, const Scenario& scenario, const Style& style) {
  std::string out = style.bold(s.scenario);
  if (!scenario.title.empty()) out += ": " + scenario.title;
  out += fmt::format("\n  {} world, seed {}, {:.2f} s of its time, {} records, trace {:016x}{}\n\n", s.world,
                     s.seed, static_cast<double>(s.ran.count()) / 1e9, s.records, s.trace_hash,
                     s.ended_by == "finished" ? "" : " (" + s.ended_by + ")");
  line(out, "connects",
       fmt::format("{} clients, {} attempts, {} connected, {} upgraded", s.clients, s.connect_attempts,
                   s.connected, s.upgraded));
  if (s.clients_moved > 0)
    line(out, "moved", fmt::format("{} clients came back to another instance", s.clients_moved));
  line(out, "failures", counts(s.failures));
  if (!s.error_answers.empty()) line(out, "answers", answers(s.error_answers));
  line(out, "sessions", counts(s.sessions));
  line(out, "messages", fmt::format("{} sent, {} accepted", s.sends, s.accepts));
  line(out, "deliveries",
       fmt::format("{} of {} owed, {} more unowed, {} duplicates, {} in flight", s.deliveries,
                   s.deliveries_owed, s.deliveries_unowed, s.duplicates, s.in_flight));
  line(out, "lost", counts(s.lost));
  if (s.deliveries > 0) {
    line(out, "latency",
         fmt::format("p50 {:.2f}, p95 {:.2f}, p99 {:.2f}, max {:.2f} ms", s.latency_ms.p50, s.latency_ms.p95,
                     s.latency_ms.p99, s.latency_ms.max));
  }
  line(out, "books", s.books_balance ? "balance" : style.bad("do not balance"));
  for (const std::string& finding : s.book_findings) line(out, "", finding);
  if (!s.expectations.empty()) out += "\n" + expectation_lines(s, style);
  return out;
}

std::string compare_report(const Summary& a, const Summary& b, const Style& style) {
  std::size_t name_width = 0;
  std::size_t a_width = a.scenario.size();
  const auto table = rows(a, b);
  for (const Row& row : table) {
    name_width = std::max(name_width, row.name.size());
    a_width = std::max(a_width, row.a.size());
  }
  std::string out = fmt::format("  {:<{}}  {}{:<{}}  {}\n", "", name_width, style.bold(a.scenario), "",
                                a_width - a.scenario.size(), style.bold(b.scenario));
  for (const Row& row : table) {
    const bool same = row.a == row.b;
    const std::string right = same ? style.dim(row.b) : row.b;
    out += fmt::format("  {:<{}}  {:<{}}  {}\n", row.name, name_width, row.a, a_width, right);
  }
  for (const Summary* s : {&a, &b}) {
    if (s->expectations.empty()) continue;
    out += "\n" + style.bold(s->scenario) + "\n" + expectation_lines(*s, style);
  }
  return out;
}

std::string to_json(const Summary& s) {
  boost::json::object out;
  out["schema"] = 1;
  out["scenario"] = s.scenario;
  out["seed"] = s.seed;
  out["world"] = s.world;
  out["ended_by"] = s.ended_by;
  out["trace_hash"] = fmt::format("{:016x}", s.trace_hash);
  out["ran_ms"] = static_cast<double>(s.ran.count()) / 1e6;
  out["clients"] = s.clients;
  out["connect_attempts"] = s.connect_attempts;
  out["connected"] = s.connected;
  out["upgraded"] = s.upgraded;
  out["failures"] = to_object(s.failures);
  out["error_answers"] = to_object(s.error_answers);
  out["sends"] = s.sends;
  out["accepts"] = s.accepts;
  out["deliveries_owed"] = s.deliveries_owed;
  out["deliveries"] = s.deliveries;
  out["deliveries_unowed"] = s.deliveries_unowed;
  out["lost"] = to_object(s.lost);
  out["in_flight"] = s.in_flight;
  out["duplicates"] = s.duplicates;
  out["latency_ms"] = {{"p50", s.latency_ms.p50},
                       {"p95", s.latency_ms.p95},
                       {"p99", s.latency_ms.p99},
                       {"max", s.latency_ms.max}};
  out["sessions"] = to_object(s.sessions);
  out["clients_moved"] = s.clients_moved;
  out["clients_connected_at_end"] = s.clients_connected_at_end;
  out["clients_upgraded_at_end"] = s.clients_upgraded_at_end;
  out["room_members_at_end"] = s.room_members_at_end;
  out["records"] = s.records;
  out["books_balance"] = s.books_balance;
  boost::json::array findings;
  for (const std::string& finding : s.book_findings) findings.emplace_back(finding);
  out["book_findings"] = std::move(findings);
  if (!s.verdicts.empty()) {
    boost::json::array verdicts;
    for (const Verdict& verdict : s.verdicts) {
      boost::json::object v;
      v["property"] = verdict.property;
      v["name"] = verdict.name;
      v["outcome"] = outcome_name(verdict.outcome);
      v["words"] = verdict.words;
      verdicts.emplace_back(std::move(v));
    }
    out["verdicts"] = std::move(verdicts);
  }
  boost::json::array expectations;
  for (const Judged& judged : s.expectations) {
    boost::json::object e;
    e["name"] = judged.expectation.name;
    if (judged.expectation.property.empty()) {
      e["metric"] = judged.expectation.metric;
      e["predicted"] = predicted_value(judged.expectation);
      e["kind"] = name_of(judged.expectation.kind);
      e["observed"] = plain(judged.observed);
    } else {
      e["property"] = judged.expectation.property;
      e["predicted"] = judged.expectation.broken ? "fail" : "pass";
      e["observed"] = outcome_name(judged.verdict.outcome);
    }
    e["holds"] = judged.holds;
    expectations.emplace_back(std::move(e));
  }
  out["expectations"] = std::move(expectations);
  return boost::json::serialize(out);
}

}  // namespace roundhouse::tool
