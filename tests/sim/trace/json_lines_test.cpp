// A trace as JSON Lines, out and back.
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "sim/trace/json_lines.h"
#include "sim/trace/record_fields.h"
#include "tests/sim/trace/history.h"

namespace roundhouse::test {

namespace {

std::string temporary(const std::string& name) {
  return std::string(ROUNDHOUSE_BINARY_DIR) + "/" + name;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string line_of_json(const Record& record, const Names& names) {
  std::string line;
  append_json(line, record, names);
  return line;
}

std::string mistake(const std::string& lines) {
  const auto result = parse_json_lines(lines, "x.jsonl");
  return result.has_error() ? result.error().text() : "none";
}

}  // namespace

TEST_CASE("a hop is one line with names", "[trace][json]") {
  History h;
  Record hop = h.begin(RecordKind::hop, h.proxy);
  hop.message = {17};
  hop.how = static_cast<std::uint8_t>(What::frame);
  hop.other = h.ann;
  hop.connection = 3;
  hop.extra = 500'000;
  hop.value = 91;
  CHECK(line_of_json(hop, h.trace) ==
        R"({"at":1000000,"kind":"hop","by":"proxy","message":17,"what":"frame","from":"ann","connection":3,)"
        R"("departed":500000,"bytes":91})");
}

TEST_CASE("enumerations, hashes and numbers that are one off are written for readers", "[trace][json]") {
  History h;
  Record deliver = h.begin(RecordKind::deliver, h.ann);
  deliver.value = 0xabc;
  deliver.how = 2;
  CHECK(line_of_json(deliver, h.trace) ==
        R"({"at":1000000,"kind":"deliver","by":"ann","payload_hash":"0000000000000abc","owed":"unowed"})");
  Record request = h.begin(RecordKind::request, h.app_1);
  request.code = 400;
  request.value = 2;
  CHECK(line_of_json(request, h.trace) ==
        R"({"at":2000000,"kind":"request","by":"app-1","status":400,"transport":"polling","error":1})");
}

TEST_CASE("a slot that the kind has no name for is written under its own", "[trace][json]") {
  History h;
  Record ack = h.begin(RecordKind::ack, h.ann);
  ack.more = 5;
  ack.text = h.trace.text("odd");
  CHECK(line_of_json(ack, h.trace) == R"({"at":1000000,"kind":"ack","by":"ann","+text":"odd","+more":5})");
}

TEST_CASE("every kind comes back as it was written, all slots filled or none", "[trace][json]") {
  History h;
  const std::string path = temporary("every_kind.jsonl");
  Trace trace;
  trace.keep_records(true);
  auto file = JsonLinesFile::create(path, trace);
  REQUIRE(file.has_value());
  trace.add_sink(file->get());
  const EntityId app = trace.add_entity(EntityKind::app, "app-1", {}, "127.1.0.1", {1});
  const EntityId worker = trace.add_entity(EntityKind::worker, "worker", app, "", {2});
  for (std::size_t i = 0; i < record_kinds; ++i) {
    const auto kind = static_cast<RecordKind>(i);
    if (kind == RecordKind::entity) continue;
    Record empty;
    empty.kind = kind;
    trace.write(empty);
    Record full;
    full.at = {-7};
    full.by = worker;
    full.kind = kind;
    full.how = 1;
    full.code = 1;
    full.message = {UINT64_MAX};
    full.connection = UINT32_MAX;
    full.other = app;
    full.subject = trace.text("subject " + std::to_string(i));
    full.text = trace.text("text \xff\n " + std::to_string(i));
    full.value = trace.text("value " + std::to_string(i)).value;
    full.extra = trace.text("extra " + std::to_string(i)).value;
    full.more = trace.text("more " + std::to_string(i)).value;
    trace.write(full);
    full.how = 255;
    full.code = 65'535;
    full.value = full.extra = full.more = UINT64_MAX;
    if (kind != RecordKind::up && kind != RecordKind::down) trace.write(full);
  }
  trace.text("a text that no record names");
  CHECK_FALSE((*file)->close().has_value());

  const auto recording = read_recording(path);
  REQUIRE(recording.has_value());
  REQUIRE(recording->records().size() == trace.records().size());
  for (std::size_t i = 0; i < trace.records().size(); ++i) {
    INFO(line_of_json(trace.records()[i], trace));
    CHECK(recording->records()[i] == trace.records()[i]);
  }
  CHECK(recording->hash() == trace.hash());
  REQUIRE(recording->entities().size() == 2);
  CHECK(recording->entities()[1].parent == app);
  CHECK(recording->entities()[0].kind == EntityKind::app);
  CHECK(recording->entities()[0].address == "127.1.0.1");
  std::remove(path.c_str());
}

TEST_CASE("the fold of a recording gives the run's figures", "[trace][json]") {
  History h;
  const std::string path = temporary("fold.jsonl");
  auto file = JsonLinesFile::create(path, h.trace);
  REQUIRE(file.has_value());
  Recording replayed;
  {
    Trace trace;
    auto sink = JsonLinesFile::create(path, trace);
    REQUIRE(sink.has_value());
    trace.add_sink(sink->get());
    const EntityId ann = trace.add_entity(EntityKind::client, "ann", {}, "", {});
    Record record;
    record.by = ann;
    record.kind = RecordKind::send;
    record.message = trace.new_message();
    trace.write(record);
    CHECK_FALSE((*sink)->close().has_value());
    record.message = trace.new_message();
    trace.write(record);  // after close: not in the file
  }
  auto recording = read_recording(path);
  REQUIRE(recording.has_value());
  CHECK(recording->state().counts().sends == 1);
  std::remove(path.c_str());
}

TEST_CASE("a file written by hand needs neither schema nor list of new texts", "[trace][json]") {
  const auto recording = parse_json_lines(
      "{\"at\":0,\"kind\":\"entity\",\"name\":\"ann\",\"is\":\"client\"}\r\n"
      "\n"
      "{ \"kind\" : \"send\", \"at\" : 5, \"by\" : \"ann\", \"message\" : 1, \"room\" : \"r\" }",
      "x");
  REQUIRE(recording.has_value());
  REQUIRE(recording->records().size() == 2);
  CHECK(recording->records()[1].by.value == 1);
  CHECK(recording->text_of(recording->records()[1].text) == "r");
}

TEST_CASE("mistakes in a trace are told with file and line", "[trace][json]") {
  const std::string ann = R"({"at":0,"kind":"entity","name":"ann","is":"client"})"
                          "\n";
  CHECK(mistake("{}\n") == R"(x.jsonl:1: a record needs a "kind")");
  CHECK(mistake(ann + "hello") == "x.jsonl:2: this is not a JSON object");
  CHECK(mistake("[1]") == "x.jsonl:1: this is not a JSON object");
  CHECK(mistake(R"({"at":0,"kind":"hop")") == "x.jsonl:1: this is not a JSON object");
  CHECK(mistake(R"({"at":0,"kind":"hopp"})") == R"(x.jsonl:1: there is no kind "hopp")");
  CHECK(mistake(R"({"kind":"hop"})") == R"(x.jsonl:1: a record needs an "at")");
  CHECK(mistake(R"({"at":1.5,"kind":"hop"})") == R"(x.jsonl:1: "at" must be a whole number of nanoseconds)");
  CHECK(mistake(R"({"at":0,"kind":"hop","frmo":"ann"})") == R"(x.jsonl:1: hop has no field "frmo")");
  CHECK(mistake(R"({"at":0,"kind":"hop","from":"ann"})") ==
        R"(x.jsonl:1: "from": no entity is named "ann" so far)");
  CHECK(mistake(ann + R"({"at":0,"kind":"hop","from":1})") == R"(x.jsonl:2: "from" must be a text)");
  CHECK(
      mistake(R"({"at":0,"kind":"hop","what":"fax"})") ==
      R"(x.jsonl:1: "what" must be one of none, poll, post, frame, publish, copy, deliver, reply, join, foreign)");
  CHECK(mistake(R"({"at":0,"kind":"hop","bytes":-1})") ==
        R"(x.jsonl:1: "bytes" must be a whole number from 0 to 2^64 - 1)");
  CHECK(mistake(R"({"at":0,"kind":"hop","bytes":"1"})") ==
        R"(x.jsonl:1: "bytes" must be a whole number from 0 to 2^64 - 1)");
  CHECK(mistake(R"({"at":0,"kind":"hop","connection":4294967296})") ==
        R"(x.jsonl:1: "connection" is too large)");
  CHECK(mistake(R"({"at":0,"kind":"request","error":18446744073709551615})") ==
        R"(x.jsonl:1: "error" is too large)");
  CHECK(mistake(R"({"at":0,"kind":"deliver","payload_hash":"12"})") ==
        R"(x.jsonl:1: "payload_hash" must be a text of 16 hexadecimal digits)");
  CHECK(mistake(R"({"at":0,"at":1,"kind":"hop"})") == R"(x.jsonl:1: "at" stands here twice)");
  CHECK(mistake(ann + ann) == R"(x.jsonl:2: there is an entity named "ann" already)");
  CHECK(mistake(R"({"at":0,"kind":"entity","id":2,"name":"ann"})") ==
        "x.jsonl:1: entities are numbered in order: this is number 1");
  CHECK(mistake(R"({"at":0,"kind":"entity"})") == R"(x.jsonl:1: an entity needs a "name")");
  CHECK(mistake(R"({"trace":2})") == "x.jsonl:1: this trace has schema 2; this program reads schema 1");
  CHECK(mistake(R"({"new":["a",1],"at":0,"kind":"hop"})") == R"(x.jsonl:1: "new" must be a list of texts)");
}

TEST_CASE("a trace cut anywhere is read or refused, never a crash", "[trace][json]") {
  History h;
  const std::string path = temporary("cut.jsonl");
  {
    Trace trace;
    auto sink = JsonLinesFile::create(path, trace);
    REQUIRE(sink.has_value());
    trace.add_sink(sink->get());
    trace.add_entity(EntityKind::client, "ann \xc3\xa9 \xff \"", {}, "127.0.0.1", {});
    Record record;
    record.kind = RecordKind::hop;
    record.by = {1};
    record.other = {1};
    record.text = trace.text("\\u");
    trace.write(record);
  }
  const std::string whole = content_of(path);
  for (std::size_t end = 0; end <= whole.size(); ++end) {
    const auto cut = parse_json_lines(std::string_view(whole).substr(0, end), "x");
    if (cut.has_error()) CHECK(cut.error().text().starts_with("x:"));
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char byte : {'"', '\\', '{', '}', ',', '\0', '\xff', '9'}) {
      std::string spoilt = whole;
      spoilt[at] = byte;
      (void)parse_json_lines(spoilt, "x");
    }
  }
  std::remove(path.c_str());
}

TEST_CASE("a file that cannot be written or read says so", "[trace][json]") {
  Trace trace;
  const auto file = JsonLinesFile::create("/nonexistent/x.jsonl", trace);
  REQUIRE(file.has_error());
  CHECK(file.error().text().find("/nonexistent/x.jsonl: cannot write the trace") == 0);
  const auto read = read_recording("/nonexistent/x.jsonl");
  REQUIRE(read.has_error());
  CHECK(read.error().text().find("/nonexistent/x.jsonl: there is no such recording") == 0);
}

TEST_CASE("a full disk is told when the file is closed, once", "[trace][json]") {
  Trace trace;
  auto file = JsonLinesFile::create("/dev/full", trace);
  if (file.has_error()) return;  // not on this system
  trace.add_sink(file->get());
  trace.write({});
  const auto error = (*file)->close();
  REQUIRE(error.has_value());
  CHECK(error->text().find("could not be written to its end") != std::string::npos);
  CHECK_FALSE((*file)->close().has_value());
}

TEST_CASE("a line of more than sixteen megabytes is refused", "[trace][json]") {
  const std::string line = R"({"new":[")" + std::string(16 * 1024 * 1024, 'x') + R"("],"at":0,"kind":"hop"})";
  CHECK(mistake(line) == "x.jsonl:1: the line is too long");
}

TEST_CASE("the names of the fields of a kind, and their slots, are all different", "[trace][json]") {
  for (std::size_t i = 0; i < record_kinds; ++i) {
    const auto fields = fields_of(static_cast<RecordKind>(i));
    CHECK_FALSE(fields.empty());
    for (std::size_t a = 0; a < fields.size(); ++a) {
      for (const std::string_view taken : {"at", "kind", "by", "new", "trace"})
        CHECK(fields[a].name != taken);
      for (std::size_t b = 0; b < a; ++b) {
        CHECK(fields[a].name != fields[b].name);
        CHECK(fields[a].slot != fields[b].slot);
      }
    }
    CHECK(record_kind_named(name_of(static_cast<RecordKind>(i))) == static_cast<RecordKind>(i));
  }
  CHECK_FALSE(record_kind_named("nothing"));
}

}  // namespace roundhouse::test
