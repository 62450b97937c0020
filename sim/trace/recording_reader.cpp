// Reading recordings from files, whole or as they grow; see roundhouse/recording.h. What the bytes mean, RhtReader and JsonLinesReader know.
#include <roundhouse/recording.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "sim/trace/json_lines.h"
#include "sim/trace/rht_format.h"
#include "sim/trace/rht_reader.h"

namespace roundhouse {

namespace {

constexpr std::size_t piece_bytes = 256 * 1024;
// Enough to tell what a file is.
constexpr std::size_t first_bytes = rht_header_bytes;

using OpenFile = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// Hands on the bytes of a file from where it stopped the last time.
class GrowingFile {
 public:
  GrowingFile(OpenFile file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  /// Calls take(bytes), which returns Result<std::size_t>, for each piece, and returns the sum.
  template <class Take>
  Result<std::size_t> read_on(Take take) {
    if (std::fseek(file_.get(), 0, SEEK_END) != 0 || std::ftell(file_.get()) < position_) {
      return Error(path_, "the recording has become shorter while it was read; open it again");
    }
    std::fseek(file_.get(), position_, SEEK_SET);
    std::size_t sum = 0;
    std::string piece(piece_bytes, '\0');
    while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), file_.get())) {
      position_ += static_cast<long>(got);
      auto taken = take(std::string_view(piece).substr(0, got));
      if (!taken) return taken.error();
      sum += *taken;
    }
    if (std::ferror(file_.get()) != 0) return Error(path_, "the recording cannot be read to its end");
    return sum;
  }

 private:
  OpenFile file_;
  std::string path_;
  long position_ = 0;
};

class RhtFileReader final : public RecordingReader {
 public:
  RhtFileReader(OpenFile file, const std::string& path) : file_(std::move(file), path), reader_(path) {}
  Result<std::size_t> read_on(Recording& into) override {
    return file_.read_on([&](std::string_view bytes) { return reader_.read(bytes, into); });
  }
  bool ended() const override { return reader_.ended(); }

 private:
  GrowingFile file_;
  RhtReader reader_;
};

class JsonLinesFileReader final : public RecordingReader {
 public:
  JsonLinesFileReader(OpenFile file, const std::string& path) : file_(std::move(file), path), reader_(path) {}
  Result<std::size_t> read_on(Recording& into) override {
    auto read = file_.read_on([&](std::string_view bytes) { return reader_.read(bytes, into); });
    ended_ = ended_ || into.state().records(RecordKind::run_end) != 0;
    return read;
  }
  /// No more will come.
  Result<void> finish(Recording& into) { return reader_.finish(into); }
  bool ended() const override { return ended_; }

 private:
  GrowingFile file_;
  JsonLinesReader reader_;
  bool ended_ = false;
};

struct Opened {
  OpenFile file{nullptr, &std::fclose};
  bool rht = false;
};

// Opens the file and looks what it is.
Result<Opened> open_recording(const std::string& path) {
  Opened opened;
  opened.file.reset(std::fopen(path.c_str(), "rb"));
  if (opened.file == nullptr) {
    return Error(path,
                 std::string("there is no such recording, or it cannot be read: ") + std::strerror(errno));
  }
  char bytes[first_bytes];
  const std::string_view first(bytes, std::fread(bytes, 1, sizeof(bytes), opened.file.get()));
  if (std::ferror(opened.file.get()) != 0) return Error(path, "this cannot be read: is it a folder?");
  if (first.empty()) return Error(path, "the file is empty");
  if (first.starts_with(rht_magic.substr(0, 1))) {
    Recording nothing;
    if (auto read = RhtReader(path).read(first, nothing); !read) return read.error();
    if (first.size() < rht_header_bytes) return Error(path, "the file is cut off within its header");
    opened.rht = true;
    return opened;
  }
  const std::size_t text = first.find_first_not_of(" \t\r\n");
  if (text != std::string_view::npos && first[text] != '{') {
    return Error(path, "this is neither an .rht recording nor JSON Lines");
  }
  return opened;
}

}  // namespace

Result<std::unique_ptr<RecordingReader>> RecordingReader::open(const std::string& path) {
  auto opened = open_recording(path);
  if (!opened) return opened.error();
  if (opened->rht) return std::unique_ptr<RecordingReader>(new RhtFileReader(std::move(opened->file), path));
  return std::unique_ptr<RecordingReader>(new JsonLinesFileReader(std::move(opened->file), path));
}

Result<Recording> read_recording(const std::string& path) {
  auto opened = open_recording(path);
  if (!opened) return opened.error();
  Recording recording;
  if (opened->rht) {
    RhtFileReader reader(std::move(opened->file), path);
    if (auto read = reader.read_on(recording); !read) return read.error();
  } else {
    JsonLinesFileReader reader(std::move(opened->file), path);
    if (auto read = reader.read_on(recording); !read) return read.error();
    if (auto finished = reader.finish(recording); !finished) return finished.error();
  }
  return recording;
}

}  // namespace roundhouse
