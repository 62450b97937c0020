// Recordings in files: told apart by their first bytes, followed while they grow, made from each other.
#include <catch2/catch.hpp>

#include <roundhouse/recording.h>
#include "sim/trace/json_lines.h"
#include "sim/trace/rht_format.h"
#include "sim/trace/trace_file.h"
#include "tests/sim/trace/history.h"
#include "tests/sim/trace/temporary_file.h"

namespace roundhouse::test {

namespace {

std::string error_of(const std::string& path) {
  const auto read = read_recording(path);
  const auto opened = RecordingReader::open(path);
  // Whoever opens a file to follow it hears the same, unless the mistake comes later in the file.
  if (opened.has_error() && read.has_error()) CHECK(opened.error().text() == read.error().text());
  return read.has_error() ? read.error().text() : "none";
}

void write_message(History& h, std::uint64_t message) {
  h.said(h.ann, h.app_1, message, "r");
  h.deliver(h.bob, message);
}

// Everything that the trace has written so far, as a file.
void write_all(const std::string& path, const History& h) {
  auto file = create_trace_file(path, h.trace);
  REQUIRE(file.has_value());
  for (const Record& record : h.trace.records()) (*file)->on_record(record);
  REQUIRE_FALSE((*file)->close().has_value());
}

}  // namespace

TEST_CASE("what a trace file is, the ending of its name says", "[trace][recording]") {
  const History h;
  for (const std::string name : {"trace.txt", "trace", "rht", "jsonl", "trace.rht.gz"}) {
    const auto file = create_trace_file(name, h.trace);
    REQUIRE(file.has_error());
    CHECK(file.error().text() ==
          name +
              ": a trace file's name ends in .rht (compact, for windows and replay) or .jsonl (JSON Lines)");
  }
  for (const std::string name : {"/nonexistent/x.rht", "/nonexistent/x.jsonl"}) {
    const auto file = create_trace_file(name, h.trace);
    REQUIRE(file.has_error());
    CHECK(file.error().text().starts_with(name + ": cannot write the trace: "));
  }
}

TEST_CASE("a recording is told by its first bytes, not by its name", "[trace][recording]") {
  History h;
  write_message(h, 1);
  for (const std::string kind : {".rht", ".jsonl"}) {
    const TemporaryFile written("told" + kind);
    write_all(written.path(), h);
    const TemporaryFile renamed("told.recording");
    renamed.set(written.content());
    const auto recording = read_recording(renamed.path());
    REQUIRE(recording.has_value());
    CHECK(recording->hash() == h.trace.hash());
  }
}

TEST_CASE("what is no recording is refused in one line", "[trace][recording]") {
  const TemporaryFile file("odd");
  CHECK(error_of("/nonexistent/x")
            .starts_with("/nonexistent/x: there is no such recording, or it cannot be read: "));
  CHECK(error_of(ROUNDHOUSE_BINARY_DIR).starts_with(ROUNDHOUSE_BINARY_DIR));
  file.set("");
  CHECK(error_of(file.path()) == file.path() + ": the file is empty");
  file.set("[topology]\ninstances = 2\n");
  CHECK(error_of(file.path()) == file.path() + ": this is neither an .rht recording nor JSON Lines");
  file.set("\x89PNG\r\n\x1a\n and so on, a picture");
  CHECK(error_of(file.path()) == file.path() + ": this is no .rht recording");
  file.set(rht_header().substr(0, 11));
  CHECK(error_of(file.path()) == file.path() + ": the file is cut off within its header");
  std::string newer = rht_header();
  newer[rht_magic.size()] = 9;
  file.set(newer);
  CHECK(error_of(file.path()).starts_with(file.path() + ": written by a newer version of Roundhouse"));
  file.set("{\"at\":0,\"kind\":\"hop\"}\n{\"at\":0,\"kind\":\"h");
  CHECK(error_of(file.path()) == file.path() + ":2: this is not a JSON object");
}

TEST_CASE("a file is followed while it grows, in both formats", "[trace][recording]") {
  for (const std::string kind : {".rht", ".jsonl"}) {
    INFO(kind);
    const TemporaryFile file("grows" + kind);
    History h;
    auto sink = create_trace_file(file.path(), h.trace);
    REQUIRE(sink.has_value());
    for (const Record& record : h.trace.records()) (*sink)->on_record(record);  // the entities
    h.trace.add_sink(sink->get());
    auto reader = RecordingReader::open(file.path());
    REQUIRE(reader.has_value());
    Recording recording;
    CHECK((*reader)->read_on(recording).value() == 0);
    (*sink)->flush();
    CHECK((*reader)->read_on(recording).value() == h.trace.records().size());
    CHECK((*reader)->read_on(recording).value() == 0);
    for (std::uint64_t message = 1; message < 20; ++message) {
      write_message(h, message);
      (*sink)->flush();
      CHECK((*reader)->read_on(recording).value() == 3);
      CHECK(recording.records() == h.trace.records());
      CHECK_FALSE((*reader)->ended());
    }
    h.trace.write(h.begin(RecordKind::run_end, h.proxy));
    CHECK_FALSE((*sink)->close().has_value());
    CHECK((*reader)->read_on(recording).value() == 1);
    CHECK((*reader)->ended());
    CHECK(recording.hash() == h.trace.hash());
    CHECK(recording.state() == h.state());
  }
}

TEST_CASE("a file that is written byte by byte is read by whole blocks or lines", "[trace][recording]") {
  History h;
  write_message(h, 1);
  for (const std::string kind : {".rht", ".jsonl"}) {
    const TemporaryFile whole("whole_file" + kind);
    write_all(whole.path(), h);
    const std::string bytes = whole.content();
    const TemporaryFile file("slow" + kind);
    file.set(bytes.substr(0, rht_header_bytes));
    auto reader = RecordingReader::open(file.path());
    REQUIRE(reader.has_value());
    Recording recording;
    for (std::size_t at = rht_header_bytes; at < bytes.size(); ++at) {
      REQUIRE((*reader)->read_on(recording).has_value());
      file.add(bytes.substr(at, 1));
    }
    REQUIRE((*reader)->read_on(recording).has_value());
    CHECK(recording.hash() == h.trace.hash());
  }
}

TEST_CASE("a followed file that becomes shorter, or is damaged further on, gives an error",
          "[trace][recording]") {
  History h;
  write_message(h, 1);
  const TemporaryFile file("shorter.rht");
  write_all(file.path(), h);
  const std::string bytes = file.content();
  auto reader = RecordingReader::open(file.path());
  REQUIRE(reader.has_value());
  Recording recording;
  REQUIRE((*reader)->read_on(recording).has_value());
  file.set(bytes.substr(0, bytes.size() - 1));
  const auto shorter = (*reader)->read_on(recording);
  REQUIRE(shorter.has_error());
  CHECK(
      shorter.error().text().ends_with("the recording has become shorter while it was read; open it again"));

  std::string spoilt = bytes;
  spoilt.back() ^= 1;
  file.set(spoilt);
  Recording before;
  auto again = RecordingReader::open(file.path());
  REQUIRE(again.has_value());
  const auto damaged = (*again)->read_on(before);
  REQUIRE(damaged.has_error());
  CHECK(damaged.error().text().find("is damaged") != std::string::npos);
  CHECK(before.records() == h.trace.records());  // what stands before the damage is there
}

TEST_CASE("one format is made from the other, both ways, without loss", "[trace][recording]") {
  History h;
  for (std::uint64_t message = 1; message < 50; ++message) write_message(h, message);
  h.trace.text("a text that no record names");
  const TemporaryFile first("both.rht");
  write_all(first.path(), h);
  std::string from = first.path();
  for (const std::string to : {"both.jsonl", "both_again.rht"}) {
    const TemporaryFile made(to);
    const auto recording = read_recording(from);
    REQUIRE(recording.has_value());
    auto file = create_trace_file(made.path(), *recording);
    REQUIRE(file.has_value());
    for (const Record& record : recording->records()) (*file)->on_record(record);
    REQUIRE_FALSE((*file)->close().has_value());
    const auto back = read_recording(made.path());
    REQUIRE(back.has_value());
    CHECK(back->hash() == h.trace.hash());
    CHECK(back->records() == h.trace.records());
  }
}

TEST_CASE("a list of many megabytes of texts is cut into lines that readers take", "[trace][json]") {
  Trace trace;
  for (int i = 0; i < 20; ++i) trace.text(std::string(1'000'000, static_cast<char>('a' + i)));
  const TemporaryFile file("texts.jsonl");
  auto sink = JsonLinesFile::create(file.path(), trace);
  REQUIRE(sink.has_value());
  trace.add_sink(sink->get());
  trace.write({.kind = RecordKind::hop, .subject = {20}});
  REQUIRE_FALSE((*sink)->close().has_value());
  const auto recording = read_recording(file.path());
  REQUIRE(recording.has_value());
  CHECK(recording->hash() == trace.hash());
}

}  // namespace roundhouse::test
