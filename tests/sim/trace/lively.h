// A small world in which windows, losses and deliveries meet often, for properties of the fold.
#pragma once

#include <roundhouse/recording.h>
#include "tests/sim/trace/history.h"

namespace roundhouse::test {

inline constexpr int lively_choices = 20;

/// What the choice, from 0 to lively_choices - 1, stands for.
inline void write_lively_record(History& h, int choice, std::uint64_t message, EntityId who, EntityId app) {
  switch (choice) {
    case 0:
      h.connected(who, app);
      break;
    case 1:
      h.joined(who, app, "r");
      break;
    case 2:
      h.member(RecordKind::leave, who, who, "r", MemberPhase::asked);
      break;
    case 3:
      h.send(who, message, "r");
      break;
    case 4:
      h.accept(app, who, message, "r");
      break;
    case 5:
      h.accept(app, who, message, "");
      break;
    case 6:
    case 7:
      h.deliver(who, message);
      break;
    case 8:
      h.lost(message, What::deliver, Cause::cut, who);
      break;
    case 9:
      h.lost(message, What::copy, Cause::overflow, app);
      break;
    case 10:
      h.lost(message, What::publish, Cause::restart, h.broker);
      break;
    case 11:
      h.lost(message, What::frame, Cause::reset);
      break;
    case 12:
      h.held(message, What::deliver, who);
      break;
    case 13:
      h.held(message, What::frame);
      break;
    case 14:
      h.drop(app, who, message, DropReason::except);
      break;
    case 15:
      h.socket(app, who, SocketPhase::disconnected, "gone");
      break;
    case 16:
      h.down(app, How::kill);
      break;
    case 17:
      h.up(app, 2);
      break;
    case 18:
      h.client(who, ClientPhase::closed);
      break;
    case 19:
      h.deliver(who, message, RecordKind::handed, app);
      break;
    default:
      break;
  }
}

/// The history as a recording.
inline Recording recorded(const Trace& trace) {
  Recording recording;
  for (std::uint32_t id = 1; id < trace.text_count(); ++id) recording.add_text(trace.text_of({id}));
  for (const Record& record : trace.records()) recording.append(record);
  return recording;
}

}  // namespace roundhouse::test
