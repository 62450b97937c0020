// Verdicts as records, and back.
#include <array>

#include <roundhouse/checker.h>
#include <roundhouse/recording.h>

namespace roundhouse {
namespace {

// `witness`, `witness_2` and `witness_3`: a place plus one, so that zero is none.
constexpr std::array slots = {&Record::value, &Record::extra, &Record::more};

/// Puts in what fits, from the place at `next` on.
void put_witness(Record& record, const Verdict& verdict, std::size_t& next) {
  for (const auto slot : slots) {
    if (next < verdict.witness.size()) record.*slot = verdict.witness[next++] + 1;
  }
}

void take_witness(const Record& record, Verdict& verdict) {
  for (const auto slot : slots) {
    if (record.*slot != 0) verdict.witness.push_back(record.*slot - 1);
  }
}

/// `none`, `pass`, `fail`, `unknown`.
std::uint8_t how_of(Outcome outcome) {
  return static_cast<std::uint8_t>(static_cast<std::uint8_t>(outcome) + 1);
}

std::string name_of_property(std::string_view property) {
  if (property == invariant_property) return invariant_name;
  const Checker* checker = find_checker(property);
  return checker == nullptr ? std::string() : std::string(checker->name);
}

}  // namespace

void write_verdict(Trace& trace, EntityId by, Instant at, const Verdict& verdict) {
  std::size_t next = 0;
  Record record;
  record.at = at;
  record.by = by;
  record.kind = RecordKind::verdict;
  record.how = how_of(verdict.outcome);
  record.subject = trace.text(verdict.property);
  record.text = trace.text(verdict.words);
  put_witness(record, verdict, next);
  trace.write(record);
  while (next < verdict.witness.size()) {
    Record further;
    further.at = at;
    further.by = by;
    further.kind = RecordKind::text;
    further.subject = record.subject;
    put_witness(further, verdict, next);
    trace.write(further);
  }
}

std::vector<Verdict> verdicts_in(const Recording& recording) {
  std::vector<Verdict> verdicts;
  const Record* before = nullptr;
  for (const Record& record : recording.records()) {
    const bool goes_on = record.kind == RecordKind::text && before != nullptr;
    if (record.kind == RecordKind::verdict) {
      Verdict verdict;
      verdict.property = recording.text_of(record.subject);
      verdict.name = name_of_property(verdict.property);
      if (record.how == how_of(Outcome::pass)) verdict.outcome = Outcome::pass;
      if (record.how == how_of(Outcome::fail)) verdict.outcome = Outcome::fail;
      verdict.words = recording.text_of(record.text);
      verdicts.push_back(std::move(verdict));
      before = &record;
    } else if (!goes_on) {
      before = nullptr;
    }
    if (before != nullptr) take_witness(record, verdicts.back());
  }
  return verdicts;
}

}  // namespace roundhouse
