// An .rht file, out and back, whole, cut and spoilt.
#include <algorithm>
#include <catch2/catch.hpp>

#include <roundhouse/recording.h>
#include "sim/trace/packed_records.h"
#include "sim/trace/rht_format.h"
#include "sim/trace/rht_reader.h"
#include "sim/trace/rht_writer.h"
#include "tests/sim/trace/history.h"
#include "tests/sim/trace/lively.h"
#include "tests/sim/trace/temporary_file.h"

namespace roundhouse::test {

namespace {

// A history whose file has many small blocks: each record is 60 ms after the one before.
struct Written : History {
  TemporaryFile file;

  explicit Written(const std::string& name, std::size_t messages = 8) : file(name) {
    connected(ann, app_1);
    connected(bob, app_2);
    joined(bob, app_2, "r \xff");
    for (std::uint64_t m = 1; m <= messages; ++m) {
      now = now + Duration(60'000'000);
      said(ann, app_1, m, "r \xff");
      deliver(bob, m);
    }
    trace.text("a text that no record names");
    auto sink = RhtFile::create(file.path(), names());
    REQUIRE(sink.has_value());
    for (const Record& record : trace.records()) (*sink)->on_record(record);
    REQUIRE_FALSE((*sink)->close().has_value());
  }
  Names names() const { return {trace}; }
};

// Whole blocks of a file, each with its head, behind the header.
std::vector<std::string> blocks_of(const std::string& file) {
  std::vector<std::string> blocks;
  std::string_view left = std::string_view(file).substr(rht_header_bytes);
  while (!left.empty()) {
    RhtBlockHead head;
    REQUIRE(read_rht_block_head(left, blocks.size(), head));
    blocks.emplace_back(left.substr(0, rht_block_head_bytes + head.length));
    left.remove_prefix(blocks.back().size());
  }
  return blocks;
}

bool is_prefix(const std::vector<Record>& part, const std::vector<Record>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

struct ReadBytes {
  Recording recording;
  std::string mistake;  // empty: none
  bool ended = false;
};

ReadBytes read_bytes(std::string_view bytes) {
  ReadBytes result;
  RhtReader reader("x.rht");
  if (const auto read = reader.read(bytes, result.recording); !read) result.mistake = read.error().text();
  result.ended = reader.ended();
  return result;
}

std::string mistake(std::string_view bytes) {
  return read_bytes(bytes).mistake;
}

// A file of one block with a right checksum: what another program, or a fault of ours, could have written.
std::string file_of(std::string_view payload, RhtBlockKind kind = RhtBlockKind::records) {
  std::string file = rht_header();
  append_rht_block(file, kind, 0, payload);
  return file;
}

}  // namespace

TEST_CASE("numbers of any size are packed and taken again, and cut ones are refused", "[trace][rht]") {
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128},
                                     std::uint64_t{1} << 35, UINT64_MAX - 1, UINT64_MAX}) {
    std::string bytes;
    append_varint(bytes, number);
    std::string_view left = bytes;
    std::uint64_t taken = 1;
    CHECK(take_varint(left, taken));
    CHECK(taken == number);
    CHECK(left.empty());
    for (std::size_t end = 0; end < bytes.size(); ++end) {
      left = std::string_view(bytes).substr(0, end);
      CHECK_FALSE(take_varint(left, taken));
    }
  }
  std::uint64_t taken = 0;
  std::string_view too_large("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");
  CHECK_FALSE(take_varint(too_large, taken));
}

TEST_CASE("the largest packed record is as large as is said", "[trace][rht]") {
  PackedPast past;
  Record record{.at = {INT64_MIN}, .by = {UINT32_MAX}, .kind = RecordKind::hop, .how = 255, .code = 65'535};
  record.message = {std::uint64_t{1} << 63};
  record.connection = UINT32_MAX;
  record.other = {UINT32_MAX};
  record.subject = record.text = {UINT32_MAX};
  record.value = record.extra = record.more = std::uint64_t{1} << 63;
  std::string bytes;
  append_packed(bytes, record, past);
  CHECK(bytes.size() <= packed_record_bytes_max);
  PackedPast other_past;
  std::string_view left = bytes;
  Record back;
  REQUIRE(take_packed(left, back, other_past));
  CHECK(back == record);
}

TEST_CASE("a recording comes back with its records, texts, entities, hash and fold", "[trace][rht]") {
  const Written run("whole.rht");
  const auto recording = read_recording(run.file.path());
  REQUIRE(recording.has_value());
  CHECK(recording->records() == run.trace.records());
  CHECK(recording->hash() == run.trace.hash());
  CHECK(recording->text_count() == run.trace.text_count());
  CHECK(recording->state() == run.state());
  CHECK(recording->entity(run.bob).name == "bob");
  CHECK(recording->entity(run.bob).address == "127.0.0.1");
  CHECK(recording->entity_named("app-2") == run.app_2);
  CHECK(run.file.content().size() < run.trace.records().size() * 64);
}

TEST_CASE("a file fed byte by byte reads the same", "[trace][rht]") {
  const Written run("bytes.rht");
  const std::string file = run.file.content();
  Recording recording;
  RhtReader reader("x.rht");
  std::size_t records = 0;
  for (const char byte : file) {
    const auto read = reader.read(std::string_view(&byte, 1), recording);
    REQUIRE(read.has_value());
    records += *read;
  }
  CHECK(records == run.trace.records().size());
  CHECK(recording.hash() == run.trace.hash());
  CHECK(reader.ended());
  CHECK(reader.whole_bytes() == file.size());
}

TEST_CASE("a file cut anywhere gives the records of its whole blocks, and only a whole one has ended",
          "[trace][rht]") {
  const Written run("cut.rht");
  const std::string file = run.file.content();
  const std::vector<std::string> blocks = blocks_of(file);
  REQUIRE(blocks.size() > 5);
  std::size_t most = 0;
  for (std::size_t end = 0; end <= file.size(); ++end) {
    const ReadBytes read = read_bytes(std::string_view(file).substr(0, end));
    INFO("cut at " << end);
    REQUIRE(read.mistake.empty());
    CHECK(is_prefix(read.recording.records(), run.trace.records()));
    CHECK(read.recording.records().size() >= most);
    CHECK(read.ended == (end == file.size()));
    most = read.recording.records().size();
  }
  CHECK(most == run.trace.records().size());
  // Nothing is lost but the block that is cut.
  const std::size_t last_two = blocks[blocks.size() - 1].size() + blocks[blocks.size() - 2].size();
  const ReadBytes read = read_bytes(std::string_view(file).substr(0, file.size() - last_two + 1));
  CHECK(read.recording.records().size() + 6 >= run.trace.records().size());
}

TEST_CASE("a file with any byte spoilt gives records that were written, or an error, never a crash",
          "[trace][rht]") {
  const Written run("spoilt.rht");
  const std::string file = run.file.content();
  std::size_t errors = 0;
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (const int change : {0x01, 0x10, 0x80, 0xff}) {
      std::string spoilt = file;
      spoilt[at] = static_cast<char>(spoilt[at] ^ change);
      const ReadBytes read = read_bytes(spoilt);
      INFO("byte " << at << " changed by " << change << ": " << read.mistake);
      CHECK(is_prefix(read.recording.records(), run.trace.records()));
      // Only the header's unused half may change unseen.
      if (read.mistake.empty()) CHECK((at >= 12 && at < rht_header_bytes));
      errors += read.mistake.empty() ? 0 : 1;
      if (!read.mistake.empty()) CHECK(read.mistake.find('\n') == std::string::npos);
    }
  }
  CHECK(errors > file.size());
}

TEST_CASE("a block that is left out, doubled or moved is noticed", "[trace][rht]") {
  const Written run("moved.rht");
  const std::vector<std::string> blocks = blocks_of(run.file.content());
  const auto joined_without = [&](std::size_t left_out) {
    std::string file = rht_header();
    for (std::size_t i = 0; i < blocks.size(); ++i) file += i == left_out ? "" : blocks[i];
    return file;
  };
  CHECK(mistake(joined_without(blocks.size())).empty());
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i) CHECK_FALSE(mistake(joined_without(i)).empty());
  CHECK_FALSE(mistake(rht_header() + blocks[0] + blocks[0]).empty());
  CHECK_FALSE(mistake(rht_header() + blocks[1] + blocks[0]).empty());
}

TEST_CASE("damage is told with the block's number and place, and stays told", "[trace][rht]") {
  const Written run("damage.rht");
  std::string file = run.file.content();
  const std::vector<std::string> blocks = blocks_of(file);
  const std::size_t second = rht_header_bytes + blocks[0].size();
  file[second + rht_block_head_bytes] ^= 1;
  CHECK(mistake(file) ==
        "x.rht: block 2 at byte " + std::to_string(second) + " is damaged: its checksum does not match");
  file[second] ^= 1;
  CHECK(mistake(file) ==
        "x.rht: block 2 at byte " + std::to_string(second) + " is damaged: the check of its head fails");
  Recording recording;
  RhtReader reader("x.rht");
  CHECK(reader.read(file, recording).has_error());
  const std::size_t before = recording.records().size();
  CHECK(reader.read(blocks[1], recording).has_error());
  CHECK(recording.records().size() == before);
}

TEST_CASE("a header of another program or a newer version is told apart", "[trace][rht]") {
  CHECK(mistake("hello") == "x.rht: this is no .rht recording");
  std::string header = rht_header();
  header[rht_magic.size()] = 2;
  CHECK(mistake(header) ==
        "x.rht: written by a newer version of Roundhouse: the file's format is 2, and this program reads "
        "formats up to 1");
  header[rht_magic.size()] = 0;
  CHECK(mistake(header) == "x.rht: the header is damaged: there is no format 0");
}

TEST_CASE("a block of an unknown kind is passed over", "[trace][rht]") {
  std::string file = rht_header();
  append_rht_block(file, static_cast<RhtBlockKind>(77), 0, "whatever");
  append_rht_block(file, RhtBlockKind::records, 1, std::string_view("\1\3ann\0", 6));
  const ReadBytes read = read_bytes(file);
  CHECK(read.mistake.empty());
  CHECK(read.recording.text_named("ann") == TextId{1});
}

TEST_CASE("a block with a right checksum and wrong content is refused in words", "[trace][rht]") {
  const std::string block = "x.rht: block 1 at byte 16 does not read: ";
  const auto packed = [](const Record& record) {
    PackedPast past;
    std::string payload(std::string_view("\0\1", 2));
    append_packed(payload, record, past);
    return payload;
  };
  CHECK(mistake(file_of("")) == block + "no number of texts");
  CHECK(mistake(file_of("\1")) == block + "a text is cut off");
  CHECK(mistake(file_of("\1\5ann")) == block + "a text is cut off");
  CHECK(mistake(file_of("\1\3ann")) == block + "no number of records");
  CHECK(mistake(file_of("\2\3ann\3ann")) == block + "a text stands here a second time");
  CHECK(mistake(file_of(std::string_view("\1\0", 2))) == block + "a text stands here a second time");
  CHECK(mistake(file_of(std::string_view("\0\1", 2))) == block + "record 1: its bytes are no record");
  CHECK(mistake(file_of(std::string_view("\0\1\x7f", 3))) == block + "record 1: its bytes are no record");
  CHECK(mistake(file_of(packed({.kind = RecordKind::hop}) + "x")) ==
        block + "1 bytes behind the last record");
  CHECK(mistake(file_of(packed({.kind = RecordKind::hop, .subject = {UINT32_MAX}}))) ==
        block + "record 1: it names text 4294967295, which is not there");
  CHECK(mistake(file_of(packed({.by = {9}, .kind = RecordKind::hop}))) ==
        block + "record 1: it names entity 9, which is not there");
  // A difference that leads out of a field of 8 bits.
  std::string too_large(std::string_view("\0\1", 2));
  too_large += static_cast<char>(RecordKind::hop);
  append_varint(too_large, 1u << static_cast<unsigned>(PackedField::how));
  append_varint(too_large, 0);
  append_varint(too_large, 2 * 256);
  CHECK(mistake(file_of(too_large)) == block + "record 1: its bytes are no record");

  CHECK(mistake(file_of("short", RhtBlockKind::end)) == block + "an end of the wrong length");
  CHECK(
      mistake(file_of(std::string(24, '\1'), RhtBlockKind::end)).starts_with(block + "the run ended with "));
}

TEST_CASE("nothing may stand behind the end of the run", "[trace][rht]") {
  const Written run("behind.rht");
  const std::string file = run.file.content();
  const std::size_t blocks = blocks_of(file).size();
  std::string more = file;
  append_rht_block(more, RhtBlockKind::records, blocks, std::string_view("\0\0", 2));
  CHECK(mistake(more).ends_with("does not read: records behind the end of the run"));
  more = file;
  append_rht_block(more, RhtBlockKind::end, blocks, std::string(24, '\0'));
  CHECK(mistake(more).ends_with("does not read: the run ends a second time"));
}

TEST_CASE("a block is written when it is full, or 100 ms of the run have passed, or on request",
          "[trace][rht]") {
  const TemporaryFile file("flush.rht");
  Trace trace;
  auto sink = RhtFile::create(file.path(), trace);
  REQUIRE(sink.has_value());
  trace.add_sink(sink->get());
  const auto size = [&file] { return file.content().size(); };
  CHECK(size() == rht_header_bytes);  // a reader that comes at once finds out what this is
  Record record;
  record.kind = RecordKind::hop;
  trace.write(record);
  record.at = {99'999'999};
  trace.write(record);
  CHECK(size() == rht_header_bytes);
  record.at = {100'000'000};
  trace.write(record);  // not in the block that it ends
  CHECK(read_recording(file.path())->records().size() == 2);
  (*sink)->flush();
  CHECK(read_recording(file.path())->records().size() == 3);
  const std::size_t flushed = size();
  (*sink)->flush();
  CHECK(size() == flushed);
  std::size_t written = 3;
  while (size() == flushed) {
    for (int i = 0; i < 100; ++i, ++written) {
      record.value = written * 0x9e3779b97f4a7c15u;
      trace.write(record);
    }
  }
  CHECK(size() > rht_block_bytes);
  CHECK(size() < rht_block_bytes + 4096);
  CHECK_FALSE((*sink)->close().has_value());
  CHECK(read_recording(file.path())->records().size() == written);
  trace.write(record);  // after close: not in the file
  (*sink)->flush();
  CHECK_FALSE((*sink)->close().has_value());
  CHECK(read_recording(file.path())->records().size() == written);
}

TEST_CASE("texts of many megabytes are cut into blocks of their own, and come back", "[trace][rht]") {
  const TemporaryFile file("texts.rht");
  Trace trace;
  for (int i = 0; i < 10; ++i) trace.text(std::string(1'000'000, static_cast<char>('a' + i)));
  auto sink = RhtFile::create(file.path(), trace);
  REQUIRE(sink.has_value());
  trace.add_sink(sink->get());
  trace.write({.kind = RecordKind::hop, .subject = {10}});
  CHECK_FALSE((*sink)->close().has_value());
  const auto recording = read_recording(file.path());
  REQUIRE(recording.has_value());
  CHECK(recording->hash() == trace.hash());
  CHECK(blocks_of(file.content()).size() == 3);  // five texts, five texts and the record, the end
}

TEST_CASE("a full disk is told when an .rht file is closed, once", "[trace][rht]") {
  Trace trace;
  auto file = RhtFile::create("/dev/full", trace);
  if (file.has_error()) return;  // not on this system
  trace.add_sink(file->get());
  trace.write({});
  const auto error = (*file)->close();
  REQUIRE(error.has_value());
  CHECK(error->text().find("/dev/full: the trace could not be written to its end") == 0);
  CHECK_FALSE((*file)->close().has_value());
}

}  // namespace roundhouse::test
