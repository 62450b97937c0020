#include "core/app/backplane.h"

#include <algorithm>

#include "core/base/assertion.h"
#include "core/base/close_cause.h"
#include "core/resp/writer.h"

namespace roundhouse::app {
Backplane::Backplane(Host& host, BackplaneOptions options, Listener& listener, std::uint64_t timer_bits)
    : host_(host), options_(std::move(options)), listener_(listener), timer_bits_(timer_bits) {
  if (options_.output_bytes_max < send_high_mark) {
    throw UsageError(
        "output_bytes_max is below send_high_mark: nobody would say when the queue is short again; give at "
        "least that");
  }
  publisher_.tag = 1;
  subscriber_.tag = 2;
}

void Backplane::start() {
  expected_ = patterns_.size();
  for (const auto& channels : channels_) expected_ += channels.size();
  connect(publisher_);
  connect(subscriber_);
}

void Backplane::stop() {
  if (stopped_) return;
  stopped_ = true;
  while (!waiting_.empty()) {
    lost(waiting_.front().message, What::publish, publisher_.why_down, 0);
    waiting_.pop_front();
  }
  if (subscriber_.state == State::open) {
    Bytes goodbye;
    resp::append_command(goodbye, {"PUNSUBSCRIBE"});
    resp::append_command(goodbye, {"UNSUBSCRIBE"});
    host_.send(subscriber_.connection, ByteView(goodbye));
  }
  for (Line* line : {&publisher_, &subscriber_}) {
    if (line->state != State::down) host_.close(line->connection, Close::fin);
    line->state = State::down;
    line->connection = {};
  }
}

void Backplane::publish(ByteView channel, ByteView payload, MessageId message) {
  // Without a queue of our own a connection under way takes it: it goes out, or is lost with the attempt.
  const bool can_send = publisher_.state == State::open ||
                        (publisher_.state == State::connecting && options_.offline_publishes_max == 0);
  if (can_send) {
    if (queued_ >= options_.output_bytes_max)
      return lost(message, What::publish, Cause::overflow, publisher_.connection.serial);
    return send_publish(channel, payload, message);
  }
  if (options_.offline_publishes_max == 0 || stopped_)
    return lost(message, What::publish, publisher_.why_down, 0);
  if (waiting_.size() >= options_.offline_publishes_max)
    return lost(message, What::publish, Cause::overflow, 0);
  waiting_.push_back({Bytes(channel), Bytes(payload), message});
}

void Backplane::send_publish(ByteView channel, ByteView payload, MessageId message) {
  out_.clear();
  resp::append_command(out_, {"PUBLISH", channel, payload});
  if (message) {
    Record record;
    record.kind = RecordKind::publish;
    record.message = message;
    record.connection = publisher_.connection.serial;
    record.text = host_.text(channel);
    host_.record(record);
  }
  queued_ = host_.send(publisher_.connection, ByteView(out_), Mark{message, {}, What::publish});
}

Backplane::Line* Backplane::line_of(ConnectionId connection) {
  if (publisher_.connection == connection) return &publisher_;
  if (subscriber_.connection == connection) return &subscriber_;
  return nullptr;
}

void Backplane::connect(Line& line) {
  line.state = State::connecting;
  line.reader = resp::Reader(options_.replies);
  line.marks = {};
  line.connection = host_.connect({.to = options_.broker, .from = Address{"*", 0}});
  if (&line == &publisher_) queued_ = 0;
}

void Backplane::on_open(ConnectionId connection) {
  Line* line = line_of(connection);
  if (line == nullptr) return;
  line->state = State::open;
  line->failures = 0;
  if (line == &subscriber_) {
    send_subscriptions();
  } else {
    send_waiting();
  }
}

void Backplane::send_subscriptions() {
  confirmed_ = 0;
  Bytes commands;
  for (const std::string& pattern : patterns_) resp::append_command(commands, {"PSUBSCRIBE", pattern});
  for (const auto& channels : channels_) {
    std::vector<ByteView> words = {"SUBSCRIBE"};
    words.insert(words.end(), channels.begin(), channels.end());
    resp::append_command(commands, words);
  }
  if (!commands.empty()) host_.send(subscriber_.connection, ByteView(commands));
}

void Backplane::send_waiting() {
  while (!waiting_.empty()) {
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    send_publish(next.channel, next.payload, next.message);
  }
}

void Backplane::on_data(ConnectionId connection, ByteView bytes, Marks marks) {
  Line* line = line_of(connection);
  if (line == nullptr) return;
  line->marks.arrived(bytes.size(), marks);
  line->reader.receive(bytes);
  while (line->connection == connection) {
    const auto reply = line->reader.next();
    if (!reply) {
      // Bytes that are no RESP: whoever answers there is no broker.
      host_.close(connection, Close::reset);
      return went_down(*line, Cause::closed);
    }
    if (!reply->has_value()) return;
    on_reply(*line, **reply);
  }
}

void Backplane::on_reply(Line& line, std::span<const resp::Item> items) {
  Mark mark;
  while (const auto next = line.marks.take(line.reader.end())) mark = *next;
  const resp::Item& first = items.front();
  if (first.type == resp::Type::error || first.type == resp::Type::bulk_error) {
    // -LOADING, -NOAUTH, -MISCONF: not ready for us. ioredis waits for INFO to say loading:0; hanging up and coming back does the same.
    host_.close(line.connection, Close::fin);
    return went_down(line, Cause::refused);
  }
  if (&line == &publisher_) return;  // the number of receivers
  if (items.size() == 4 && items[1].text == "message") {
    listener_.on_message({{}, items[2].text, items[3].text, mark});
  } else if (items.size() == 5 && items[1].text == "pmessage") {
    listener_.on_message({items[2].text, items[3].text, items[4].text, mark});
  } else if (items.size() == 4 && (items[1].text == "subscribe" || items[1].text == "psubscribe")) {
    ++confirmed_;
    if (confirmed_ == expected_) {
      if (may_have_missed()) record_deafness();
      was_ready_ = true;
    }
  }
}

// What the others published while nobody here was subscribed is nowhere: neither on a wire nor in a buffer. Only we know that we were deaf.
void Backplane::record_deafness() {
  Record record;
  record.kind = RecordKind::lost;
  record.other = host_.self();
  record.how = static_cast<std::uint8_t>(What::copy);
  record.code = static_cast<std::uint16_t>(subscriber_.why_down);
  host_.record(record);
}

void Backplane::on_end(ConnectionId connection) {
  Line* line = line_of(connection);
  if (line == nullptr) return;
  host_.close(connection, Close::fin);
  went_down(*line, Cause::closed);
}

void Backplane::on_drain(ConnectionId connection) {
  if (publisher_.connection == connection) queued_ = 0;
}

void Backplane::on_close(ConnectionId connection, CloseReason reason) {
  if (Line* line = line_of(connection)) went_down(*line, cause_of(reason));
}

void Backplane::went_down(Line& line, Cause why) {
  while (const auto mark = line.marks.take(UINT64_MAX))
    lost(mark->message, mark->what, why, line.connection.serial);
  line.state = State::down;
  line.connection = {};
  line.why_down = why;
  if (&line == &subscriber_) confirmed_ = 0;
  if (stopped_) return;
  ++line.failures;
  const Duration wait =
      std::min(options_.backoff_max, options_.backoff_step * static_cast<std::int64_t>(line.failures));
  host_.wake_at(host_.now() + wait, timer_bits_ | line.tag);
}

void Backplane::on_timer(std::uint64_t tag) {
  if (stopped_) return;
  Line& line = tag == publisher_.tag ? publisher_ : subscriber_;
  ROUNDHOUSE_ASSERT(line.state == State::down);
  connect(line);
}

void Backplane::on_run_end() {
  if (may_have_missed() && confirmed_ < expected_) record_deafness();
  for (const Waiting& waiting : waiting_) {
    if (!waiting.message) continue;
    Record record;
    record.kind = RecordKind::held;
    record.message = waiting.message;
    record.how = static_cast<std::uint8_t>(What::publish);
    host_.record(record);
  }
}

void Backplane::lost(MessageId message, What what, Cause why, std::uint32_t connection) {
  if (!message) return;
  Record record;
  record.kind = RecordKind::lost;
  record.message = message;
  record.connection = connection;
  record.how = static_cast<std::uint8_t>(what);
  record.code = static_cast<std::uint16_t>(why);
  host_.record(record);
}

}  // namespace roundhouse::app
