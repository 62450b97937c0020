#include "core/broker/departed.h"

#include "core/broker/glob.h"

namespace roundhouse::broker {

void Departed::left(DepartedSubscriber subscriber) {
  if (limit_ == 0) return;
  if (gone_.size() == limit_) gone_.pop_front();
  gone_.push_back(std::move(subscriber));
}

void Departed::channel_again(std::string_view host, ByteView channel) {
  forget(host, &DepartedSubscriber::channels, channel);
}
void Departed::pattern_again(std::string_view host, ByteView pattern) {
  forget(host, &DepartedSubscriber::patterns, pattern);
}

// The one that left first is the one that comes back: with several from one address nobody can tell them apart.
void Departed::forget(std::string_view host, Names DepartedSubscriber::*names, ByteView name) {
  for (auto subscriber = gone_.begin(); subscriber != gone_.end(); ++subscriber) {
    if (subscriber->host != host) continue;
    Names& of_it = (*subscriber).*names;
    const auto found = of_it.find(name);
    if (found == of_it.end()) continue;
    of_it.erase(found);
    if (subscriber->channels.empty() && subscriber->patterns.empty()) gone_.erase(subscriber);
    return;
  }
}

std::size_t Departed::copies_for(const DepartedSubscriber& subscriber, ByteView channel) {
  std::size_t copies = subscriber.channels.contains(channel) ? 1 : 0;
  for (const Bytes& pattern : subscriber.patterns) copies += glob_matches(pattern, channel) ? 1 : 0;
  return copies;
}

}  // namespace roundhouse::broker
