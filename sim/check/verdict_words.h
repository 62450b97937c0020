// How verdicts speak: names and times in the same words everywhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/check/history.h"

namespace roundhouse {

/// `1.204 s`.
std::string seconds_text(Instant at);
/// `at 1.204 s`, of the record there.
std::string when(const History::Inside& history, Place place);
/// `client-2`, or `socket SID` where no client of ours has it.
std::string receiver_name(const History::Inside& history, TextId socket, EntityId client);
/// `message 17 (to room-1)`, or `message 17 (to everyone)`.
std::string message_name(const History::Inside& history, const MessageFacts& message);
std::string message_name(const History::Inside& history, const DeliveryFacts& delivery);

Verdict passes(std::string_view property, std::string words);
Verdict cannot_tell(std::string_view property, std::string words);
/// The witness is brought in order; places that are nowhere are left out.
Verdict fails(std::string_view property, std::string words, std::vector<Place> witness);
/// `3 messages`, `1 message`.
std::string counted(std::size_t count, std::string_view noun);

}  // namespace roundhouse
