// Marks beside the bytes of a loopback connection, and the records about them.
#include "sim/world/loopback_wire.h"
#include "sim/world/send_queue.h"

#include <algorithm>

namespace roundhouse::loopback {
namespace {

std::size_t at(int side) {
  return static_cast<std::size_t>(side);
}

}  // namespace

void Flow::depart(std::size_t bytes, Marks marks, Instant now) {
  std::uint32_t begin = 0;
  for (const PlacedMark& placed : marks) {
    marks_.push_back({sent_ + placed.end, placed.mark, placed.end - begin, now});
    begin = placed.end;
  }
  sent_ += bytes;
}

std::span<const Flow::Flying> Flow::arrive(std::size_t bytes, std::vector<PlacedMark>& placed) {
  if (first_ == marks_.size()) {
    marks_.clear();
    first_ = 0;
  } else if (first_ > 64 && first_ * 2 > marks_.size()) {
    marks_.erase(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  placed.clear();
  const std::size_t begin = first_;
  while (first_ < marks_.size() && marks_[first_].end <= received_ + bytes) {
    placed.push_back({static_cast<std::uint32_t>(marks_[first_].end - received_), marks_[first_].mark});
    ++first_;
  }
  received_ += bytes;
  return std::span(marks_).subspan(begin, first_ - begin);
}

std::span<const Flow::Flying> Flow::flying(std::uint64_t from) const {
  const auto begin = std::find_if(marks_.begin() + static_cast<std::ptrdiff_t>(first_), marks_.end(),
                                  [from](const Flying& mark) { return mark.end > from; });
  return {begin, marks_.end()};
}

void Flow::drop(std::uint64_t from) {
  marks_.resize(marks_.size() - flying(from).size());
}

void WireRecords::open(const Wire& wire, Instant now) {
  trace_.write(about(RecordKind::open, wire, 0, now));
}

void WireRecords::refused(const Wire& wire, How how, Instant now) {
  Record record = about(RecordKind::refused, wire, 0, now);
  record.how = static_cast<std::uint8_t>(how);
  trace_.write(record);
}

void WireRecords::end(const Wire& wire, Instant now) {
  const int by = wire.ended_by < 0 ? 0 : wire.ended_by;
  const auto bytes_from = [&](int side) {
    const Flow& flow = wire.flow[at(side)];
    return wire.ours(side) ? flow.sent() : flow.received();
  };
  Record record = about(RecordKind::end, wire, by, now);
  record.how = static_cast<std::uint8_t>(wire.how);
  record.value = bytes_from(by);
  record.extra = bytes_from(1 - by);
  trace_.write(record);
}

void WireRecords::buffer(const Wire& wire, int sender, std::size_t depth, Instant now) {
  Record record = about(RecordKind::buffer, wire, sender, now);
  record.text = trace_.text(send_queue);
  record.value = depth;
  record.extra = send_high_mark;
  trace_.write(record);
}

void WireRecords::hop(const Wire& wire, int sender, const Flow::Flying& mark, Instant now) {
  Record record = about(RecordKind::hop, wire, 1 - sender, now);
  record.message = mark.mark.message;
  record.subject = mark.mark.to;
  record.how = static_cast<std::uint8_t>(mark.mark.what);
  record.extra = static_cast<std::uint64_t>(mark.departed.ns);
  record.value = mark.bytes;
  trace_.write(record);
}

void WireRecords::lost(Wire& wire, int sender, std::uint64_t from, Cause cause, Instant now) {
  Flow& flow = wire.flow[at(sender)];
  const auto marks = flow.flying(from);
  if (marks.empty()) return;
  Record record = about(RecordKind::lost, wire, sender, now);
  record.code = static_cast<std::uint16_t>(cause);
  for (const Flow::Flying& mark : marks) {
    record.message = mark.mark.message;
    record.subject = mark.mark.to;
    record.how = static_cast<std::uint8_t>(mark.mark.what);
    record.extra = static_cast<std::uint64_t>(mark.departed.ns);
    trace_.write(record);
  }
  flow.drop(from);
}

void WireRecords::held(const Wire& wire, int sender, Instant now) {
  Record record = about(RecordKind::held, wire, sender, now);
  for (const Flow::Flying& mark : wire.flow[at(sender)].flying()) {
    record.message = mark.mark.message;
    record.subject = mark.mark.to;
    record.how = static_cast<std::uint8_t>(mark.mark.what);
    record.extra = static_cast<std::uint64_t>(mark.departed.ns);
    trace_.write(record);
  }
}

Record WireRecords::about(RecordKind kind, const Wire& wire, int writer, Instant now) const {
  Record record;
  record.at = now;
  record.by = wire.entity[at(writer)];
  record.kind = kind;
  record.connection = wire.serial;
  record.other = wire.entity[at(1 - writer)];
  return record;
}

}  // namespace roundhouse::loopback
